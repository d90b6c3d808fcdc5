//! The buffers of a plan: one block of memory, cut into stereo buffers, and a few packet queues.

use crate::{Packet, PacketQueue, Stereo, StereoMut};
use alloc::{boxed::Box, vec};
use core::marker::PhantomData;

/// A buffer of an arena, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// A stereo buffer.
    Pcm(u16),
    /// A packet queue.
    Packets(u16),
}

impl Slot {
    /// The pcm buffer that is always silent; read by inputs nothing is wired to.
    pub const SILENCE: Self = Self::Pcm(0);
    /// The pcm buffer nobody reads; written by outputs nothing is wired to when nothing better is free.
    pub const SCRATCH: Self = Self::Pcm(1);
    /// The packet queue that is always empty.
    pub const NO_PACKETS: Self = Self::Packets(0);
    /// The packet queue nobody reads.
    pub const SCRATCH_PACKETS: Self = Self::Packets(1);
    /// Buffers of either type that every arena has before its own: the two above.
    pub const RESERVED: u16 = 2;
}

/// Sixteen samples on a cache line of their own, so that every channel starts aligned for any vector width.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; 16]);

/// What is known of a pcm buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Samples.
    Live,
    /// Silence; the samples may be anything.
    Silent,
    /// Silence, and the first so many frames are zeros.
    Zeroed(u32),
}

/// The memory of a plan.
pub(crate) struct Arena {
    lines: Box<[Line]>,
    pub(crate) states: Box<[State]>,
    queues: Box<[PacketQueue]>,
    stride: usize,
}

impl Arena {
    /// An arena of `pcm` stereo buffers of `max_block` frames and `packets` queues, the reserved ones included.
    pub(crate) fn new(max_block: usize, pcm: u16, packets: u16) -> Self {
        let stride = max_block.div_ceil(16);
        Self {
            lines: vec![Line([0.0; 16]); stride * 2 * usize::from(pcm)].into_boxed_slice(),
            states: vec![State::Zeroed(max_block as u32); usize::from(pcm)].into_boxed_slice(),
            queues: (0..packets).map(|_| PacketQueue::new()).collect(),
            stride,
        }
    }

    /// Bytes it holds.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&*self.lines) + size_of_val(&*self.queues)
    }

    /// The longest block it holds.
    pub(crate) fn max_block(&self) -> usize {
        self.stride * 16
    }

    pub(crate) fn has(&self, slot: Slot) -> bool {
        match slot {
            Slot::Pcm(i) => usize::from(i) < self.states.len(),
            Slot::Packets(i) => usize::from(i) < self.queues.len(),
        }
    }

    pub(crate) fn view(&mut self) -> ArenaView<'_> {
        ArenaView {
            samples: self.lines.as_mut_ptr().cast(),
            queues: self.queues.as_mut_ptr(),
            channel: self.stride * 16,
            owner: PhantomData,
        }
    }

    pub(crate) fn queue(&mut self, index: u16) -> &mut PacketQueue {
        &mut self.queues[usize::from(index)]
    }

    /// Three different queues at once.
    pub(crate) fn queues(&mut self, a: u16, b: u16, c: u16) -> Option<[&mut PacketQueue; 3]> {
        self.queues.get_disjoint_mut([usize::from(a), usize::from(b), usize::from(c)]).ok()
    }

    pub(crate) fn is_silent(&self, slot: Slot) -> bool {
        match slot {
            Slot::Pcm(i) => self.states[usize::from(i)] != State::Live,
            Slot::Packets(i) => self.queues[usize::from(i)].is_empty(),
        }
    }

    /// Makes sure that a silent buffer holds zeros for `frames` frames.
    pub(crate) fn ensure_zeros(&mut self, slot: Slot, frames: usize) {
        let Slot::Pcm(i) = slot else { return };
        let state = self.states[usize::from(i)];
        let known = match state {
            State::Live => return,
            State::Silent => 0,
            State::Zeroed(n) => n as usize,
        };
        if known < frames {
            // SAFETY: `&mut self` makes this the only access.
            let mut block = unsafe { self.view().stereo_mut(slot, frames) };
            block.clear();
            self.states[usize::from(i)] = State::Zeroed(frames as u32);
        }
    }

    pub(crate) fn mark(&mut self, slot: Slot, state: State) {
        if let Slot::Pcm(i) = slot {
            self.states[usize::from(i)] = state;
        }
    }

    /// Copies one buffer, silence as a mark only.
    pub(crate) fn copy(&mut self, from: Slot, to: Slot, frames: usize) {
        match (from, to) {
            (Slot::Pcm(a), Slot::Pcm(b)) if a != b => {
                if self.states[usize::from(a)] == State::Live {
                    let view = self.view();
                    // SAFETY: two different buffers, and `&mut self` makes this the only access.
                    unsafe {
                        let (src, dst) = (view.stereo(from, frames), view.stereo_mut(to, frames));
                        dst.left.copy_from_slice(src.left);
                        dst.right.copy_from_slice(src.right);
                    }
                    self.states[usize::from(b)] = State::Live;
                } else {
                    self.states[usize::from(b)] = State::Silent;
                }
            }
            _ => {}
        }
    }

    /// A pcm buffer to read from outside the plan.
    pub(crate) fn read(&mut self, slot: Slot, frames: usize) -> Stereo<'_> {
        self.ensure_zeros(slot, frames);
        // SAFETY: `&mut self` is held for as long as the block is read.
        unsafe { self.view().stereo(slot, frames) }
    }
}

/// Pointers into an arena, to be handed to one step at a time.
#[derive(Clone, Copy)]
pub(crate) struct ArenaView<'a> {
    samples: *mut f32,
    queues: *mut PacketQueue,
    channel: usize,
    owner: PhantomData<&'a mut Arena>,
}

impl<'a> ArenaView<'a> {
    fn at(&self, slot: Slot) -> *mut f32 {
        let index = match slot {
            Slot::Pcm(i) => usize::from(i),
            Slot::Packets(_) => usize::from(Slot::RESERVED) - 2,
        };
        // SAFETY: slots of a plan are checked against its arena when the plan is made, and every arena has the
        // reserved buffers.
        unsafe { self.samples.add(index * 2 * self.channel) }
    }

    /// # Safety
    /// Nobody may write to the buffer for `'a`, and `frames` is at most the arena's block.
    pub(crate) unsafe fn stereo(&self, slot: Slot, frames: usize) -> Stereo<'a> {
        let left = self.at(slot);
        // SAFETY: both channels lie in the arena, which `'a` keeps borrowed.
        unsafe {
            Stereo {
                left: core::slice::from_raw_parts(left, frames),
                right: core::slice::from_raw_parts(left.add(self.channel), frames),
            }
        }
    }

    /// # Safety
    /// Nobody else may use the buffer while the result lives, and `frames` is at most the arena's block.
    pub(crate) unsafe fn stereo_mut(&self, slot: Slot, frames: usize) -> StereoMut<'a> {
        let left = match slot {
            Slot::Pcm(_) => self.at(slot),
            Slot::Packets(_) => self.at(Slot::SCRATCH),
        };
        // SAFETY: as for `stereo`; the two channels do not overlap.
        unsafe {
            StereoMut {
                left: core::slice::from_raw_parts_mut(left, frames),
                right: core::slice::from_raw_parts_mut(left.add(self.channel), frames),
            }
        }
    }

    /// # Safety
    /// Nobody may write to the queue for `'a`.
    pub(crate) unsafe fn packets(&self, slot: Slot) -> &'a [Packet] {
        let index = match slot {
            Slot::Packets(i) => usize::from(i),
            Slot::Pcm(_) => 0,
        };
        // SAFETY: queue numbers are checked when the plan is made; queue 0 is always there.
        unsafe { (*self.queues.add(index)).as_slice() }
    }

    /// # Safety
    /// Nobody else may use the queue while the result lives.
    pub(crate) unsafe fn packets_mut(&self, slot: Slot) -> &'a mut PacketQueue {
        let index = match slot {
            Slot::Packets(i) => usize::from(i),
            Slot::Pcm(_) => 1,
        };
        // SAFETY: as for `packets`; queue 1 is always there.
        unsafe { &mut *self.queues.add(index) }
    }
}
