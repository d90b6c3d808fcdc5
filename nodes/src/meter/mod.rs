//! Meter: peak, RMS and, if wanted, loudness of what passes through.
//!
//! Peak and RMS are taken over 100 ms, whatever the block length. Loudness is EBU R 128 by the crate `ebur128` in its
//! histogram mode, which needs no more memory as time goes by. Momentary (400 ms) and integrated loudness follow every
//! 100 ms, short-term loudness (3 s) once a second, as it sums up 3 s of sound anew.

use crate::level::{OFF_DB, decibels};
use ebur128::{EbuR128, Mode};
use lavalink_exec::{
    BuildArgs, BuildError, Context, Cost, Group, Io, Kind, Make, Output, Param, Processor, Reading, Readings, Tail,
    Unit,
};
use lavalink_kernels::meter::Meter as Measure;
use std::any::Any;

const LOUDNESS: usize = 0;

/// Length of a measurement, in milliseconds.
const WINDOW_MS: f64 = 100.0;
/// Measurements between two readings of the short-term loudness.
const SHORT_TERM_EVERY: u32 = 10;

const PEAK: usize = 0;
const RMS: usize = 2;
const MOMENTARY: usize = 4;
const SHORT_TERM: usize = 5;
const INTEGRATED: usize = 6;

const fn reading(name: &'static str, unit: Unit, help: &'static str) -> Reading {
    Reading { name, unit, help }
}

/// The table of `meter`.
pub static KIND: Kind = Kind {
    name: "meter",
    group: Group::Meter,
    help: "Measures the level and leaves the sound as it is.",
    params: &[Param::flag("loudness", false, "Measures loudness by EBU R 128 too.")],
    readings: &[
        reading("peak_left", Unit::Db, "Highest sample of the left channel in the last 100 ms; -120 is silence."),
        reading("peak_right", Unit::Db, "Highest sample of the right channel in the last 100 ms; -120 is silence."),
        reading("rms_left", Unit::Db, "Root mean square of the left channel in the last 100 ms; -120 is silence."),
        reading("rms_right", Unit::Db, "Root mean square of the right channel in the last 100 ms; -120 is silence."),
        reading("momentary", Unit::Lufs, "Loudness of the last 400 ms; -120 is silence."),
        reading("short_term", Unit::Lufs, "Loudness of the last 3 s; -120 is silence."),
        reading("integrated", Unit::Lufs, "Loudness since the node was built or reset; -120 is silence."),
    ],
    // Long enough that the last window of a sound is closed and one of silence follows it.
    tail: |_, format| Tail::Frames(2 * format.frames(WINDOW_MS) as u32),
    cost: Cost::Medium,
    make: Make::Lane(|args| Ok(Box::new(Meter::new(args)?))),
    ..Kind::DEFAULT
};

/// The window being measured.
struct Meter {
    window: usize,
    left: usize,
    measure: Measure,
    loudness: Option<EbuR128>,
    windows: u32,
    readings: Readings,
}

impl Meter {
    fn new(args: BuildArgs<'_>) -> Result<Self, BuildError> {
        let loudness = if args.params.flag(LOUDNESS) {
            let mode = Mode::M | Mode::S | Mode::I | Mode::HISTOGRAM;
            let ebu = EbuR128::new(2, args.format.rate, mode)
                .map_err(|e| BuildError::of(LOUDNESS, format!("loudness cannot be measured at this rate: {e}")))?;
            Some(ebu)
        } else {
            None
        };
        let window = args.format.frames(WINDOW_MS);
        let meter =
            Self { window, left: window, measure: Measure::default(), loudness, windows: 0, readings: args.readings };
        (0..KIND.readings.len()).for_each(|i| meter.readings.set(i, OFF_DB as f32));
        Ok(meter)
    }

    /// Publishes a window that is full.
    fn publish(&mut self) {
        self.left = self.window;
        let window = self.measure.take();
        for channel in 0..2 {
            self.readings.set(PEAK + channel, decibels(window.peak[channel]));
            self.readings.set(RMS + channel, decibels(window.rms(channel)));
        }
        self.windows = self.windows.wrapping_add(1);
        if let Some(ebu) = &self.loudness {
            let put = |index, value: Result<f64, ebur128::Error>| {
                if let Ok(lufs) = value {
                    self.readings.set(index, lufs.max(OFF_DB) as f32);
                }
            };
            put(MOMENTARY, ebu.loudness_momentary());
            put(INTEGRATED, ebu.loudness_global());
            if self.windows.is_multiple_of(SHORT_TERM_EVERY) {
                put(SHORT_TERM, ebu.loudness_shortterm());
            }
        }
    }
}

impl Processor for Meter {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        let block = io.inout();
        let (mut at, frames) = (0, block.left.len());
        while at < frames {
            let end = frames.min(at + self.left);
            let (left, right) = (&block.left[at..end], &block.right[at..end]);
            self.measure.measure(left, right);
            if let Some(ebu) = &mut self.loudness {
                // The channels are two and equally long, which is all that could be wrong.
                let _ = ebu.add_frames_planar_f32(&[left, right]);
            }
            self.left -= end - at;
            if self.left == 0 {
                self.publish();
            }
            at = end;
        }
        Output::Bypass
    }

    fn reset(&mut self) {
        self.left = self.window;
        self.measure.take();
        self.windows = 0;
        if let Some(ebu) = &mut self.loudness {
            ebu.reset();
        }
        (0..KIND.readings.len()).for_each(|i| self.readings.set(i, OFF_DB as f32));
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{INTEGRATED, KIND, MOMENTARY, PEAK, RMS, SHORT_TERM};
    use lavalink_exec::{Format, Params, Solo, Stereo, Value};

    /// EBU Tech 3341, test 1: a stereo sine of 1 kHz at -23 dBFS is -23 LUFS, momentary, short-term and integrated.
    #[test]
    fn a_sine_reads_as_the_standard_says() {
        let mut params = Params::defaults(&KIND);
        params.set(0, Value::Flag(true)).expect("a flag");
        let (mut solo, _) = Solo::new(&params, Format { rate: 48_000, max_block: 480 }).expect("built");
        assert_eq!(solo.readings().get(PEAK), -120.0);
        let amplitude = 10.0_f32.powf(-23.0 / 20.0);
        let tone: Vec<f32> = (0..48 * 5000).map(|n| (n as f32 / 48.0).fract() * std::f32::consts::TAU).collect();
        let tone: Vec<f32> = tone.iter().map(|phase| phase.sin() * amplitude).collect();
        let out = solo.run(Stereo { left: &tone, right: &tone }, 333);
        assert_eq!(out.left, tone);
        for index in [MOMENTARY, SHORT_TERM, INTEGRATED] {
            assert!((solo.readings().get(index) + 23.0).abs() < 0.1, "{index}: {}", solo.readings().get(index));
        }
        assert!((solo.readings().get(PEAK) + 23.0).abs() < 0.05);
        assert!((solo.readings().get(RMS + 1) + 26.01).abs() < 0.05);
        for _ in 0..30 {
            solo.silence(480);
        }
        assert_eq!(solo.readings().get(PEAK), -120.0);
    }
}
