//! The `speed` kind: plays a track faster or slower, its pitch going along.
//!
//! It reads its input at a changing rate, so its output is not as long as its input. The place it has come to in its
//! input is counted beside the filter, frame by frame, as the sum of the speeds so far.

use lavalink_exec::{BuildError, Cost, Group, Kind, Live, Make, Param, Pcm, Stage, StageArgs, Stereo, Unit};
use lavalink_kernels::Cpu;
use lavalink_kernels::sinc_vary::SincVary;
use std::any::Any;

/// Index of `speed`.
const SPEED: usize = 0;
const SLOWEST: f64 = 0.25;
const FASTEST: f64 = 4.0;
/// Output frames made at once.
const ROOM: usize = 512;

/// Table of the `speed` kind.
pub static KIND: Kind = Kind {
    name: "speed",
    group: Group::Resampler,
    help: "Plays faster or slower, like a tape: pitch and tempo change together.",
    params: &[Param::number(
        "speed",
        Unit::None,
        SLOWEST,
        FASTEST,
        1.0,
        "1 plays as recorded, 2 twice as fast and an octave higher.",
    )
    .live(Live::Ramp)],
    identity: |params| params.number(SPEED) == 1.0,
    cost: Cost::Heavy,
    make: Make::Stage(build),
    ..Kind::DEFAULT
};

fn build(args: StageArgs<'_>) -> Result<Box<dyn Stage>, BuildError> {
    Ok(Box::new(Speed { rate: args.input_rate, tape: Tape::new(args.params.number(SPEED), args.input_rate) }))
}

struct Speed {
    rate: u32,
    tape: Tape,
}

/// The filter and where it is.
struct Tape {
    filter: SincVary,
    /// Frames at speed 1 still to be dropped in front: the filter's delay.
    cut: usize,
    /// The speed glided to, and the frames a glide takes.
    speed: f64,
    glide: u32,
    /// Place in the input of the next frame out; frames taken.
    place: f64,
    taken: u64,
    room: [Vec<f32>; 2],
}

impl Tape {
    fn new(speed: f64, rate: u32) -> Self {
        let filter = SincVary::new(Cpu::detect(), FASTEST);
        let cut = filter.delay();
        let room = [vec![0.0; ROOM], vec![0.0; ROOM]];
        Self { filter, cut, speed, glide: rate / 50, place: 0.0, taken: 0, room }
    }

    /// Plays `input`, making at most `most` frames, and returns the frames made.
    fn play(&mut self, input: Stereo<'_>, most: usize, output: &mut Pcm) -> usize {
        let (mut at, mut made) = (0, 0);
        loop {
            let cutting = self.cut > 0;
            let room = if cutting { self.cut } else { ROOM.min(most - made) };
            // While the speed glides it is asked for frame by frame, to know the place exactly.
            let steady = cutting || self.filter.speed() == self.speed;
            let room = if steady { room } else { room.min(1) };
            if room == 0 {
                return made;
            }
            let speed = self.filter.speed();
            let [left, right] = &mut self.room;
            let done =
                self.filter.process([&input.left[at..], &input.right[at..]], [&mut left[..room], &mut right[..room]]);
            at += done.consumed;
            if cutting {
                self.cut -= done.produced;
                if self.cut == 0 {
                    self.filter.set_speed(self.speed, 0);
                }
            } else {
                output.extend(Stereo { left: &left[..done.produced], right: &right[..done.produced] });
                made += done.produced;
                self.place += speed * done.produced as f64;
            }
            if done.produced < room && at >= input.left.len() {
                return made;
            }
        }
    }
}

impl Stage for Speed {
    fn push(&mut self, input: Stereo<'_>, output: &mut Pcm) {
        self.tape.taken += input.left.len() as u64;
        self.tape.play(input, usize::MAX, output);
    }

    fn finish(&mut self, output: &mut Pcm) {
        let tape = &mut self.tape;
        // One frame at a time: the last one lies before the end of the input. Half the filter of silence brings all of
        // it out; a little more is fed in case the input was shorter than the filter.
        for _ in 0..4 * tape.filter.delay() {
            if tape.place >= tape.taken as f64 {
                return;
            }
            let end = tape.taken as f64;
            while tape.place < end && tape.play(Stereo { left: &[], right: &[] }, 1, output) > 0 {}
            if tape.place < end {
                tape.play(Stereo { left: &[0.0], right: &[0.0] }, 1, output);
            }
        }
    }

    fn reset(&mut self) {
        let tape = &mut self.tape;
        tape.filter.reset();
        tape.filter.set_speed(1.0, 0);
        tape.cut = tape.filter.delay();
        (tape.place, tape.taken) = (0.0, 0);
    }

    fn set(&mut self, index: usize, value: f32) {
        if index == SPEED && value.is_finite() {
            self.tape.speed = f64::from(value).clamp(SLOWEST, FASTEST);
            if self.tape.cut == 0 {
                self.tape.filter.set_speed(self.tape.speed, self.tape.glide);
            }
        }
    }

    fn adopt(&mut self, old: &mut dyn Stage) -> bool {
        match old.as_any_mut().downcast_mut::<Self>() {
            Some(old) if old.rate == self.rate => {
                let speed = self.tape.speed;
                std::mem::swap(&mut self.tape, &mut old.tape);
                self.set(SPEED, speed as f32);
                true
            }
            _ => false,
        }
    }

    fn output_rate(&self) -> u32 {
        self.rate
    }

    fn consumed(&self) -> f64 {
        self.tape.place
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
