//! What a processor sees of the buffers in one block.

use crate::arena::{ArenaView, Slot};
use crate::{Packet, PacketQueue, Phase};

/// A stereo block to read.
#[derive(Clone, Copy, Debug)]
pub struct Stereo<'a> {
    /// Left channel.
    pub left: &'a [f32],
    /// Right channel, as long as the left.
    pub right: &'a [f32],
}

/// A stereo block to write.
#[derive(Debug)]
pub struct StereoMut<'a> {
    /// Left channel.
    pub left: &'a mut [f32],
    /// Right channel, as long as the left.
    pub right: &'a mut [f32],
}

impl StereoMut<'_> {
    /// The same block to read.
    #[must_use]
    pub fn as_ref(&self) -> Stereo<'_> {
        Stereo { left: self.left, right: self.right }
    }

    /// Makes it silent.
    pub fn clear(&mut self) {
        self.left.fill(0.0);
        self.right.fill(0.0);
    }
}

/// The buffers of a plan as one step sees them.
///
/// Ports are numbered in the order of the kind's table, counted ports expanded; pcm and packet ports share one
/// numbering per direction. A kind that works in place (one pcm input, one pcm output) has no inputs here: its sound
/// is in [`Io::inout`]. Asking for a port that is not there, or is of the other edge type, gives silence or an empty
/// queue rather than a panic.
pub struct Io<'a> {
    arena: ArenaView<'a>,
    inputs: &'a [Slot],
    outputs: &'a [Slot],
    frames: usize,
    silent: u32,
    phase: Phase,
}

impl<'a> Io<'a> {
    /// # Safety
    /// No two of `outputs` name the same buffer, and none of them is among `inputs`.
    pub(crate) unsafe fn new(
        arena: ArenaView<'a>,
        inputs: &'a [Slot],
        outputs: &'a [Slot],
        frames: usize,
        silent: u32,
        phase: Phase,
    ) -> Self {
        Self { arena, inputs, outputs, frames, silent, phase }
    }

    /// Which part of the work is due; always [`Phase::Whole`] but for kinds that close loops.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Frames in this block.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Number of inputs; 0 for a kind that works in place.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs.len()
    }

    /// Whether input `port` (for a kind that works in place: port 0) is silent. Its samples are zeros then.
    #[must_use]
    pub fn is_silent(&self, port: usize) -> bool {
        port < 32 && self.silent & (1 << port) != 0
    }

    /// The samples of pcm input `port`; zeros where nothing is wired.
    #[must_use]
    pub fn input(&self, port: usize) -> Stereo<'a> {
        let slot = self.inputs.get(port).copied().unwrap_or(Slot::SILENCE);
        // SAFETY: inputs are never outputs of the same step, so nothing writes to this buffer during the step.
        unsafe { self.arena.stereo(slot, self.frames) }
    }

    /// The buffer of pcm output `port`. What is in it beforehand is undefined.
    #[must_use]
    pub fn output(&mut self, port: usize) -> StereoMut<'_> {
        let slot = self.outputs.get(port).copied().unwrap_or(Slot::SCRATCH);
        // SAFETY: outputs are disjoint from each other and from the inputs, and the borrow of `self` keeps a second
        // `output` call from handing the same buffer out twice.
        unsafe { self.arena.stereo_mut(slot, self.frames) }
    }

    /// The buffer of a kind that works in place: input before, output after.
    #[must_use]
    pub fn inout(&mut self) -> StereoMut<'_> {
        self.output(0)
    }

    /// The packets of packet input `port`, in order.
    #[must_use]
    pub fn packets_in(&self, port: usize) -> &'a [Packet] {
        let slot = self.inputs.get(port).copied().unwrap_or(Slot::NO_PACKETS);
        // SAFETY: as for `input`.
        unsafe { self.arena.packets(slot) }
    }

    /// The queue of packet output `port`, empty at the start of the block.
    #[must_use]
    pub fn packets_out(&mut self, port: usize) -> &mut PacketQueue {
        let slot = self.outputs.get(port).copied().unwrap_or(Slot::SCRATCH_PACKETS);
        // SAFETY: as for `output`.
        unsafe { self.arena.packets_mut(slot) }
    }
}
