//! The decoder.

use super::{MAX_FRAMES, OpusError, RATE};
use core::ffi::c_int;
use core::ptr::NonNull;
use lavalink_exec::PacketDecoder;
use opusic_sys as sys;

/// A decoder to 48 kHz stereo, whatever the channels of the packets. No method allocates; real-time safe but for
/// [`Decoder::new`] and dropping.
#[derive(Debug)]
pub struct Decoder {
    state: NonNull<sys::OpusDecoder>,
    interleaved: Box<[f32]>,
    /// Frames of the last packet, which concealment repeats.
    last: usize,
}

// SAFETY: libopus keeps no thread-local or global mutable state; a decoder may move between threads, it is only used
// through `&mut self`.
unsafe impl Send for Decoder {}

impl Decoder {
    /// A fresh decoder. Control side.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn new() -> Result<Self, OpusError> {
        let mut error = 0;
        // SAFETY: `error` outlives the call; the arguments are among those libopus documents.
        let state = unsafe { sys::opus_decoder_create(RATE as i32, 2, &raw mut error) };
        OpusError::check(error)?;
        let state = NonNull::new(state).ok_or(OpusError::NoMemory)?;
        Ok(Self { state, interleaved: vec![0.0; 2 * MAX_FRAMES].into_boxed_slice(), last: super::FRAMES_20_MS })
    }

    /// Gain of the output in 1/256 dB, as the head of an Ogg Opus stream states it.
    ///
    /// # Errors
    /// None that is known; libopus' word is passed on.
    pub fn set_gain(&mut self, q8_db: i16) -> Result<(), OpusError> {
        // SAFETY: the state is live; this request takes one i32.
        let code =
            unsafe { sys::opus_decoder_ctl(self.state.as_ptr(), sys::OPUS_SET_GAIN_REQUEST, c_int::from(q8_db)) };
        OpusError::check(code).map(|_| ())
    }

    /// Decodes a packet and returns its frames, interleaved.
    ///
    /// # Errors
    /// When the packet is broken; the decoder may be used further.
    pub fn decode_interleaved(&mut self, packet: &[u8]) -> Result<&[f32], OpusError> {
        // An empty packet would mean concealment to libopus.
        if packet.is_empty() {
            return Err(OpusError::InvalidPacket);
        }
        let length = i32::try_from(packet.len()).map_err(|_| OpusError::InvalidPacket)?;
        // SAFETY: the state is live and ours alone; `packet` and the buffer are good for the lengths passed.
        let n = unsafe {
            sys::opus_decode_float(
                self.state.as_ptr(),
                packet.as_ptr(),
                length,
                self.interleaved.as_mut_ptr(),
                MAX_FRAMES as c_int,
                0,
            )
        };
        let frames = OpusError::check(n)?;
        self.last = frames;
        Ok(&self.interleaved[..2 * frames])
    }

    /// Makes up `frames` frames (a multiple of 120, at most 5,760) for a packet that was lost.
    ///
    /// # Errors
    /// When `frames` is none of those.
    pub fn conceal_interleaved(&mut self, frames: usize) -> Result<&[f32], OpusError> {
        if frames > MAX_FRAMES {
            return Err(OpusError::BufferTooSmall);
        }
        // SAFETY: as in `decode_interleaved`; no packet asks for concealment.
        let n = unsafe {
            sys::opus_decode_float(
                self.state.as_ptr(),
                core::ptr::null(),
                0,
                self.interleaved.as_mut_ptr(),
                frames as c_int,
                0,
            )
        };
        let frames = OpusError::check(n)?;
        Ok(&self.interleaved[..2 * frames])
    }

    /// Forgets all history; the gain stays.
    pub fn forget(&mut self) {
        // SAFETY: the state is live; this request takes no argument and cannot fail.
        unsafe { sys::opus_decoder_ctl(self.state.as_ptr(), sys::OPUS_RESET_STATE) };
        self.last = super::FRAMES_20_MS;
    }
}

impl PacketDecoder for Decoder {
    fn decode(&mut self, packet: &[u8], left: &mut [f32], right: &mut [f32]) -> usize {
        let frames = match self.decode_interleaved(packet) {
            Ok(pcm) => pcm.len() / 2,
            Err(_) => {
                let frames = self.last.min(left.len()).min(right.len()) / 120 * 120;
                self.conceal_interleaved(frames).map_or(0, |pcm| pcm.len() / 2)
            }
        };
        let frames = frames.min(left.len()).min(right.len());
        for (at, pair) in self.interleaved[..2 * frames].chunks_exact(2).enumerate() {
            left[at] = pair[0];
            right[at] = pair[1];
        }
        frames
    }

    fn reset(&mut self) {
        self.forget();
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: made by opus_decoder_create, destroyed once.
        unsafe { sys::opus_decoder_destroy(self.state.as_ptr()) }
    }
}
