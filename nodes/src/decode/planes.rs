//! Any decoded sample format and channel count to two channels of f32.

use lavalink_exec::Pcm;
use symphonia::core::audio::conv::IntoSample;
use symphonia::core::audio::sample::Sample;
use symphonia::core::audio::{Audio, AudioBuffer, GenericAudioBufferRef};

/// Appends frames `from..` of `buffer` to `out`: one channel is doubled, of more than two the first two are kept.
/// Integers of n bits are divided by 2^(n−1), so that up to 24 bits survive exactly.
pub(crate) fn append(buffer: &GenericAudioBufferRef<'_>, from: usize, until: usize, out: &mut Pcm) {
    match buffer {
        GenericAudioBufferRef::U8(b) => append_as(b, from, until, out),
        GenericAudioBufferRef::U16(b) => append_as(b, from, until, out),
        GenericAudioBufferRef::U24(b) => append_as(b, from, until, out),
        GenericAudioBufferRef::U32(b) => append_as(b, from, until, out),
        GenericAudioBufferRef::S8(b) => append_as(b, from, until, out),
        GenericAudioBufferRef::S16(b) => append_as(b, from, until, out),
        GenericAudioBufferRef::S24(b) => append_as(b, from, until, out),
        GenericAudioBufferRef::S32(b) => append_as(b, from, until, out),
        GenericAudioBufferRef::F32(b) => append_as(b, from, until, out),
        GenericAudioBufferRef::F64(b) => append_as(b, from, until, out),
    }
}

fn append_as<S: Sample + IntoSample<f32>>(buffer: &AudioBuffer<S>, from: usize, until: usize, out: &mut Pcm) {
    let Some(left) = buffer.plane(0).and_then(|plane| plane.get(from..until)) else { return };
    let right = buffer.plane(1).and_then(|plane| plane.get(from..until)).unwrap_or(left);
    // A broken file may hold samples that are no numbers; they would poison every filter after.
    let clean = |s: &S| {
        let x: f32 = (*s).into_sample();
        if x.is_finite() { x } else { 0.0 }
    };
    out.left.extend(left.iter().map(clean));
    out.right.extend(right.iter().map(clean));
}
