//! The encoder.

use super::{OpusError, RATE};
use core::ffi::c_int;
use core::ptr::NonNull;
use opusic_sys as sys;

/// What the encoder is tuned for. Fixed once the first packet is made, until a reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Application {
    /// Speech first.
    Voip,
    /// Music and everything mixed.
    #[default]
    Audio,
    /// Music with a look-ahead of 2.5 ms instead of 6.5.
    LowDelay,
}

impl Application {
    fn code(self) -> c_int {
        match self {
            Self::Voip => sys::OPUS_APPLICATION_VOIP,
            Self::Audio => sys::OPUS_APPLICATION_AUDIO,
            Self::LowDelay => sys::OPUS_APPLICATION_RESTRICTED_LOWDELAY,
        }
    }
}

/// How the encoder spends its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vbr {
    /// Every packet has the same size.
    Constant,
    /// Variable, within a bound that keeps the delay of a link of that rate; libopus' default.
    Constrained,
    /// Variable.
    Free,
}

/// A stereo encoder at 48 kHz. No method allocates; real-time safe but for [`Encoder::new`] and dropping.
#[derive(Debug)]
pub struct Encoder {
    state: NonNull<sys::OpusEncoder>,
}

// SAFETY: libopus keeps no thread-local or global mutable state; an encoder may move between threads, it is only used
// through `&mut self`.
unsafe impl Send for Encoder {}

impl Encoder {
    /// An encoder with libopus' defaults (automatic bitrate, complexity 9, constrained VBR). Control side.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn new(application: Application) -> Result<Self, OpusError> {
        let mut error = 0;
        // SAFETY: `error` outlives the call; the arguments are among those libopus documents.
        let state = unsafe { sys::opus_encoder_create(RATE as i32, 2, application.code(), &raw mut error) };
        OpusError::check(error)?;
        NonNull::new(state).map(|state| Self { state }).ok_or(OpusError::NoMemory)
    }

    /// Encodes interleaved stereo of 120, 240, 480, 960, 1920 or 2880 frames into `packet` and returns its length in
    /// bytes.
    ///
    /// # Errors
    /// When the number of frames is none of those or `packet` is too small.
    pub fn encode(&mut self, interleaved: &[f32], packet: &mut [u8]) -> Result<usize, OpusError> {
        let frames = (interleaved.len() / 2).min(MAX_LEN) as c_int;
        let room = packet.len().min(MAX_LEN) as i32;
        // SAFETY: the state is live and ours alone; both pointers are good for the lengths passed.
        let n = unsafe {
            sys::opus_encode_float(self.state.as_ptr(), interleaved.as_ptr(), frames, packet.as_mut_ptr(), room)
        };
        OpusError::check(n)
    }

    /// Bits per second, 500 to 512,000 (larger values are taken as the most the format allows).
    ///
    /// # Errors
    /// When the value is out of range.
    pub fn set_bitrate(&mut self, bits_per_second: u32) -> Result<(), OpusError> {
        self.set(sys::OPUS_SET_BITRATE_REQUEST, bits_per_second.min(i32::MAX as u32) as c_int)
    }

    /// Effort, 0 to 10.
    ///
    /// # Errors
    /// When the value is out of range.
    pub fn set_complexity(&mut self, complexity: u8) -> Result<(), OpusError> {
        self.set(sys::OPUS_SET_COMPLEXITY_REQUEST, c_int::from(complexity))
    }

    /// What it is tuned for.
    ///
    /// # Errors
    /// When a packet has been made since construction or reset.
    pub fn set_application(&mut self, application: Application) -> Result<(), OpusError> {
        self.set(sys::OPUS_SET_APPLICATION_REQUEST, application.code())
    }

    /// How it spends its bits.
    ///
    /// # Errors
    /// None that is known; libopus' word is passed on.
    pub fn set_vbr(&mut self, vbr: Vbr) -> Result<(), OpusError> {
        self.set(sys::OPUS_SET_VBR_REQUEST, c_int::from(vbr != Vbr::Constant))?;
        self.set(sys::OPUS_SET_VBR_CONSTRAINT_REQUEST, c_int::from(vbr == Vbr::Constrained))
    }

    /// In-band error correction for lost packets (speech modes only).
    ///
    /// # Errors
    /// None that is known; libopus' word is passed on.
    pub fn set_fec(&mut self, on: bool) -> Result<(), OpusError> {
        self.set(sys::OPUS_SET_INBAND_FEC_REQUEST, c_int::from(on))
    }

    /// Makes packets that do not depend on earlier ones, so that a decoder can join there.
    ///
    /// # Errors
    /// None that is known; libopus' word is passed on.
    pub fn set_prediction_disabled(&mut self, disabled: bool) -> Result<(), OpusError> {
        self.set(sys::OPUS_SET_PREDICTION_DISABLED_REQUEST, c_int::from(disabled))
    }

    /// Frames at 48 kHz by which the coded sound lags its input; 312 for [`Application::Audio`].
    #[must_use]
    pub fn lookahead(&self) -> usize {
        let mut frames: i32 = 0;
        // SAFETY: the state is live; this request writes one i32 through the pointer, which outlives the call.
        let code =
            unsafe { sys::opus_encoder_ctl(self.state.as_ptr(), sys::OPUS_GET_LOOKAHEAD_REQUEST, &raw mut frames) };
        if code == sys::OPUS_OK { frames.max(0) as usize } else { 0 }
    }

    /// Forgets all history; the settings stay.
    pub fn reset(&mut self) {
        // SAFETY: the state is live; this request takes no argument and cannot fail.
        unsafe { sys::opus_encoder_ctl(self.state.as_ptr(), sys::OPUS_RESET_STATE) };
    }

    fn set(&mut self, request: c_int, value: c_int) -> Result<(), OpusError> {
        // SAFETY: the state is live; every request passed here takes one i32.
        let code = unsafe { sys::opus_encoder_ctl(self.state.as_ptr(), request, value) };
        OpusError::check(code).map(|_| ())
    }
}

/// Lengths are cut to this before they become C integers.
const MAX_LEN: usize = i32::MAX as usize;

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: made by opus_encoder_create, destroyed once.
        unsafe { sys::opus_encoder_destroy(self.state.as_ptr()) }
    }
}
