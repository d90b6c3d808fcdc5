//! Figures of a device, and the limits they are held against.

/// How a device is doing. What is not known is `None`, and then counts for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Busy time of the lane as a share of the block's duration, 99th percentile: 1 is all of it.
    pub lane_load: Option<f32>,
    /// Blocks that were begun late since the last look.
    pub late_blocks: u32,
    /// CPU time of the whole system as a share of all cores, 0 to 1.
    pub cpu: Option<f32>,
    /// Memory in use as a share of what there is (of the control group, where one limits it), 0 to 1.
    pub memory: Option<f32>,
    /// Temperature of the hottest sensor of the processor, in °C.
    pub temperature: Option<f32>,
}

/// From where on something has to be given up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Share of the block's duration.
    pub lane_load: f32,
    /// Share of all cores.
    pub cpu: f32,
    /// Share of the memory.
    pub memory: f32,
    /// °C.
    pub temperature: f32,
    /// How far below a limit a figure has to stay before something is taken back, as a share of the limit.
    pub margin: f32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { lane_load: 0.7, cpu: 0.8, memory: 0.85, temperature: 70.0, margin: 0.15 }
    }
}

/// What the figures come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pressure {
    /// Every figure is below its limit by the margin: something may be taken back.
    Relaxed,
    /// In between: stay as it is.
    Steady,
    /// Some figure is above its limit: give something up.
    Pressed,
    /// Sound is breaking up: give up several things at once.
    Emergency,
}

impl Limits {
    /// Holds figures against the limits.
    #[must_use]
    pub fn pressure(&self, figures: &Figures) -> Pressure {
        if figures.late_blocks > 0 {
            return Pressure::Emergency;
        }
        let pairs = [
            (figures.lane_load, self.lane_load),
            (figures.cpu, self.cpu),
            (figures.memory, self.memory),
            (figures.temperature, self.temperature),
        ];
        // A broken sensor says NaN or worse; it is not a reason to give anything up.
        let known = || pairs.iter().filter_map(|(f, limit)| f.filter(|f| f.is_finite()).map(|f| (f, *limit)));
        if known().any(|(f, limit)| f > limit) {
            Pressure::Pressed
        } else if known().all(|(f, limit)| f <= limit * (1.0 - self.margin)) {
            Pressure::Relaxed
        } else {
            Pressure::Steady
        }
    }
}
