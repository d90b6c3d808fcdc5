//! Peak and power of a signal.

/// Independent sums, so that vectors and pipelines fill.
const WAYS: usize = 8;

/// Highest absolute value; 0 for no samples, NaN does not count.
pub fn peak(samples: &[f32]) -> f32 {
    let mut peaks = [0.0_f32; WAYS];
    let (chunks, rest) = samples.as_chunks::<WAYS>();
    for chunk in chunks {
        for (peak, x) in peaks.iter_mut().zip(chunk) {
            let x = x.abs();
            *peak = if x > *peak { x } else { *peak };
        }
    }
    for x in rest {
        peaks[0] = peaks[0].max(x.abs());
    }
    peaks.into_iter().fold(0.0, f32::max)
}

/// Sum of squares, in `f32` within a run of 1024 samples and in `f64` beyond.
pub fn sum_of_squares(samples: &[f32]) -> f64 {
    let mut total = 0.0;
    for run in samples.chunks(1024) {
        let mut sums = [0.0_f32; WAYS];
        let (chunks, rest) = run.as_chunks::<WAYS>();
        for chunk in chunks {
            for (sum, x) in sums.iter_mut().zip(chunk) {
                *sum += x * x;
            }
        }
        for x in rest {
            sums[0] += x * x;
        }
        total += sums.into_iter().map(f64::from).sum::<f64>();
    }
    total
}

/// Peak and power per channel since they were last taken.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Meter {
    /// Highest absolute value per channel.
    pub peak: [f32; 2],
    /// Sum of squares per channel.
    pub squares: [f64; 2],
    /// Frames measured.
    pub frames: u64,
}

impl Meter {
    /// Adds a block. Cost: 4 instructions per frame.
    pub fn measure(&mut self, left: &[f32], right: &[f32]) {
        let frames = left.len().min(right.len());
        for (channel, samples) in [&left[..frames], &right[..frames]].into_iter().enumerate() {
            self.peak[channel] = self.peak[channel].max(peak(samples));
            self.squares[channel] += sum_of_squares(samples);
        }
        self.frames += frames as u64;
    }

    /// Root of the mean square of a channel, 0 before the first frame.
    pub fn rms(&self, channel: usize) -> f32 {
        if self.frames == 0 {
            return 0.0;
        }
        libm::sqrt(self.squares.get(channel).copied().unwrap_or(0.0) / self.frames as f64) as f32
    }

    /// Gives what was measured and starts again.
    pub fn take(&mut self) -> Self {
        core::mem::take(self)
    }
}
