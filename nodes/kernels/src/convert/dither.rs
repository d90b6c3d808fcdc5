//! Triangular dither from a small generator.

/// Noise of triangular density between −1 and 1 step of the target format.
///
/// xorshift32 (Marsaglia 2003, shifts 13, 17, 5), one draw per sample: its upper and lower halves are the two uniform values.
#[derive(Clone, Debug)]
pub struct Dither {
    state: u32,
}

impl Dither {
    /// A generator whose sequence follows from the seed alone.
    pub const fn new(seed: u32) -> Self {
        // Zero is the one state the generator never leaves.
        Self { state: if seed == 0 { 0x9E37_79B9 } else { seed } }
    }

    /// The next value, in steps.
    #[inline]
    pub fn draw(&mut self) -> f32 {
        let mut x = self.state;
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        self.state = x;
        let (a, b) = ((x >> 16) as i32, (x & 0xFFFF) as i32);
        (a - b) as f32 * (1.0 / 65536.0)
    }
}
