//! Silence.

use super::generator::Signal;

/// Generator of `silence:`.
pub(super) struct Silence;

impl Signal for Silence {
    fn name(&self) -> &'static str {
        "silence"
    }

    fn go(&mut self, _frame: u64) {}

    fn next(&mut self) -> (f32, f32) {
        (0.0, 0.0)
    }
}
