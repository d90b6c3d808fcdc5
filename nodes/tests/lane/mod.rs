//! Driving lane kinds in tests: chance, sound, values, edits.
#![allow(dead_code)] // every test file uses its own part

use lavalink_exec::{Edge, Format, Kind, Live, Make, Param, Params, Pcm, Solo, Type, Value};
use lavalink_nodes::registry::kinds;

/// The format most tests run at.
pub(crate) const FORMAT: Format = Format { rate: 48_000, max_block: 480 };

/// A small generator of chance (xorshift64*), so that every run is the same.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// A number in 0..1.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number in `from..=to`.
    pub(crate) fn whole(&mut self, from: usize, to: usize) -> usize {
        (from + (self.unit() * (to - from + 1) as f64) as usize).min(to)
    }

    /// A value that the table's row accepts.
    pub(crate) fn value(&mut self, param: &Param) -> Value {
        match param.ty {
            Type::Number { min, max, whole, .. } => {
                let number = match self.whole(0, 9) {
                    0 => min,
                    1 => max,
                    _ => min + (max - min) * self.unit(),
                };
                Value::Number(if whole { number.round() } else { number })
            }
            Type::Flag { .. } => Value::Flag(self.unit() < 0.5),
            Type::Choice { of, .. } => Value::Choice(self.whole(0, of.len() - 1) as u16),
            Type::Text { .. } => param.default(),
        }
    }

    /// Values for all parameters that the kind can be built with.
    pub(crate) fn params(&mut self, kind: &'static Kind) -> Params {
        for _ in 0..100 {
            let mut params = Params::defaults(kind);
            for index in 0..params.values().len() {
                let value = self.value(kind.param_at(index).expect("a row"));
                params.set(index, value).expect("in range");
            }
            if (kind.check)(&params, &FORMAT).is_ok() {
                return params;
            }
        }
        Params::defaults(kind)
    }

    /// An index of a live parameter and a value for it.
    pub(crate) fn edit(&mut self, kind: &'static Kind) -> Option<(usize, f32)> {
        let live: Vec<usize> = live(kind);
        if live.is_empty() {
            return None;
        }
        let index = live[self.whole(0, live.len() - 1)];
        Some((index, self.value(kind.param_at(index).expect("a row")).as_f32().expect("not text")))
    }
}

/// Flat indices of the parameters that may be set while playing.
pub(crate) fn live(kind: &'static Kind) -> Vec<usize> {
    let all = 0..Params::defaults(kind).values().len();
    all.filter(|i| kind.param_at(*i).expect("a row").live != Live::Rebuild).collect()
}

/// Kinds that run on a lane and give sound.
pub(crate) fn sounding() -> impl Iterator<Item = &'static Kind> {
    let pcm = |kind: &Kind| kind.outputs.iter().chain(kind.inputs).all(|p| p.edge == Edge::Pcm);
    kinds().iter().copied().filter(move |k| matches!(k.make, Make::Lane(_)) && !k.outputs.is_empty() && pcm(k))
}

/// The kind of that name.
pub(crate) fn kind(name: &str) -> &'static Kind {
    lavalink_nodes::registry::find(name).expect("registered")
}

/// Values of a kind, the rest at its defaults: `params("fader", &[("gain", -6.0)])`. Flags and choices are numbers too.
pub(crate) fn params(name: &str, values: &[(&str, f64)]) -> Params {
    let kind = kind(name);
    let mut params = Params::defaults(kind);
    for (name, number) in values {
        let index = kind.param_index(name).expect("a parameter");
        let value = match kind.param_at(index).expect("a row").ty {
            Type::Number { .. } => Value::Number(*number),
            Type::Flag { .. } => Value::Flag(*number != 0.0),
            Type::Choice { .. } => Value::Choice(*number as u16),
            Type::Text { .. } => panic!("not a number"),
        };
        params.set(index, value).expect("in range");
    }
    params
}

/// A node built from values.
pub(crate) fn solo(params: &Params) -> Solo {
    Solo::new(params, FORMAT).expect("builds").0
}

/// A sine at -18 dBFS, the right channel a quarter of a period later; it begins softly within 100 ms.
pub(crate) fn tone(hz: f64, frames: usize) -> Pcm {
    let at = |n: usize, phase: f64| {
        let turns = hz * n as f64 / f64::from(FORMAT.rate) + phase;
        let begun = 0.5 - 0.5 * (std::f64::consts::PI * (n as f64 / 4800.0).min(1.0)).cos();
        (begun * 10.0_f64.powf(-18.0 / 20.0) * (turns.fract() * std::f64::consts::TAU).sin()) as f32
    };
    Pcm { left: (0..frames).map(|n| at(n, 0.0)).collect(), right: (0..frames).map(|n| at(n, 0.25)).collect() }
}

/// White noise up to 1.5 times full scale, so that what clips does.
pub(crate) fn noise(chance: &mut Chance, frames: usize) -> Pcm {
    let mut channel = || (0..frames).map(|_| chance.unit() as f32 * 3.0 - 1.5).collect();
    Pcm { left: channel(), right: channel() }
}

/// An edit: at this frame, this index, this value.
pub(crate) type Edit = (usize, usize, f32);

/// Plays `input` on every input of the node (later ones quieter), with edits at their frames, in blocks of lengths that
/// `length` gives; edits cut blocks.
pub(crate) fn play(solo: &mut Solo, input: &Pcm, edits: &[Edit], mut length: impl FnMut() -> usize) -> Pcm {
    let mut out = Pcm::new();
    let mut at = 0;
    while at < input.left.len() {
        for (_, index, value) in edits.iter().filter(|edit| edit.0 == at) {
            solo.processor().set(*index, *value);
        }
        let next = edits.iter().map(|edit| edit.0).filter(|frame| *frame > at).min().unwrap_or(usize::MAX);
        let n = length().min(next - at).min(input.left.len() - at).min(FORMAT.max_block);
        solo.block(n, |port, block| {
            let gain = 1.0 / (port + 1) as f32;
            block.left.iter_mut().zip(&input.left[at..]).for_each(|(y, x)| *y = x * gain);
            block.right.iter_mut().zip(&input.right[at..]).for_each(|(y, x)| *y = x * gain);
        });
        out.extend(solo.output(0, n));
        at += n;
    }
    out
}

/// The largest second difference of either channel within `frames`.
pub(crate) fn bend(pcm: &Pcm, frames: std::ops::Range<usize>) -> f32 {
    let of = |channel: &[f32]| channel.windows(3).map(|v| (v[2] - 2.0 * v[1] + v[0]).abs()).fold(0.0, f32::max);
    of(&pcm.left[frames.clone()]).max(of(&pcm.right[frames]))
}
