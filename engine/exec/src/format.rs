//! What a pcm wire carries.

/// The format of every pcm wire of a graph: planar f32, stereo.
///
/// Stereo is fixed: every source is brought to two channels where it is decoded and every sink takes two, so that
/// kernels are written for a pair of channels and no node has to negotiate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Frames per second.
    pub rate: u32,
    /// The longest block a processor is ever called with, in frames. Any length from 1 up to it may come.
    pub max_block: usize,
}

impl Format {
    /// Frames in `ms` milliseconds, rounded to the nearest.
    #[must_use]
    pub fn frames(&self, ms: f64) -> usize {
        let frames = ms * f64::from(self.rate) / 1000.0;
        // `f64::round` needs std; positive values only, so adding a half and truncating is the same.
        if frames > 0.0 { (frames + 0.5) as usize } else { 0 }
    }
}
