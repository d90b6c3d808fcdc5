//! Limiter: look-ahead, brick-wall, both channels by the same factor.
//!
//! The factor a frame needs is min(1, ceiling / peak). Its smallest value over the look-ahead of L + 1 frames rises back at
//! the release rate and then runs through two means of L/2 + 1 frames. Every value in those means already knows the peak
//! that leaves the delay of L frames now, so their mean is small enough too: the output never exceeds the ceiling, and
//! the factor has no corners.

use super::sliding::{Mean, Smallest};
use crate::filter::delay_line::DelayLine;
use crate::level::{amplitude, decibels};
use crate::smooth::{CHUNK, Glide};
use lavalink_exec::{
    BuildArgs, Context, Cost, Format, Group, Io, Kind, Live, Make, Output, Param, Params, Processor, Reading, Readings,
    Stereo, StereoMut, Tail, Unit,
};
use std::any::Any;

const CEILING: usize = 0;
const ATTACK: usize = 1;
const RELEASE: usize = 2;
const REDUCTION: usize = 0;

/// The table of `limiter`.
pub static KIND: Kind = Kind {
    name: "limiter",
    group: Group::Effect,
    help: "Keeps peaks below a ceiling, looking ahead so that nothing is clipped.",
    params: &[
        Param::number("ceiling", Unit::Db, -24.0, 0.0, -1.0, "No sample of the output is above this level.")
            .live(Live::Ramp),
        Param::number("attack", Unit::Ms, 0.5, 20.0, 5.0, "How far it looks ahead, which is its latency."),
        Param::number("release", Unit::Ms, 5.0, 2000.0, 100.0, "How fast the level comes back after a peak.")
            .live(Live::Step),
    ],
    readings: &[Reading {
        name: "reduction",
        unit: Unit::Db,
        help: "Most that the level was lowered by in the last block.",
    }],
    latency: look_ahead,
    tail: |p, format| Tail::Frames(look_ahead(p, format) as u32),
    cost: Cost::Medium,
    make: Make::Lane(|args| Ok(Box::new(Limiter::new(args)))),
    ..Kind::DEFAULT
};

/// L: an even number of frames.
fn look_ahead(p: &Params, format: &Format) -> usize {
    2 * format.frames(p.number(ATTACK) / 2.0).max(1)
}

/// The share of the way back to 1 that is gone in a frame.
fn rise(release_ms: f64, rate: f64) -> f32 {
    (1.0 - (-1000.0 / (release_ms * rate)).exp()) as f32
}

/// The delay and what finds the factor.
struct Limiter {
    line: DelayLine,
    delay: usize,
    rate: f64,
    ceiling: Glide,
    /// Frames that came in since the ceiling stood still.
    standing: usize,
    rise: f32,
    smallest: Smallest,
    /// The factor before the means.
    held: f32,
    means: [Mean; 2],
    readings: Readings,
}

impl Limiter {
    fn new(args: BuildArgs<'_>) -> Self {
        let (p, format) = (args.params, &args.format);
        let delay = look_ahead(p, format);
        Self {
            line: DelayLine::new(delay + CHUNK),
            delay,
            rate: f64::from(format.rate),
            // A ceiling acts only where it meets the sound, so all of its way may fall into a short time.
            ceiling: Glide::new(amplitude(p.number(CEILING) as f32), format).slower(3),
            standing: usize::MAX,
            rise: rise(p.number(RELEASE), f64::from(format.rate)),
            smallest: Smallest::new(delay + 1),
            held: 1.0,
            means: [Mean::new(delay / 2 + 1), Mean::new(delay / 2 + 1)],
            readings: args.readings,
        }
    }

    /// The factor for the frame that leaves the delay when one of this peak enters it.
    fn factor(&mut self, peak: f32, ceiling: f32) -> f32 {
        let needed = if peak > ceiling { ceiling / peak } else { 1.0 };
        let smallest = self.smallest.push(needed);
        let risen = self.held + (smallest - self.held) * self.rise;
        // The last bit of the way is taken at once, so that 1 is reached.
        self.held = if smallest < risen || smallest - risen < 1e-6 { smallest } else { risen };
        let [first, second] = &mut self.means;
        second.push(first.push(self.held))
    }

    /// Limits at most [`CHUNK`] frames; gives the smallest factor.
    fn run(&mut self, left: &mut [f32], right: &mut [f32]) -> f32 {
        let frames = left.len();
        let mut ceilings = [0.0; CHUNK];
        let resting = self.ceiling.at_rest();
        self.ceiling.fill(&mut ceilings[..frames]);
        let mut factors = [1.0; CHUNK];
        for (i, factor) in factors[..frames].iter_mut().enumerate() {
            *factor = self.factor(left[i].abs().max(right[i].abs()), ceilings[i]);
        }
        self.line.write(Some(Stereo { left, right }), frames);
        self.line.read(self.delay + frames, StereoMut { left: &mut *left, right: &mut *right });
        // Rounding may leave a sample one bit too high. Sound from before the ceiling stood still obeys an older one.
        let older = match resting {
            Some(_) => self.delay.saturating_sub(self.standing).min(frames),
            None => frames,
        };
        self.standing = if resting.is_some() { self.standing.saturating_add(frames) } else { 0 };
        let most = resting.unwrap_or(f32::MAX);
        for channel in [left, right] {
            channel.iter_mut().zip(&factors).for_each(|(x, factor)| *x *= factor);
            channel[older..].iter_mut().for_each(|x| *x = x.clamp(-most, most));
        }
        factors[..frames].iter().copied().fold(1.0, f32::min)
    }
}

impl Processor for Limiter {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        let StereoMut { mut left, mut right } = io.inout();
        let mut smallest = 1.0_f32;
        while !left.is_empty() {
            let frames = self.ceiling.alike(left.len()).min(CHUNK);
            let (l, r);
            (l, left) = left.split_at_mut(frames);
            (r, right) = right.split_at_mut(frames);
            smallest = smallest.min(self.run(l, r));
        }
        self.readings.set(REDUCTION, -decibels(smallest));
        Output::Written
    }

    fn set(&mut self, index: usize, value: f32) {
        match index {
            CEILING => self.ceiling.aim(amplitude(value)),
            RELEASE => self.rise = rise(f64::from(value), self.rate),
            _ => {}
        }
    }

    fn reset(&mut self) {
        self.line.forget();
        self.ceiling.settle();
        self.standing = usize::MAX;
        self.smallest.reset();
        self.held = 1.0;
        self.means.iter_mut().for_each(Mean::reset);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::KIND;
    use lavalink_exec::{Format, Params, Pcm, Solo, Stereo, Value};

    const FORMAT: Format = Format { rate: 48_000, max_block: 256 };

    fn run(params: &Params, input: &Pcm) -> (Pcm, f32) {
        let (mut solo, _) = Solo::new(params, FORMAT).expect("built");
        let out = solo.run(Stereo { left: &input.left, right: &input.right }, 256);
        (out, solo.readings().get(0))
    }

    #[test]
    fn nothing_exceeds_the_ceiling() {
        let mut seed = 1_u32;
        let mut chance = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(seed >> 8) / f64::from(1 << 24)
        };
        for _ in 0..20 {
            let mut params = Params::defaults(&KIND);
            let values = [-24.0 * chance(), 0.5 + 19.5 * chance(), 5.0 + 200.0 * chance()];
            values.iter().enumerate().for_each(|(i, v)| params.set(i, Value::Number(*v)).expect("in range"));
            let mut channel = || -> Vec<f32> {
                let mut level = 1.0;
                (0..30_000)
                    .map(|_| {
                        if chance() < 0.001 {
                            level = 10.0_f64.powf(chance() * 3.0 - 1.5);
                        }
                        ((chance() * 2.0 - 1.0) * level) as f32
                    })
                    .collect()
            };
            let input = Pcm { left: channel(), right: channel() };
            let (out, _) = run(&params, &input);
            let ceiling = crate::level::amplitude(values[0] as f32);
            let peak = out.left.iter().chain(&out.right).fold(0.0_f32, |a, x| a.max(x.abs()));
            assert!(peak <= ceiling && peak > 0.9 * ceiling, "{peak} above {ceiling}");
        }
    }

    #[test]
    fn below_the_ceiling_it_is_a_delay_to_the_bit() {
        let params = Params::defaults(&KIND);
        let latency = (KIND.latency)(&params, &FORMAT);
        assert_eq!(latency, 240);
        let left: Vec<f32> = (0..4000).map(|n| (n as f32 * 0.1).sin() * 0.8).collect();
        let input = Pcm { right: left.iter().map(|x| -x).collect(), left };
        let (out, reduction) = run(&params, &input);
        assert_eq!(out.left[latency..], input.left[..4000 - latency]);
        assert_eq!(out.right[latency..], input.right[..4000 - latency]);
        assert_eq!(reduction, 0.0);
    }

    #[test]
    fn it_says_how_much_it_takes_away() {
        let input = Pcm { left: vec![1.0; 4800], right: vec![0.0; 4800] };
        let mut params = Params::defaults(&KIND);
        params.set(0, Value::Number(-6.0)).expect("in range");
        let (out, reduction) = run(&params, &input);
        assert!((reduction - 6.0).abs() < 1e-3, "{reduction}");
        assert!((out.left[4000] - crate::level::amplitude(-6.0)).abs() < 1e-6);
    }
}
