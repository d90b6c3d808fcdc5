//! Fader: y = g · x, g = 10^(gain/20) · level, or 0 when muted.
//!
//! The gain moves along half a cosine in 20 ms, in linear terms, so that a fade to silence ends where it should.

use crate::level::{OFF_DB, amplitude};
use crate::smooth::Glide;
use lavalink_exec::{BuildArgs, Context, Io, Kind, Live, Make, Output, Param, Processor, Unit};
use std::any::Any;

const GAIN: usize = 0;
const LEVEL: usize = 1;
const MUTE: usize = 2;

/// The table of `fader`.
pub static KIND: Kind = Kind {
    name: "fader",
    help: "Makes everything louder or quieter, without a click.",
    params: &[
        Param::number("gain", Unit::Db, OFF_DB, 24.0, 0.0, "Gain; -120 dB and below is silence.").live(Live::Ramp),
        Param::number("level", Unit::None, 0.0, 10.0, 1.0, "Linear factor, applied on top of the gain.")
            .live(Live::Ramp),
        Param::flag("mute", false, "Silences the node and leaves the other values as they are.").live(Live::Ramp),
    ],
    identity: |p| p.number(GAIN) == 0.0 && p.number(LEVEL) == 1.0 && !p.flag(MUTE),
    make: Make::Lane(|args| Ok(Box::new(Fader::new(&args)))),
    ..Kind::DEFAULT
};

/// The three values as they were set, and the factor they make on its way.
struct Fader {
    gain: f32,
    level: f32,
    mute: bool,
    factor: Glide,
}

impl Fader {
    fn new(args: &BuildArgs<'_>) -> Self {
        let (gain, level) = (args.params.number(GAIN) as f32, args.params.number(LEVEL) as f32);
        let mut fader = Self { gain, level, mute: args.params.flag(MUTE), factor: Glide::new(1.0, &args.format) };
        fader.factor.aim(fader.target());
        fader.factor.settle();
        fader
    }

    fn target(&self) -> f32 {
        if self.mute { 0.0 } else { amplitude(self.gain) * self.level }
    }
}

impl Processor for Fader {
    fn process(&mut self, io: &mut Io<'_>, ctx: &Context) -> Output {
        if io.is_silent(0) {
            self.factor.skip(ctx.frames);
            return Output::Bypass;
        }
        match self.factor.at_rest() {
            Some(1.0) => Output::Bypass,
            Some(0.0) => Output::Silent,
            _ => {
                let block = io.inout();
                self.factor.apply(block.left, block.right);
                Output::Written
            }
        }
    }

    fn set(&mut self, index: usize, value: f32) {
        match index {
            GAIN => self.gain = value,
            LEVEL => self.level = value,
            MUTE => self.mute = value != 0.0,
            _ => {}
        }
        self.factor.aim(self.target());
    }

    fn reset(&mut self) {
        self.factor.settle();
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
