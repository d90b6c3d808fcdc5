//! The synchronous FFT resampler: −136 dB of residual, cheapest where vectors are wide (docs/dependencies.md).

use super::aligned::Rate;
use audioadapter_buffers::direct::SequentialSliceOfVecs;
use lavalink_exec::{BuildError, Pcm, Stereo};
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

/// Least length of a chunk, in frames on the shorter side.
const CHUNK: usize = 256;

/// An FFT resampler and the frames that do not fill a chunk yet.
pub(super) struct FftRate {
    fft: Fft<f32>,
    waiting: Pcm,
    input: [Vec<f32>; 2],
    output: [Vec<f32>; 2],
}

/// Longest period of a ratio, in frames; a longer one would hold back most of a second.
const LONGEST: u32 = 8192;

impl FftRate {
    /// Whether this ratio's period is short enough.
    pub(super) fn suits(from: u32, to: u32) -> bool {
        from.max(to) / gcd(from, to).max(1) <= LONGEST
    }

    /// From one rate in Hz to another.
    pub(super) fn new(from: u32, to: u32) -> Result<Self, BuildError> {
        // An even number of periods of the ratio, so that the delay, half a chunk, is a whole number of frames.
        let divisor = gcd(from, to);
        let (step_in, step_out) = ((from / divisor) as usize, (to / divisor) as usize);
        let periods = 2 * CHUNK.div_ceil(2 * step_in.min(step_out));
        let window = WindowFunction::BlackmanHarris2;
        let fft = Fft::new_custom(from as usize, to as usize, periods * step_in, 1, 2, window, FixedSync::Both)
            .map_err(|error| BuildError::new(format!("no resampler can be made from {from} Hz to {to} Hz: {error}")))?;
        let (frames_in, frames_out) = (fft.input_frames_max(), fft.output_frames_max());
        Ok(Self {
            fft,
            waiting: Pcm::new(),
            input: [vec![0.0; frames_in], vec![0.0; frames_in]],
            output: [vec![0.0; frames_out], vec![0.0; frames_out]],
        })
    }

    /// Resamples one chunk that stands in `input`; returns the frames written to `output`.
    fn chunk(&mut self) -> usize {
        let (frames_in, frames_out) = (self.input[0].len(), self.output[0].len());
        let input = SequentialSliceOfVecs::new(&self.input, 2, frames_in);
        let output = SequentialSliceOfVecs::new_mut(&mut self.output, 2, frames_out);
        match (input, output) {
            (Ok(input), Ok(mut output)) => {
                self.fft.process_into_buffer(&input, &mut output, None).map_or(0, |(_, made)| made)
            }
            _ => 0,
        }
    }
}

impl Rate for FftRate {
    fn push(&mut self, input: Stereo<'_>, output: &mut Pcm) {
        self.waiting.extend(input);
        let n = self.input[0].len();
        let mut at = 0;
        while self.waiting.len() - at >= n {
            self.input[0].copy_from_slice(&self.waiting.left[at..at + n]);
            self.input[1].copy_from_slice(&self.waiting.right[at..at + n]);
            at += n;
            let made = self.chunk();
            output.extend(Stereo { left: &self.output[0][..made], right: &self.output[1][..made] });
        }
        self.waiting.consume(at);
    }

    fn delay(&self) -> usize {
        self.fft.output_delay()
    }

    fn reset(&mut self) {
        self.fft.reset();
        self.waiting.clear();
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
