//! Recording: an offline engine driven block by block, with everything of the schedule done at its exact frame.

use super::change::Change;
use super::progress::Progress;
use super::rig::Rig;
use super::schedule::Act;
use super::time::frames;
use anyhow::{Context, anyhow, bail};
use lavalink_engine::control::{Event, Offline, StartAt, Ticket, Transaction};
use lavalink_exec::{Track, TrackInfo};
use lavalink_nodes::source::Gate;
use std::time::Duration;

/// Frames rendered beyond the end where an encoder has to come after: its look-ahead and two packets.
const PACKETS_BEHIND: u64 = 3 * 960;

/// One thing to do, checked and ready.
pub(crate) enum Step {
    /// Changes a parameter.
    Change(Change),
    /// Puts other graphs in place.
    Replace(Box<Rig>),
    /// Does something with the track.
    Do(Act),
}

/// What is to be recorded.
pub(crate) struct Job {
    /// The graph, with its recording sink.
    pub(crate) rig: Rig,
    /// The track, and how to wait for its bytes.
    pub(crate) track: (Box<dyn Track>, Gate),
    /// Where in the input to begin, in frames.
    pub(crate) start: u64,
    /// Longest recording in frames.
    pub(crate) limit: Option<u64>,
    /// Frames by which the recording is late.
    pub(crate) latency: u64,
    /// Whether packets are recorded.
    pub(crate) packets: bool,
    /// Length of blocks in frames.
    pub(crate) block: usize,
    /// What to do and when, in frames of the recording, in order.
    pub(crate) steps: Vec<(u64, String, Step)>,
}

/// What came of it.
pub(crate) struct Outcome {
    /// Frames recorded.
    pub(crate) frames: u64,
    /// What is known of the track.
    pub(crate) info: Option<TrackInfo>,
    /// Whether packets of the track went through untouched, at the end at least.
    pub(crate) passed_through: bool,
    /// How often sound was missing.
    pub(crate) dry: u32,
    /// What was done: words, frame it was meant for, frame it took effect if it changed a graph.
    pub(crate) edits: Vec<(String, u64, Option<u64>)>,
}

/// Records all of it.
///
/// # Errors
/// When the input cannot be played, the output cannot be written or an edit cannot be made.
pub(crate) fn record(job: Job) -> anyhow::Result<Outcome> {
    let rate = job.rig.template.format.rate;
    let mut offline = Offline::start(job.rig.template, job.block)?;
    let player = offline.add_player()?;
    let events = offline.subscribe();
    let (track, gate) = job.track;
    offline.play(player, track, StartAt { frame: job.start, after_present: false })?;
    let mut recording = Recording { offline, player, events, gate, rate, silent: false, tickets: Vec::new() };
    let mut progress = Progress::new(job.limit, rate);
    let result = recording.run(job.steps, job.limit, job.start, &mut progress);
    progress.finish();
    let frames = result?;
    recording.roll(job.latency + if job.packets { PACKETS_BEHIND } else { 0 })?;
    recording.offline.finish();
    recording.events()?;
    let playing = recording.offline.playing(player)?;
    let mut edits = Vec::new();
    for (words, at, ticket) in recording.tickets {
        let applied = match ticket.as_ref().and_then(Ticket::result) {
            Some(Err(error)) => return Err(anyhow::Error::new(error).context(words)),
            Some(Ok(applied)) => Some(applied.at),
            None => None,
        };
        edits.push((words, at, applied));
    }
    Ok(Outcome { frames, info: playing.info, passed_through: playing.passes_through, dry: playing.dry, edits })
}

struct Recording {
    offline: Offline,
    player: u32,
    events: crossbeam_channel::Receiver<Event>,
    gate: Gate,
    rate: u32,
    /// Whether the track was stopped or holds, so that it has no end of its own.
    silent: bool,
    tickets: Vec<(String, u64, Option<Ticket>)>,
}

impl Recording {
    /// Renders to the end of the track or to `limit`; returns how many frames that was.
    fn run(
        &mut self,
        steps: Vec<(u64, String, Step)>,
        limit: Option<u64>,
        start: u64,
        progress: &mut Progress,
    ) -> anyhow::Result<u64> {
        let mut steps = steps.into_iter().peekable();
        loop {
            let at = self.offline.position();
            while let Some((due, words, step)) = steps.next_if(|(due, _, _)| *due <= at) {
                self.take(step, words, due)?;
            }
            self.fill();
            let ended = self.events()?;
            let mut n = self.rate as u64;
            if let Some((due, _, _)) = steps.peek() {
                n = n.min(due - at);
            }
            if let Some(limit) = limit {
                n = n.min(limit.saturating_sub(at));
            }
            let playing = self.offline.playing(self.player)?;
            if let Some(info) = &playing.info
                && let Some(length) = info.frames
            {
                let all = (length as f64 * f64::from(self.rate) / f64::from(info.rate.max(1))) as u64;
                progress.set_length(all.saturating_sub(start));
            }
            if !self.silent {
                match playing.left {
                    Some(left) => n = n.min(left),
                    // The ring holds a good deal more than this, so the end is seen before it is reached.
                    None => n = n.min(self.rate as u64 / 50),
                }
            } else if limit.is_none() && steps.peek().is_none() {
                return Ok(at);
            }
            if n == 0 || (ended && !self.silent) {
                return Ok(at);
            }
            self.offline.render(n as usize);
            progress.at(self.offline.position());
        }
    }

    /// Renders `frames` frames more, whatever they are.
    fn roll(&mut self, frames: u64) -> anyhow::Result<()> {
        let end = self.offline.position() + frames;
        while self.offline.position() < end {
            self.fill();
            self.events()?;
            self.offline.render((end - self.offline.position()).min(960) as usize);
        }
        Ok(())
    }

    /// Waits until the rings are as full as they get.
    fn fill(&mut self) {
        while self.offline.prepare() {
            if !self.gate.wait(Duration::from_secs(1)) {
                tracing::info!("the input has no bytes at the moment; waiting");
            }
        }
    }

    /// Looks at what has happened; returns whether the track has ended.
    fn events(&mut self) -> anyhow::Result<bool> {
        let mut ended = false;
        while let Ok(event) = self.events.try_recv() {
            match event {
                Event::Failed { message, .. } => bail!("cannot play the input: {message}"),
                Event::SinkFailed { message, .. } => bail!("cannot write the output: {message}"),
                Event::NodeFailed { node, .. } => {
                    tracing::warn!(node, "the node failed and was cut out; this is a bug of its kind");
                }
                Event::Ended { .. } => ended = true,
                _ => {}
            }
        }
        Ok(ended)
    }

    fn take(&mut self, step: Step, words: String, due: u64) -> anyhow::Result<()> {
        let ticket = match step {
            Step::Change(change) => {
                let transaction = Transaction::new().set(change.node, change.index, change.value);
                let whose = (!change.device).then_some(self.player);
                Some(self.offline.submit(whose, &transaction).with_context(|| words.clone())?)
            }
            Step::Replace(rig) => {
                let template = rig.template;
                let device = Transaction::new().replace(template.device, Vec::new());
                drop(self.offline.submit(None, &device).with_context(|| words.clone())?);
                let player = Transaction::new().replace(template.player, template.bus);
                Some(self.offline.submit(Some(self.player), &player).with_context(|| words.clone())?)
            }
            Step::Do(act) => {
                self.act(&act)?;
                None
            }
        };
        self.tickets.push((words, due, ticket));
        Ok(())
    }

    fn act(&mut self, act: &Act) -> anyhow::Result<()> {
        let player = self.player;
        match act {
            Act::Seek(place) => drop(self.offline.seek(player, frames(*place, self.rate))?),
            Act::Pause => self.offline.pause(player, true)?,
            Act::Resume => self.offline.pause(player, false)?,
            Act::Stop => drop(self.offline.stop(player)?),
        }
        match act {
            Act::Pause | Act::Stop => self.silent = true,
            Act::Resume => self.silent = false,
            Act::Seek(_) => {}
        }
        Ok(())
    }
}

/// Checks that a graph can follow another while it is recorded.
///
/// # Errors
/// Says what must stay the same.
pub(crate) fn can_follow(first: &Rig, next: &Rig, file: &str) -> anyhow::Result<()> {
    if first.template.format != next.template.format {
        return Err(anyhow!("{file}: `engine.sample_rate` and `block` cannot change while playing"));
    }
    if first.tap.device != next.tap.device {
        let (old, new) = (&first.tap.name, &next.tap.name);
        return Err(anyhow!(
            "{file}: recorded at `{new}`, before it at `{old}`; name one with --tap that both graphs have"
        ));
    }
    Ok(())
}
