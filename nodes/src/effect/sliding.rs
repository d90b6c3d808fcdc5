//! Windows that slide over a stream of numbers: the smallest in them, and their mean.

/// The smallest of the last `length` numbers, in constant time on average and without allocation.
///
/// A queue of candidates, each smaller than all that came before it and younger: the first is the smallest.
pub(crate) struct Smallest {
    candidates: Box<[(u32, f32)]>,
    first: usize,
    count: usize,
    now: u32,
    length: u32,
}

impl Smallest {
    /// Over `length` numbers. Control side.
    pub(crate) fn new(length: usize) -> Self {
        let length = length.max(1);
        let candidates = vec![(0, 0.0); length].into_boxed_slice();
        Self { candidates, first: 0, count: 0, now: 0, length: length as u32 }
    }

    /// Forgets all numbers.
    pub(crate) fn reset(&mut self) {
        self.count = 0;
    }

    /// Takes a number and gives the smallest.
    pub(crate) fn push(&mut self, value: f32) -> f32 {
        let room = self.candidates.len();
        self.now = self.now.wrapping_add(1);
        if self.count > 0 && self.now.wrapping_sub(self.candidates[self.first].0) >= self.length {
            self.first = (self.first + 1) % room;
            self.count -= 1;
        }
        while self.count > 0 && self.candidates[(self.first + self.count - 1) % room].1 >= value {
            self.count -= 1;
        }
        self.candidates[(self.first + self.count) % room] = (self.now, value);
        self.count += 1;
        self.candidates[self.first].1
    }
}

/// The mean of the last `length` numbers, which were all 1 before the first.
///
/// The sum is kept in f64: of a thousand f32 gains it is exact, so that a thousand ones give 1.
pub(crate) struct Mean {
    values: Box<[f32]>,
    at: usize,
    sum: f64,
}

impl Mean {
    /// Over `length` numbers. Control side.
    pub(crate) fn new(length: usize) -> Self {
        let length = length.max(1);
        Self { values: vec![1.0; length].into_boxed_slice(), at: 0, sum: length as f64 }
    }

    /// All numbers are 1 again.
    pub(crate) fn reset(&mut self) {
        self.values.fill(1.0);
        self.sum = self.values.len() as f64;
    }

    /// Takes a number and gives the mean.
    pub(crate) fn push(&mut self, value: f32) -> f32 {
        let old = core::mem::replace(&mut self.values[self.at], value);
        self.at = if self.at + 1 == self.values.len() { 0 } else { self.at + 1 };
        self.sum += f64::from(value) - f64::from(old);
        (self.sum / self.values.len() as f64) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::{Mean, Smallest};

    #[test]
    fn they_are_what_a_plain_search_finds() {
        let values: Vec<f32> =
            (0..2000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 8) as f32 / 16_777_216.0).collect();
        for length in [1, 2, 7, 64] {
            let (mut smallest, mut mean) = (Smallest::new(length), Mean::new(length));
            for (n, value) in values.iter().enumerate() {
                let window = &values[(n + 1).saturating_sub(length)..=n];
                assert_eq!(smallest.push(*value), window.iter().copied().fold(f32::MAX, f32::min));
                let sum: f32 = window.iter().sum::<f32>() + (length - window.len()) as f32;
                assert!((mean.push(*value) - sum / length as f32).abs() < 1e-5);
            }
        }
    }
}
