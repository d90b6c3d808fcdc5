//! Two channels of memory that can be read at any distance behind the present.

use lavalink_exec::{Stereo, StereoMut};

/// A ring of stereo frames. What is older than the last [`DelayLine::forget`] reads as silence, so that forgetting does
/// not have to clear memory on a lane.
pub(crate) struct DelayLine {
    left: Box<[f32]>,
    right: Box<[f32]>,
    /// Where the next frame goes.
    at: usize,
    /// Frames that are known, counted back from `at`.
    known: usize,
}

impl DelayLine {
    /// Room to look back `frames` frames. Control side.
    pub(crate) fn new(frames: usize) -> Self {
        let room = || vec![0.0; frames.max(1)].into_boxed_slice();
        Self { left: room(), right: room(), at: 0, known: 0 }
    }

    /// Makes everything written so far silence.
    pub(crate) fn forget(&mut self) {
        self.known = 0;
    }

    /// Appends a block, at most as long as the line; `None` is silence.
    pub(crate) fn write(&mut self, block: Option<Stereo<'_>>, frames: usize) {
        let first = frames.min(self.left.len() - self.at);
        let second = frames - first;
        let old = self.at;
        match block {
            Some(block) => {
                for (ring, channel) in [(&mut self.left, block.left), (&mut self.right, block.right)] {
                    ring[old..old + first].copy_from_slice(&channel[..first]);
                    ring[..second].copy_from_slice(&channel[first..frames]);
                }
            }
            None => {
                for ring in [&mut self.left, &mut self.right] {
                    ring[old..old + first].fill(0.0);
                    ring[..second].fill(0.0);
                }
            }
        }
        self.at = if second > 0 || old + first == self.left.len() { second } else { old + first };
        self.known = (self.known + frames).min(self.left.len());
    }

    /// Reads the frames from `back` frames before the present on; `back` is at least the length of `out` and at most that
    /// of the line.
    pub(crate) fn read(&self, back: usize, out: StereoMut<'_>) {
        let frames = out.left.len();
        let unknown = back.saturating_sub(self.known).min(frames);
        let start = (self.at + self.left.len() - (back - unknown)) % self.left.len();
        let first = (frames - unknown).min(self.left.len() - start);
        for (ring, out) in [(&self.left, out.left), (&self.right, out.right)] {
            out[..unknown].fill(0.0);
            out[unknown..unknown + first].copy_from_slice(&ring[start..start + first]);
            out[unknown + first..].copy_from_slice(&ring[..frames - unknown - first]);
        }
    }

    /// Takes the newest frames of another line: `frames`, or as many as both hold.
    pub(crate) fn copy_from(&mut self, other: &Self, frames: usize) {
        let frames = frames.min(other.known).min(self.left.len());
        self.forget();
        self.at = 0;
        if frames > 0 {
            other.read(frames, StereoMut { left: &mut self.left[..frames], right: &mut self.right[..frames] });
        }
        self.at = frames % self.left.len();
        self.known = frames;
    }
}

#[cfg(test)]
mod tests {
    use super::DelayLine;
    use lavalink_exec::{Stereo, StereoMut};

    #[test]
    fn what_was_written_is_read_at_any_distance() {
        let mut line = DelayLine::new(100);
        let all: Vec<f32> = (1..=1000).map(|n| n as f32).collect();
        let (mut written, mut other) = (0, DelayLine::new(60));
        for size in [1, 7, 100, 64, 99, 3].into_iter().cycle().take(12) {
            let block = &all[written..written + size];
            line.write(Some(Stereo { left: block, right: block }), size);
            written += size;
            other.copy_from(&line, 60);
            for (line, back) in [(&line, 90), (&line, 8), (&other, 60), (&other, 9)] {
                let (mut left, mut right) = ([9.0; 8], [9.0; 8]);
                line.read(back, StereoMut { left: &mut left, right: &mut right });
                for (i, y) in left.iter().enumerate() {
                    let expected = (written + i).checked_sub(back).map_or(0.0, |n| all[n]);
                    assert_eq!((*y, right[i]), (expected, expected));
                }
            }
        }
        line.forget();
        let (mut left, mut right) = ([9.0; 8], [9.0; 8]);
        line.read(50, StereoMut { left: &mut left, right: &mut right });
        assert_eq!(left, [0.0; 8]);
    }
}
