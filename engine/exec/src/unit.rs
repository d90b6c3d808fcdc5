//! Units of parameter values.

/// The unit a table states a number in, and so the unit of a bare number in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A plain number: a ratio, a count, an index.
    None,
    /// Hertz.
    Hz,
    /// Decibel.
    Db,
    /// Milliseconds.
    Ms,
    /// Seconds.
    Seconds,
    /// Frames at the rate of the graph (or, for a device, of the device).
    Frames,
    /// Bits per second.
    BitsPerSecond,
    /// Bytes.
    Bytes,
    /// Metres, for the size of rooms.
    Metres,
    /// Loudness units relative to full scale.
    Lufs,
}

impl Unit {
    /// The symbol as written in documents and printed in tables; empty for a plain number.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Hz => "Hz",
            Self::Db => "dB",
            Self::Ms => "ms",
            Self::Seconds => "s",
            Self::Frames => "frames",
            Self::BitsPerSecond => "bit/s",
            Self::Bytes => "B",
            Self::Metres => "m",
            Self::Lufs => "LUFS",
        }
    }

    /// Every symbol a value of this unit may be written with, and the factor that brings it to the unit itself.
    #[must_use]
    pub const fn spellings(self) -> &'static [(&'static str, f64)] {
        match self {
            Self::None => &[("%", 0.01)],
            Self::Hz => &[("Hz", 1.0), ("kHz", 1e3), ("MHz", 1e6)],
            Self::Db => &[("dB", 1.0)],
            Self::Ms => &[("ms", 1.0), ("s", 1e3), ("us", 1e-3), ("µs", 1e-3), ("min", 6e4)],
            Self::Seconds => &[("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("min", 60.0)],
            Self::Frames => &[("frames", 1.0), ("frame", 1.0)],
            Self::BitsPerSecond => &[("bit/s", 1.0), ("kbit/s", 1e3), ("Mbit/s", 1e6), ("bps", 1.0), ("kbps", 1e3)],
            Self::Bytes => &[("B", 1.0), ("KiB", 1024.0), ("MiB", 1_048_576.0), ("kB", 1e3), ("MB", 1e6)],
            Self::Metres => &[("m", 1.0), ("cm", 0.01)],
            Self::Lufs => &[("LUFS", 1.0), ("LU", 1.0)],
        }
    }
}
