//! Writing planar stereo to an open device: conversion, mapped memory or copies, silence.

use super::device::Device;
use alsa::Error;
use alsa::pcm::{Format, IO};
use lavalink_kernels::convert::{self, Packed24, Padded24, Sample};

/// Frames converted at a time where the device is written by copies.
const COPY: usize = 1_024;

/// Most channels of a device; more are not asked for.
const CHANNELS: usize = 8;

/// Room for converted samples. Made on the control side.
#[derive(Debug)]
pub(crate) struct Room {
    words: Box<[u32]>,
    mono: Box<[f32]>,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self { words: vec![0; COPY * CHANNELS].into_boxed_slice(), mono: vec![0.0; COPY].into_boxed_slice() }
    }
}

/// Writes as many frames as the device has room for and returns how many; never blocks.
pub(crate) fn write(device: &Device, room: &mut Room, left: &[f32], right: &[f32]) -> Result<usize, Error> {
    let io = device.pcm.io_bytes();
    let frames = left.len().min(right.len());
    let bytes = device.pcm.frames_to_bytes(1) as usize;
    let mut done = 0;
    while done < frames {
        let n = (frames - done).min(COPY);
        let (left, right) = (&left[done..done + n], &right[done..done + n]);
        let wrote = if device.mmap {
            let mono = &mut room.mono;
            map(device, &io, n, |to| fill(device, left, right, mono, to))?
        } else {
            // SAFETY: any bytes make valid words and the other way round.
            let (_, raw, _) = unsafe { room.words.align_to_mut::<u8>() };
            let raw = &mut raw[..n * bytes];
            fill(device, left, right, &mut room.mono, raw);
            match io.writei(raw) {
                Err(error) if error.errno() == libc::EAGAIN => 0,
                other => other?,
            }
        };
        done += wrote;
        if wrote == 0 {
            break;
        }
    }
    Ok(done)
}

/// Fills up to `frames` frames with silence.
pub(crate) fn silence(device: &Device, room: &mut Room, frames: usize) -> Result<(), Error> {
    const QUIET: [f32; 256] = [0.0; 256];
    let mut left = frames;
    while left > 0 {
        let n = left.min(QUIET.len());
        let wrote = write(device, room, &QUIET[..n], &QUIET[..n])?;
        if wrote == 0 {
            break;
        }
        left -= wrote;
    }
    Ok(())
}

/// Lets `fill` write into the device's own memory, up to its end.
fn map(device: &Device, io: &IO<'_, u8>, frames: usize, fill: impl FnOnce(&mut [u8])) -> Result<usize, Error> {
    let bytes = device.pcm.frames_to_bytes(1) as usize;
    // ALSA wants to be asked for the room before the memory.
    let frames = frames.min(device.pcm.avail_update()?.max(0) as usize);
    if frames == 0 {
        return Ok(0);
    }
    io.mmap(frames, |to| {
        let n = (to.len() / bytes).min(frames);
        fill(&mut to[..n * bytes]);
        n
    })
}

/// Converts as many frames as fit into `to`.
fn fill(device: &Device, left: &[f32], right: &[f32], mono: &mut [f32], to: &mut [u8]) {
    match device.format {
        Format::FloatLE => frames(device, left, right, mono, samples::<f32>(to), any),
        Format::S32LE => frames(device, left, right, mono, samples::<i32>(to), convert::stereo_to_s32),
        Format::S24LE => frames(device, left, right, mono, samples::<Padded24>(to), any),
        Format::S243LE => frames(device, left, right, mono, samples::<Packed24>(to), any),
        _ => frames(device, left, right, mono, samples::<i16>(to), |l, r, to| convert::stereo_to_s16(l, r, to, None)),
    }
}

fn any<S: Sample>(left: &[f32], right: &[f32], to: &mut [S]) {
    convert::from_stereo(left, right, to, None);
}

/// The same memory as samples. What does not lie aligned is left out; devices' memory and our own always do.
fn samples<S: Sample>(bytes: &mut [u8]) -> &mut [S] {
    // SAFETY: `Sample` is sealed, and all its types are plain numbers, for which any bytes are valid.
    unsafe { bytes.align_to_mut::<S>().1 }
}

fn frames<S: Sample>(
    device: &Device,
    left: &[f32],
    right: &[f32],
    mono: &mut [f32],
    to: &mut [S],
    stereo: impl FnOnce(&[f32], &[f32], &mut [S]),
) {
    let channels = device.channels as usize;
    let n = (to.len() / channels.max(1)).min(left.len());
    let (left, right) = (&left[..n], &right[..n]);
    match channels {
        2 => stereo(left, right, to),
        1 => {
            let mono = &mut mono[..n];
            mono.iter_mut().zip(left.iter().zip(right)).for_each(|(m, (l, r))| *m = 0.5 * (l + r));
            convert::from_f32(mono, to, None);
        }
        _ => {
            convert::from_f32(&[0.0], &mut to[..1], None);
            let quiet = to[0];
            to.fill(quiet);
            convert::put_channel(left, to, channels, 0, None);
            convert::put_channel(right, to, channels, 1, None);
        }
    }
}
