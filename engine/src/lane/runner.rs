//! One block of a lane: messages, players, device.

use super::{FromLane, LaneStats, Native, Seat, ToLane};
use crate::stream::PlayState;
use lavalink_exec::{Clock, Edit, Runner};
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::Arc;

/// Messages a block can take in and give out; the control side waits when there are more.
const MAIL: usize = 1024;

/// The control side's ends of a lane's rings.
pub(crate) struct Post {
    pub(crate) to: Producer<ToLane>,
    pub(crate) from: Consumer<FromLane>,
    pub(crate) stats: Arc<LaneStats>,
}

/// What a lane plays. Everything but its making is real-time safe.
pub(crate) struct Lane {
    // Boxed, so that a seat goes back to be dropped without a copy to a new box.
    #[expect(clippy::vec_box, reason = "seats travel in their boxes; the lane may not make new ones")]
    seats: Vec<Box<Seat>>,
    device: Option<Box<Runner>>,
    device_edit: Option<Box<Edit>>,
    inbox: Consumer<ToLane>,
    outbox: Producer<FromLane>,
    max_block: usize,
    fade: usize,
    quit: bool,
    idle: bool,
    quiet: usize,
    pub(crate) stats: Arc<LaneStats>,
    pub(crate) clock: Option<Box<dyn Clock>>,
}

/// Makes a lane with room for `players`. `fade` is the length of fades in frames.
pub(crate) fn lane(players: usize, max_block: usize, fade: usize) -> (Lane, Post) {
    let (to, inbox) = RingBuffer::new(MAIL);
    let (outbox, from) = RingBuffer::new(MAIL);
    let stats = Arc::new(LaneStats::default());
    let lane = Lane {
        seats: Vec::with_capacity(players),
        device: None,
        device_edit: None,
        inbox,
        outbox,
        max_block,
        fade,
        quit: false,
        idle: false,
        quiet: 0,
        stats: Arc::clone(&stats),
        clock: None,
    };
    (lane, Post { to, from, stats })
}

impl Lane {
    /// Whether the control side has said goodbye.
    pub(crate) fn quits(&self) -> bool {
        self.quit
    }

    /// Takes messages in as long as what they send back has room.
    pub(crate) fn receive(&mut self) {
        // Each message sends back at most two boxes, and every seat may send two of its own in a block.
        while self.outbox.slots() > 2 * self.seats.len() + 8 {
            let Ok(message) = self.inbox.pop() else { return };
            match message {
                ToLane::Join(seat) => {
                    if self.seats.len() < self.seats.capacity() {
                        self.seats.push(seat);
                    } else {
                        self.send(FromLane::Full(seat));
                    }
                }
                ToLane::Leave(player) => {
                    if let Some(seat) = self.seats.iter_mut().find(|s| s.player == player) {
                        seat.leaving.get_or_insert(0);
                    }
                }
                ToLane::Edit { player: None, edit, .. } => match &mut self.device {
                    Some(device) => {
                        let done = device.begin(edit);
                        self.device_done(done);
                    }
                    None => self.send(FromLane::Refused(edit)),
                },
                ToLane::Edit { player: Some(player), edit, after } => {
                    match self.seats.iter_mut().find(|s| s.player == player) {
                        Some(seat) if seat.waiting.is_none() => seat.waiting = Some((edit, after)),
                        _ => self.send(FromLane::Refused(edit)),
                    }
                }
                ToLane::Device(runner) => {
                    if let Some(old) = self.device.replace(runner) {
                        self.send(FromLane::Device(old));
                    }
                }
                ToLane::Clock(clock) => {
                    if let Some(old) = self.clock.replace(clock) {
                        self.send(FromLane::Clock(old));
                    }
                }
                ToLane::Quit => self.quit = true,
            }
        }
    }

    fn device_done(&mut self, done: Result<Option<Box<Edit>>, Box<Edit>>) {
        match done {
            Ok(Some(edit)) => self.send(FromLane::Edited { player: None, edit }),
            Ok(None) => {}
            // The control side sends one at a time; keep a second rather than lose it.
            Err(edit) => {
                if let Some(lost) = self.device_edit.replace(edit) {
                    self.send(FromLane::Refused(lost));
                }
            }
        }
    }

    fn send(&mut self, message: FromLane) {
        if let Err(rtrb::PushError::Full(message)) = self.outbox.push(message) {
            // `receive` keeps room for everything; should that ever fail, leaking is better than freeing here.
            std::mem::forget(message);
        }
    }

    /// Renders `frames` frames. They are cut where an edit settles, so that results do not depend on block lengths.
    pub(crate) fn render(&mut self, frames: usize) {
        let mut left = frames;
        while left > 0 {
            self.apply();
            let cut = self
                .seats
                .iter()
                .filter_map(|s| s.runner.fade_left().map(|f| f.max(1)))
                .chain(self.seats.iter().filter_map(|s| s.leaving.map(|at| self.fade.saturating_sub(at).max(1))))
                .chain(self.device.iter().filter_map(|d| d.fade_left().map(|f| f.max(1))))
                .min()
                .unwrap_or(usize::MAX);
            let n = left.min(self.max_block).min(cut);
            self.part(n);
            left -= n;
        }
    }

    /// Begins edits that wait for nothing any more.
    fn apply(&mut self) {
        let mut at = 0;
        while at < self.seats.len() {
            let seat = &mut self.seats[at];
            let ready = !seat.runner.is_fading()
                && seat.waiting.as_ref().is_some_and(|(_, after)| {
                    seat.shared.as_ref().is_none_or(|shared| {
                        shared.obeys(*after) || !matches!(shared.state(), PlayState::Playing | PlayState::Dry)
                    })
                });
            if ready && let Some((edit, after)) = seat.waiting.take() {
                match seat.runner.begin(edit) {
                    Ok(Some(edit)) => {
                        let player = Some(seat.player);
                        self.send(FromLane::Edited { player, edit });
                    }
                    Ok(None) => {}
                    Err(edit) => seat.waiting = Some((edit, after)),
                }
            }
            at += 1;
        }
        if let (Some(device), true) = (&mut self.device, self.device_edit.is_some())
            && !device.is_fading()
            && let Some(edit) = self.device_edit.take()
        {
            let done = device.begin(edit);
            self.device_done(done);
        }
    }

    /// Renders `n` frames without a cut.
    fn part(&mut self, n: usize) {
        let alone = self.seats.len() == 1;
        let mut track = None;
        let mut at = 0;
        while at < self.seats.len() {
            let seat = &mut self.seats[at];
            seat.runner.run::<Native>(n);
            track = alone.then(|| seat.runner.track());
            if let Some(device) = &mut self.device {
                for (outlet, inlet) in seat.routes.iter().enumerate() {
                    if let Some(inlet) = inlet {
                        device.fill_inlet(*inlet, seat.runner.outlet(outlet, n));
                        if let Some(at) = seat.leaving {
                            device.fade_inlet(*inlet, at, n);
                        }
                    }
                }
            }
            let player = Some(seat.player);
            let failed = seat.runner.take_failures();
            let settled = seat.runner.settle();
            let gone = seat.leaving.as_mut().is_some_and(|passed| {
                *passed += n;
                *passed >= self.fade
            });
            if failed > 0 {
                self.send(FromLane::Failed { player });
            }
            if let Some(edit) = settled {
                self.send(FromLane::Edited { player, edit });
            }
            if gone {
                let seat = self.seats.swap_remove(at);
                self.leave(seat);
            } else {
                at += 1;
            }
        }
        if let Some(device) = &mut self.device {
            // With one player the device's time is that of its track: an encoder behind the mixer then lies on its grid.
            device.set_track(track);
            device.run::<Native>(n);
            let failed = device.take_failures();
            let settled = device.settle();
            if failed > 0 {
                self.send(FromLane::Failed { player: None });
            }
            if let Some(edit) = settled {
                self.send(FromLane::Edited { player: None, edit });
            }
        }
    }

    fn leave(&mut self, seat: Box<Seat>) {
        if let Some(device) = &mut self.device {
            // The inlet may be given to another player only once it is silent.
            seat.routes.iter().flatten().for_each(|inlet| device.fill_inlet(*inlet, None));
        }
        self.send(FromLane::Left(seat));
    }

    /// Tells the clock when nothing has played for a second, and when something does again.
    pub(crate) fn mind_idleness(&mut self, frames: usize, rate: usize) {
        let active = self.seats.iter().any(|s| s.shared.as_ref().is_none_or(|shared| shared.wants_to_play()));
        self.quiet = if active { 0 } else { self.quiet.saturating_add(frames) };
        let idle = self.quiet > rate;
        if idle != self.idle {
            self.idle = idle;
            if let Some(clock) = &mut self.clock {
                clock.idle(idle);
            }
        }
    }
}
