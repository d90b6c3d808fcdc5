//! Delay: `y[n] = (1 − mix) · x[n] + mix · x[n − time]`, and the node that closes loops.
//!
//! A new time is a cross-fade from one tap to the other. In a loop the node gives only what was delayed (a share of the
//! undelayed sound would be a loop without a delay), and never less than one block of delay.

use super::delay_line::DelayLine;
use crate::smooth::{CHUNK, Fade, Glide};
use lavalink_exec::{
    BuildArgs, BuildError, Context, Io, Kind, Live, Make, Output, Param, Phase, Processor, Stereo, StereoMut, Tail,
    Unit,
};
use lavalink_kernels::gain::fade_into;
use std::any::Any;

const TIME: usize = 0;
const MIX: usize = 1;
const MAX_TIME: usize = 2;

/// The table of `delay`.
pub static KIND: Kind = Kind {
    name: "delay",
    help: "Delays the sound. A loop of wires must go through one; there it gives the delayed sound alone.",
    params: &[
        Param::number("time", Unit::Ms, 0.0, 2000.0, 100.0, "How late the sound comes; in a loop at least one block.")
            .live(Live::Ramp),
        Param::number("mix", Unit::None, 0.0, 1.0, 1.0, "Share of the delayed sound; the rest is undelayed.")
            .live(Live::Ramp),
        Param::number("max_time", Unit::Ms, 1.0, 2000.0, 2000.0, "Longest time that can be set; decides about memory."),
    ],
    identity: |p| p.number(MIX) == 0.0 || p.number(TIME) == 0.0,
    tail: |p, format| match format.frames(p.number(TIME)) {
        0 => Tail::None,
        // In a loop the delay is a block at least.
        frames => Tail::Frames(frames.max(format.max_block) as u32),
    },
    check: |p, _| {
        if p.number(TIME) <= p.number(MAX_TIME) {
            return Ok(());
        }
        let text = format!("The time of {} ms is above max_time; raise max_time to {0} ms.", p.number(TIME));
        Err(BuildError::of(TIME, text))
    },
    feedback: true,
    make: Make::Lane(|args| Ok(Box::new(Delay::new(&args)))),
    ..Kind::DEFAULT
};

/// The line, the tap that is heard, and the one that is faded to.
struct Delay {
    line: DelayLine,
    rate: f64,
    longest: usize,
    max_block: usize,
    tap: usize,
    coming: usize,
    wanted: usize,
    fade: Fade,
    mix: Glide,
    /// The plan's position after the last block taken in: a gap means that the node was skipped in silence.
    next: u64,
}

impl Delay {
    fn new(args: &BuildArgs<'_>) -> Self {
        let format = &args.format;
        let longest = format.frames(args.params.number(MAX_TIME)).max(format.max_block);
        let tap = format.frames(args.params.number(TIME)).min(longest);
        Self {
            line: DelayLine::new(longest + format.max_block),
            rate: f64::from(format.rate),
            longest,
            max_block: format.max_block,
            tap,
            coming: tap,
            wanted: tap,
            fade: Fade::new(format),
            mix: Glide::new(args.params.number(MIX) as f32, format),
            next: 0,
        }
    }

    /// Takes a block in.
    fn take(&mut self, block: Option<Stereo<'_>>, ctx: &Context) {
        if ctx.position != self.next {
            self.line.forget();
        }
        self.line.write(block, ctx.frames);
        self.next = ctx.position + ctx.frames as u64;
    }

    /// Writes the delayed frames to `out`, whose first frame lies `ago` frames before the present of the line.
    fn delayed(&mut self, ago: usize, least: usize, out: StereoMut<'_>) {
        let frames = out.left.len();
        let mut at = 0;
        while at < frames {
            if self.wanted != self.tap && !self.fade.running() {
                self.coming = self.wanted;
                self.fade.start();
            }
            let n = if self.fade.running() { self.fade.piece(frames - at) } else { frames - at };
            let back = |tap: usize| tap.max(least) + ago - at;
            let (left, right) = (&mut out.left[at..at + n], &mut out.right[at..at + n]);
            self.line.read(back(self.tap), StereoMut { left: &mut *left, right: &mut *right });
            if self.fade.running() {
                let mut new = [[0.0; CHUNK]; 2];
                let [new_l, new_r] = &mut new;
                let (new_l, new_r) = (&mut new_l[..n], &mut new_r[..n]);
                self.line.read(back(self.coming), StereoMut { left: &mut *new_l, right: &mut *new_r });
                fade_into(left, new_l, self.fade.position, self.fade.length);
                fade_into(right, new_r, self.fade.position, self.fade.length);
                self.fade.position += n as u32;
                if !self.fade.running() {
                    self.tap = self.coming;
                }
            }
            at += n;
        }
    }
}

impl Processor for Delay {
    fn process(&mut self, io: &mut Io<'_>, ctx: &Context) -> Output {
        match io.phase() {
            Phase::Out => {
                if ctx.position != self.next {
                    self.line.forget();
                }
                self.delayed(0, self.max_block, io.output(0));
                self.mix.skip(ctx.frames);
            }
            Phase::In => {
                let block = (!io.is_silent(0)).then(|| io.input(0));
                self.take(block, ctx);
            }
            Phase::Whole => {
                let silent = io.is_silent(0);
                let mut block = io.inout();
                self.take((!silent).then_some(block.as_ref()), ctx);
                if self.mix.at_rest() == Some(1.0) {
                    self.delayed(ctx.frames, 0, block);
                } else {
                    self.blend(&mut block);
                }
            }
        }
        Output::Written
    }

    fn set(&mut self, index: usize, value: f32) {
        match index {
            TIME => self.wanted = ((f64::from(value) * self.rate / 1000.0 + 0.5) as usize).min(self.longest),
            MIX => self.mix.aim(value),
            _ => {}
        }
    }

    fn reset(&mut self) {
        self.line.forget();
        self.tap = self.wanted;
        self.coming = self.wanted;
        self.fade.finish();
        self.mix.settle();
    }

    fn adopt(&mut self, old: &mut dyn Processor) -> bool {
        let Some(old) = old.as_any_mut().downcast_ref::<Self>() else { return false };
        self.line.copy_from(&old.line, self.tap.max(self.wanted) + self.max_block);
        self.next = old.next;
        true
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl Delay {
    /// Fades from the undelayed to the delayed sound by `mix`.
    fn blend(&mut self, block: &mut StereoMut<'_>) {
        let frames = block.left.len();
        let mut at = 0;
        while at < frames {
            let n = CHUNK.min(frames - at);
            let (mut wet, mut shares) = ([[0.0; CHUNK]; 2], [0.0; CHUNK]);
            let [wet_l, wet_r] = &mut wet;
            self.delayed(frames - at, 0, StereoMut { left: &mut wet_l[..n], right: &mut wet_r[..n] });
            self.mix.fill(&mut shares[..n]);
            for (dry, wet) in [(&mut block.left[at..at + n], &wet_l[..n]), (&mut block.right[at..at + n], &wet_r[..n])]
            {
                for ((dry, wet), share) in dry.iter_mut().zip(wet).zip(&shares) {
                    *dry = *dry * (1.0 - share) + wet * share;
                }
            }
            at += n;
        }
    }
}
