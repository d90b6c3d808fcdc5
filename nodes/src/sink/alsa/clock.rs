//! The clock of a lane that plays to a device.

use super::device::{Device, Wanted};
use super::keeper::{Keeper, Request};
use super::output::{self, Room};
use crate::sink::deadline::{Deadlines, monotonic, nap};
use crate::sink::tap::Frame;
use alsa::Error;
use lavalink_exec::{Clock, Format, Readings, Tick};
use lavalink_kernels::Cpu;
use lavalink_kernels::polyphase::{Polyphase, Taps};
use rtrb::Consumer;
use std::time::Duration;

const XRUNS: usize = 0;
const DELAY: usize = 1;
const RATE: usize = 2;
const PERIOD: usize = 3;
const STATE: usize = 4;

/// Longest wait for the device.
const WAIT_MS: u32 = 50;
/// How long building waits for the device to open; later it comes when it comes.
const OPENING: Duration = Duration::from_millis(500);
/// A device that moves nothing for so long is given up as lost.
const STUCK: Duration = Duration::from_secs(3);
/// A device that takes so much more than its buffer in less time has no clock of its own (the `null` plugin).
const AHEAD: Duration = Duration::from_millis(250);
/// Time after which getting ahead is counted anew, so that a fast crystal is not taken for no clock.
const WINDOW: Duration = Duration::from_secs(30);
/// Device rates for which resamplers are made beforehand, in case the device cannot do the one asked for.
const COMMON: [u32; 8] = [48_000, 44_100, 96_000, 88_200, 192_000, 32_000, 16_000, 8_000];

/// Where the device is.
enum State {
    /// The keeper is opening it; deadlines pace the lane.
    Waiting,
    /// It plays.
    Playing(Playing),
    /// Given back while idle.
    Released,
}

/// A device that plays.
struct Playing {
    device: Device,
    /// Index of the resampler in use; `None` at the graph's own rate.
    resampler: Option<usize>,
    /// Graph frames of a block.
    block: usize,
    /// When frames were counted from, and how many the device has taken since, at its rate.
    since: Duration,
    taken: u64,
    /// When it last took something.
    moved: Duration,
    /// Deadlines, once the device has shown that it has no clock.
    paced: Option<Deadlines>,
    /// The next block is late: the device has run dry.
    late: bool,
}

/// Waits for the device and writes to it; goes on with deadlines where there is none.
pub(crate) struct AlsaClock {
    state: State,
    keeper: Keeper,
    frames: Consumer<Frame>,
    format: Format,
    readings: Readings,
    deadlines: Deadlines,
    resamplers: Box<[(u32, Polyphase)]>,
    /// Planar frames of a block at the graph's rate, and what is left to be written at the device's.
    left: Box<[f32]>,
    right: Box<[f32]>,
    out_left: Box<[f32]>,
    out_right: Box<[f32]>,
    pending: core::ops::Range<usize>,
    room: Room,
    release_after: Duration,
    idle_since: Option<Duration>,
    xruns: u32,
    commits: u32,
}

impl AlsaClock {
    /// Starts opening the device and waits for it a little. Control side.
    pub(crate) fn new(
        wanted: Wanted,
        release_after: f64,
        format: Format,
        frames: Consumer<Frame>,
        readings: Readings,
    ) -> std::io::Result<Self> {
        let cpu = Cpu::detect();
        let mut rates = COMMON.to_vec();
        rates.push(wanted.rate);
        rates.retain(|rate| *rate != format.rate);
        let resamplers: Box<[_]> = rates
            .into_iter()
            .filter_map(|rate| Polyphase::new(cpu, format.rate, rate, Taps::T48).map(|resampler| (rate, resampler)))
            .collect();
        let most = resamplers.iter().map(|(_, r)| r.max_output(format.max_block)).max().unwrap_or(0);
        let most = most.max(format.max_block);
        let silent = |n: usize| vec![0.0; n].into_boxed_slice();
        let block = (wanted.period as usize).clamp(16, format.max_block);
        let mut keeper = Keeper::start(wanted)?;
        let device = keeper.wait(OPENING);
        let mut clock = Self {
            state: State::Waiting,
            keeper,
            frames,
            format,
            readings,
            deadlines: Deadlines::new(format.rate, block),
            resamplers,
            left: silent(format.max_block),
            right: silent(format.max_block),
            out_left: silent(most),
            out_right: silent(most),
            pending: 0..0,
            room: Room::new(),
            release_after: Duration::from_secs_f64(release_after),
            idle_since: None,
            xruns: 0,
            commits: 0,
        };
        if let Some(device) = device {
            clock.play(device);
        }
        Ok(clock)
    }

    /// Takes a device into use; one whose rate cannot be reached is given back.
    fn play(&mut self, device: Device) {
        let rate = device.rate;
        let resampler = self.resamplers.iter().position(|(r, _)| *r == rate);
        if resampler.is_none() && rate != self.format.rate {
            // Not a rate of any device there is. It would play at the wrong pitch, so it stays silent.
            self.give_back(device);
            return;
        }
        if let Some((_, resampler)) = resampler.and_then(|i| self.resamplers.get_mut(i)) {
            resampler.reset();
        }
        let block = device.period as u64 * u64::from(self.format.rate) / u64::from(rate.max(1));
        let block = (block as usize).clamp(1, self.format.max_block);
        let now = monotonic();
        self.readings.set(RATE, rate as f32);
        self.readings.set(PERIOD, device.period as f32);
        self.readings.set(STATE, 1.0);
        self.pending = 0..0;
        let mut playing =
            Playing { device, resampler, block, since: now, taken: 0, moved: now, paced: None, late: false };
        match refill(&mut playing, &mut self.room) {
            Ok(()) => self.state = State::Playing(playing),
            Err(_) => {
                self.state = State::Playing(playing);
                self.lost();
            }
        }
    }

    fn give_back(&mut self, device: Device) {
        // The ring has room for more requests than there are devices; should it not, closing here is the lesser evil.
        if let Err(Request::Close(device)) = self.keeper.ask(Request::Close(device)) {
            device.close();
        }
    }

    /// The device is gone: deadlines take over and the keeper looks for it.
    fn lost(&mut self) {
        if let State::Playing(playing) = core::mem::replace(&mut self.state, State::Waiting) {
            self.give_back(playing.device);
        }
        self.reopen();
    }

    fn reopen(&mut self) {
        let _ = self.keeper.ask(Request::Open);
        self.state = State::Waiting;
        self.readings.set(STATE, 0.0);
        self.pending = 0..0;
        self.deadlines.restart();
    }

    fn release(&mut self) {
        if let State::Playing(playing) = core::mem::replace(&mut self.state, State::Released) {
            self.give_back(playing.device);
        }
        self.readings.set(STATE, 2.0);
    }

    /// Does what an error asks for. Returns whether the device is still there.
    fn recover(&mut self, error: &Error) {
        let State::Playing(playing) = &mut self.state else { return };
        let done = match error.errno() {
            libc::EPIPE => {
                self.xruns += 1;
                self.readings.set(XRUNS, self.xruns as f32);
                playing.late = true;
                playing.device.pcm.prepare().and_then(|()| refill(playing, &mut self.room))
            }
            libc::ESTRPIPE => match playing.device.pcm.resume() {
                // Still asleep: asked again at the next wait.
                Err(error) if error.errno() == libc::EAGAIN => {
                    nap(Duration::from_millis(u64::from(WAIT_MS)));
                    Ok(())
                }
                Ok(()) => Ok(()),
                Err(_) => playing.device.pcm.prepare().and_then(|()| refill(playing, &mut self.room)),
            },
            libc::EAGAIN | libc::EINTR => Ok(()),
            code => Err(Error::new("device", code)),
        };
        if done.is_err() {
            self.lost();
        }
    }

    /// Writes what the block before left over. Returns whether everything is written.
    fn flush(&mut self) -> Result<bool, Error> {
        let State::Playing(playing) = &mut self.state else { return Ok(true) };
        if self.pending.is_empty() {
            return Ok(true);
        }
        let (left, right) = (&self.out_left[self.pending.clone()], &self.out_right[self.pending.clone()]);
        let wrote = output::write(&playing.device, &mut self.room, left, right)?;
        self.pending.start += wrote;
        playing.taken += wrote as u64;
        if wrote > 0 {
            playing.moved = monotonic();
        }
        if playing.device.pcm.state_raw() == alsa::pcm::State::Prepared as i32 {
            playing.device.pcm.start()?;
        }
        Ok(self.pending.is_empty())
    }

    /// Waits until the device has room for a block.
    fn room(&mut self) -> Result<Tick, Error> {
        for _ in 0..2 {
            let written = self.flush()?;
            let State::Playing(playing) = &mut self.state else { return Ok(Tick::Idle) };
            let free = playing.device.pcm.avail_update()?.max(0) as usize;
            let need = match playing.resampler.and_then(|i| self.resamplers.get(i)) {
                Some((_, resampler)) => resampler.max_output(playing.block),
                None => playing.block,
            };
            if written && free >= need.min(playing.device.buffer / 2) {
                return Ok(playing.tick(self.format.rate));
            }
            let now = monotonic();
            if now > playing.moved + STUCK {
                return Err(Error::new("device", libc::EIO));
            }
            if !playing.device.pcm.wait(Some(WAIT_MS))? {
                return Ok(Tick::Idle);
            }
            if playing.device.pcm.avail_update()?.max(0) as usize <= free {
                // Woken without more room, as some plugins do: a short sleep keeps the lane from spinning.
                nap(Duration::from_millis(1));
            }
        }
        Ok(Tick::Idle)
    }
}

impl Playing {
    /// The device has room for a block; whether it is due is another matter for devices without a clock.
    fn tick(&mut self, rate: u32) -> Tick {
        let late = core::mem::take(&mut self.late);
        if let Some(deadlines) = &mut self.paced {
            return deadlines.wait();
        }
        let now = monotonic();
        let seconds = |frames: u64| Duration::from_secs_f64(frames as f64 / f64::from(self.device.rate.max(1)));
        let passed = now.saturating_sub(self.since);
        if seconds(self.taken.saturating_sub(self.device.buffer as u64)) > passed + AHEAD {
            self.paced = Some(Deadlines::new(rate, self.block));
        } else if passed > WINDOW {
            (self.since, self.taken) = (now, 0);
        }
        Tick::Run { frames: self.block, late }
    }
}

/// Fills the buffer with silence up to one period and starts the device: from here on it asks for a period at a time.
fn refill(playing: &mut Playing, room: &mut Room) -> Result<(), Error> {
    let device = &playing.device;
    output::silence(device, room, device.buffer.saturating_sub(device.period))?;
    if device.pcm.state_raw() == alsa::pcm::State::Prepared as i32 {
        device.pcm.start()?;
    }
    playing.moved = monotonic();
    Ok(())
}

impl Clock for AlsaClock {
    fn block(&self) -> usize {
        match &self.state {
            State::Playing(playing) => playing.block,
            _ => self.deadlines.block(),
        }
    }

    fn wait(&mut self) -> Tick {
        if self.idle_since.is_some_and(|since| monotonic() >= since + self.release_after) {
            self.release();
        }
        match &self.state {
            State::Playing(_) => match self.room() {
                Ok(tick) => tick,
                Err(error) => {
                    self.recover(&error);
                    Tick::Idle
                }
            },
            State::Waiting => {
                if let Some(device) = self.keeper.take() {
                    self.play(device);
                    return Tick::Idle;
                }
                self.deadlines.wait()
            }
            State::Released => {
                // One that was opened just before it was given up.
                if let Some(device) = self.keeper.take() {
                    self.give_back(device);
                }
                nap(Duration::from_millis(20));
                Tick::Idle
            }
        }
    }

    fn commit(&mut self) {
        let Ok(chunk) = self.frames.read_chunk(self.frames.slots().min(self.left.len())) else { return };
        let n = chunk.len();
        let targets = self.left.iter_mut().zip(self.right.iter_mut());
        targets.zip(chunk).for_each(|((l, r), frame)| [*l, *r] = frame);
        let State::Playing(playing) = &mut self.state else { return };
        // What the device did not take of the block before is written first; there is none in a steady state.
        let made = match playing.resampler.and_then(|i| self.resamplers.get_mut(i)) {
            Some((_, resampler)) => {
                let output = [&mut *self.out_left, &mut *self.out_right];
                resampler.process([&self.left[..n], &self.right[..n]], output).produced
            }
            None => {
                self.out_left[..n].copy_from_slice(&self.left[..n]);
                self.out_right[..n].copy_from_slice(&self.right[..n]);
                n
            }
        };
        self.pending = 0..made;
        self.commits = self.commits.wrapping_add(1);
        if self.commits.is_multiple_of(16)
            && let Ok(delay) = playing.device.pcm.delay()
        {
            self.readings.set(DELAY, delay as f32 * 1_000.0 / playing.device.rate.max(1) as f32);
        }
        if let Err(error) = self.flush() {
            self.recover(&error);
        }
    }

    fn idle(&mut self, idle: bool) {
        match (idle, self.idle_since) {
            (true, None) => self.idle_since = Some(monotonic()),
            (false, _) => {
                self.idle_since = None;
                if matches!(self.state, State::Released) {
                    self.reopen();
                }
            }
            _ => {}
        }
    }
}

impl Drop for AlsaClock {
    fn drop(&mut self) {
        self.release();
    }
}
