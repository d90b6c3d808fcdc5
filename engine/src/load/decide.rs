//! How many rungs of the ladder are given up, from one look at the figures to the next.

use super::{Figures, Limits, Pressure};
use std::time::Duration;

/// Time between two steps down: long enough to see what the first has brought.
const DOWN_EVERY: Duration = Duration::from_secs(2);
/// Time a device has to be relaxed before something is taken back.
const UP_AFTER: Duration = Duration::from_secs(30);
/// Rungs given up at once when sound breaks up.
const AT_ONCE: usize = 3;

/// The largest share of the load a rung is believed to be.
const MOST_SHARE: f32 = 0.9;

/// What to do after a look at the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Leave it.
    Stay,
    /// Give up so many rungs, counted from the first.
    Down(usize),
    /// Take rungs back until so many are given up.
    Up(usize),
}

/// Remembers what has been given up and since when. Quick to give up, slow to take back.
#[derive(Clone, Debug, PartialEq)]
pub struct Governor {
    limits: Limits,
    rungs: usize,
    depth: usize,
    changed: Option<Duration>,
    relaxed_since: Option<Duration>,
    /// What each rung has brought when it was given up, as a share of the load then; 0 while unknown. A share, because
    /// what a rung costs grows with the number of players.
    shares: Vec<f32>,
    /// Lane load right before the last step down.
    before: Option<f32>,
}

impl Governor {
    /// Nothing given up of a ladder of `rungs`.
    #[must_use]
    pub fn new(limits: Limits, rungs: usize) -> Self {
        Self { limits, rungs, depth: 0, changed: None, relaxed_since: None, shares: vec![0.0; rungs], before: None }
    }

    /// Rungs given up.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Whether everything there is has been given up and it is still too much: no new players then.
    #[must_use]
    pub fn is_exhausted(&self, figures: &Figures) -> bool {
        self.depth == self.rungs && self.limits.pressure(figures) >= Pressure::Pressed
    }

    /// Looks at the figures at time `now` (from any fixed beginning, never going back) and decides.
    pub fn look(&mut self, now: Duration, figures: &Figures) -> Decision {
        let since = |then: Option<Duration>| then.map_or(Duration::MAX, |then| now.saturating_sub(then));
        let pressure = self.limits.pressure(figures);
        if pressure != Pressure::Relaxed {
            self.relaxed_since = None;
        }
        match pressure {
            Pressure::Emergency | Pressure::Pressed => {
                let steps = if pressure == Pressure::Emergency { AT_ONCE } else { 1 };
                let to = (self.depth + steps).min(self.rungs);
                if to == self.depth || since(self.changed) < DOWN_EVERY {
                    return Decision::Stay;
                }
                self.learn(figures);
                self.before = figures.lane_load;
                self.depth = to;
                self.changed = Some(now);
                Decision::Down(to)
            }
            Pressure::Steady => Decision::Stay,
            Pressure::Relaxed => {
                let start = *self.relaxed_since.get_or_insert(now);
                if self.depth == 0 || since(Some(start)) < UP_AFTER || since(self.changed) < UP_AFTER {
                    return Decision::Stay;
                }
                self.learn(figures);
                let share = self.shares.get(self.depth - 1).copied().unwrap_or(0.0);
                let room = self.limits.lane_load * (1.0 - self.limits.margin);
                if figures.lane_load.is_some_and(|load| load / (1.0 - share) > room) {
                    return Decision::Stay;
                }
                self.depth -= 1;
                self.changed = Some(now);
                self.relaxed_since = Some(now);
                Decision::Up(self.depth)
            }
        }
    }

    /// Notes what the last step down has brought.
    fn learn(&mut self, figures: &Figures) {
        if let (Some(before), Some(now), Some(share)) =
            (self.before.take(), figures.lane_load, self.depth.checked_sub(1).and_then(|i| self.shares.get_mut(i)))
            && before.is_finite()
            && before > 0.0
            && now.is_finite()
        {
            // Players that left in the meantime count as well: no rung is believed to be nearly all of the load.
            *share = (1.0 - now / before).clamp(0.0, MOST_SHARE);
        }
    }
}
