//! `play`: plays to the sound card, with keys and a line of what goes on.

use super::args::PlayArgs;
use super::exit::usage;
use super::filters::Filters;
use super::keys::{Key, Keys};
use super::screen::{Screen, Status};
use super::stage::Stage;
use super::watch::Watch;
use super::{document, input, interrupt};
use anyhow::bail;
use lavalink_engine::control::{Engine, EngineConfig, Event, Playing, StartAt, Transaction};
use lavalink_engine::lane::Priority;
use lavalink_exec::Value;
use lavalink_graphs::{Document, parse_value};
use std::path::Path;
use std::time::{Duration, Instant};

/// Between two looks at keys and events.
const TICK: Duration = Duration::from_millis(50);
/// Between two looks at the graph's files.
const WATCH: Duration = Duration::from_millis(300);
/// What the arrows skip, in seconds.
const SKIP: u64 = 10;
/// What + and - do, in dB.
const NOTCH: f64 = 1.5;

/// Plays the input.
///
/// # Errors
/// When something on the command line or in the document is wrong, the device cannot be opened or the input not played.
pub(crate) fn run(args: &PlayArgs) -> anyhow::Result<()> {
    let (document, template) = document::template(&args.graph.graph)?;
    let stage = Stage::set(template, args.null, args.device.as_deref())?;
    stage.probe()?;
    let mut gain = None;
    if let Some(text) = &args.volume {
        let (_, param, _) =
            stage.fader().ok_or_else(|| usage("the graph has no `fader`, so there is no volume to set"))?;
        match parse_value(param, text).map_err(|fault| usage(format!("--volume: {fault}")))? {
            Value::Number(number) => gain = Some(number),
            _ => return Err(usage("--volume takes a level such as -6dB")),
        }
    }
    let rate = stage.template.format.rate;
    let runtime = input::runtime()?;
    let (track, _) = input::open(&args.input, rate, args.duration, &runtime)?;
    interrupt::catch();
    let mut template = stage.template.clone();
    let gain = gain.or_else(|| stage.gain());
    stage.put_gain(&mut template, gain);
    let engine = Engine::start(template, &EngineConfig::default())?;
    let player = engine.add_player()?;
    let events = engine.subscribe();
    let start = args.seek.map_or(0, |at| super::time::frames(at, rate));
    engine.play(player, track, StartAt { frame: start, after_present: false })?;
    let screen = Screen::new(rate);
    if let Priority::Ordinary(text) = engine.priority() {
        screen.say(&format!("warning: {text}"));
    }
    let watch = Path::new(&args.graph.graph).is_file().then(|| Watch::new(&document));
    let mut desk = Desk {
        name: &args.graph.graph,
        args,
        engine,
        player,
        stage,
        screen,
        watch,
        looked: Instant::now(),
        gain: gain.unwrap_or(0.0),
        paused: false,
    };
    let keys = Keys::new();
    let result = desk.run(&keys, &events);
    desk.screen.clear();
    drop(keys);
    result
}

/// Everything while it plays.
struct Desk<'a> {
    name: &'a str,
    args: &'a PlayArgs,
    engine: Engine,
    player: u32,
    stage: Stage,
    screen: Screen,
    watch: Option<Watch>,
    looked: Instant,
    gain: f64,
    paused: bool,
}

impl Desk<'_> {
    fn run(&mut self, keys: &Keys, events: &crossbeam_channel::Receiver<Event>) -> anyhow::Result<()> {
        loop {
            for event in events.try_iter() {
                match event {
                    Event::Ended { .. } => {
                        self.let_ring();
                        return Ok(());
                    }
                    Event::Failed { message, .. } => bail!("cannot play the input: {message}"),
                    Event::SinkFailed { node, message } => self.screen.say(&format!("warning: `{node}`: {message}")),
                    Event::NodeFailed { node, .. } => {
                        self.screen.say(&format!("warning: `{node}` failed and was cut out; the rest plays on"));
                    }
                    _ => {}
                }
            }
            if interrupt::asked() {
                return self.stop();
            }
            if let Some(key) = keys.wait(TICK)
                && !self.press(key)?
            {
                return self.stop();
            }
            self.look_for_edits();
            let playing = self.engine.playing(self.player)?;
            self.screen.show(&self.status(&playing));
        }
    }

    fn status(&self, playing: &Playing) -> Status {
        let reading = |node: Option<&str>, name: &str| self.engine.reading(None, node?, name);
        let rate = f64::from(self.stage.template.format.rate);
        let length = playing
            .info
            .as_ref()
            .and_then(|info| Some((info.frames? as f64 * rate / f64::from(info.rate.max(1))) as u64));
        let peak = |name: &str| reading(self.stage.meter.as_deref(), name).unwrap_or(-120.0);
        Status {
            frame: playing.frame,
            length,
            paused: self.paused,
            peaks: [peak("peak_left"), peak("peak_right")],
            load: self.engine.stats().load(),
            xruns: reading(self.stage.card.as_deref(), "xruns").unwrap_or(0.0) as u64,
            late: self.engine.stats().late(),
            gain: self.gain,
        }
    }

    /// The last of it is on its way to the ear.
    fn let_ring(&self) {
        let delay = self.stage.card.as_deref().and_then(|card| self.engine.reading(None, card, "delay")).unwrap_or(0.0);
        std::thread::sleep(Duration::from_millis(60) + Duration::from_secs_f32(delay.clamp(0.0, 2_000.0) / 1_000.0));
    }

    fn stop(&self) -> anyhow::Result<()> {
        self.engine.stop(self.player)?;
        self.let_ring();
        Ok(())
    }

    /// Does what a key means; `false` to quit.
    fn press(&mut self, key: Key) -> anyhow::Result<bool> {
        match key {
            Key::Quit => return Ok(false),
            Key::Pause => {
                self.paused = !self.paused;
                self.engine.pause(self.player, self.paused)?;
            }
            Key::Back | Key::Forward => {
                let at = self.engine.playing(self.player)?.frame;
                let skip = SKIP * u64::from(self.stage.template.format.rate);
                let to = if key == Key::Back { at.saturating_sub(skip) } else { at + skip };
                self.engine.seek(self.player, to)?;
            }
            Key::Louder | Key::Quieter => {
                let Some((name, param, index)) = self.stage.fader() else { return Ok(true) };
                let gain = self.gain + if key == Key::Louder { NOTCH } else { -NOTCH };
                if param.check(&Value::Number(gain)).is_ok() {
                    self.gain = gain;
                    let change = Transaction::new().set(name, index, Value::Number(gain));
                    drop(self.engine.submit(Some(self.player), &change)?);
                }
            }
        }
        Ok(true)
    }

    /// Looks whether the graph's files have changed, and takes over what they say now.
    fn look_for_edits(&mut self) {
        if self.looked.elapsed() < WATCH {
            return;
        }
        self.looked = Instant::now();
        if !self.watch.as_mut().is_some_and(Watch::changed) {
            return;
        }
        match self.reload() {
            Ok(()) => self.screen.say(&format!("{}: the changed graph plays", self.name)),
            Err(error) => self.screen.say(&format!("{}: the graph stays as it was: {error:#}", self.name)),
        }
    }

    fn reload(&mut self) -> anyhow::Result<()> {
        let (document, issues) = document::read(self.name)?;
        if !issues.is_empty() {
            self.screen.say(&issues.render(super::output::stderr_colors()));
        }
        let Some(document) = document else { bail!("{}", document::summary(&issues)) };
        if let Some(watch) = &mut self.watch {
            *watch = Watch::new(&document);
        }
        let stage = self.restage(&document)?;
        if stage.template.format != self.stage.template.format {
            bail!("the rate and block of `engine` cannot change while playing; restart for that");
        }
        let mut template = stage.template.clone();
        // A new gain in the document counts; else what the keys have made of it stays.
        let gain = stage.gain().filter(|gain| self.stage.gain() != Some(*gain)).unwrap_or(self.gain);
        stage.put_gain(&mut template, Some(gain));
        let device = self.engine.submit(None, &Transaction::new().replace(template.device, Vec::new()))?;
        let player = Transaction::new().replace(template.player, template.bus);
        let player = self.engine.submit(Some(self.player), &player)?;
        for ticket in [device, player] {
            if let Some(Err(error)) = ticket.wait(Duration::from_millis(500)) {
                bail!("{error}");
            }
        }
        self.stage = stage;
        self.gain = gain;
        Ok(())
    }

    fn restage(&self, document: &Document) -> anyhow::Result<Stage> {
        let template = document.template().map_err(super::exit::Bad::Document)?;
        Stage::set(template, self.args.null, self.args.device.as_deref())
    }
}

/// No client is there to send filters: nodes that only filters drive are at rest.
pub(crate) fn at_rest(template: &mut lavalink_engine::graph::Template) -> anyhow::Result<()> {
    Filters::default().apply(&mut template.player)
}
