//! The table of `alsa`, its building, and the lane's processor.

use super::clock::AlsaClock;
use super::device::Wanted;
use super::name;
use crate::sink::tap::Frame;
use alsa::pcm::Format as DeviceFormat;
use lavalink_exec::{
    BuildArgs, BuildError, Context, Group, Io, Kind, Make, Output, Param, Processor, Pruned, Reading, Sink, Tail, Unit,
};
use rtrb::{Producer, RingBuffer};
use std::any::Any;

const DEVICE: usize = 0;
const BUFFER: usize = 1;
const PERIOD: usize = 2;
const FORMAT: usize = 3;
const RATE: usize = 4;
const RELEASE_AFTER: usize = 5;
const CHANNELS: usize = 6;

const FORMATS: [Option<DeviceFormat>; 5] = [
    None,
    Some(DeviceFormat::S16LE),
    Some(DeviceFormat::S24LE),
    Some(DeviceFormat::S32LE),
    Some(DeviceFormat::FloatLE),
];

/// Plays to an ALSA device.
pub static KIND: Kind = Kind {
    name: "alsa",
    group: Group::Sink,
    help: "Plays to a sound device through ALSA; the device's clock drives the lane.",
    outputs: &[],
    params: &[
        Param::text("device", "default", "ALSA name of the device, as `doctor` lists them."),
        Param::whole(
            "buffer",
            Unit::Frames,
            64.0,
            262_144.0,
            1_024.0,
            "Frames the device holds: how long the lane may be late.",
        ),
        Param::whole("period", Unit::Frames, 16.0, 65_536.0, 256.0, "Frames between two wake-ups: the lane's block."),
        Param::choice(
            "format",
            &["auto", "s16", "s24", "s32", "f32"],
            0,
            "Sample format; auto takes the best the device has.",
        ),
        Param::whole("rate", Unit::Hz, 0.0, 384_000.0, 0.0, "Rate of the device; 0 is the graph's."),
        Param::number(
            "release_after",
            Unit::Seconds,
            0.0,
            86_400.0,
            5.0,
            "How long the device is kept when nothing plays.",
        ),
        Param::whole(
            "channels",
            Unit::None,
            1.0,
            8.0,
            2.0,
            "Channels asked for; 1 mixes down, more than 2 stay silent.",
        ),
    ],
    readings: &[
        Reading { name: "xruns", unit: Unit::None, help: "Times the device ran dry." },
        Reading { name: "delay", unit: Unit::Ms, help: "Time from the graph to the ear, as the device tells it." },
        Reading { name: "rate", unit: Unit::Hz, help: "Rate the device runs at." },
        Reading { name: "period", unit: Unit::Frames, help: "Frames of a period as the device took it." },
        Reading { name: "state", unit: Unit::None, help: "0 waiting for the device, 1 playing, 2 released." },
    ],
    tail: |_, _| Tail::Endless,
    check: |params, _| {
        name::check(params.text(DEVICE)).map_err(|message| BuildError::of(DEVICE, message))?;
        if params.number(BUFFER) < 2.0 * params.number(PERIOD) {
            return Err(BuildError::of(
                BUFFER,
                "the buffer must hold two periods at least; make it larger or `period` smaller",
            ));
        }
        let rate = params.number(RATE);
        if rate != 0.0 && rate < 4_000.0 {
            return Err(BuildError::of(RATE, "no device runs below 4 kHz; write `rate: 0` for the graph's rate"));
        }
        Ok(())
    },
    pruned_as: Pruned::Never,
    make: Make::Sink(build),
    ..Kind::DEFAULT
};

fn build(args: BuildArgs<'_>) -> Result<Sink, BuildError> {
    let params = args.params;
    (KIND.check)(params, &args.format)?;
    let rate = match params.number(RATE) as u32 {
        0 => args.format.rate,
        rate => rate,
    };
    let wanted = Wanted {
        device: params.text(DEVICE).to_owned(),
        rate,
        channels: params.number(CHANNELS) as u32,
        buffer: params.number(BUFFER) as u32,
        period: params.number(PERIOD) as u32,
        format: FORMATS[params.choice(FORMAT)],
    };
    let (ring, frames) = RingBuffer::new(2 * args.format.max_block);
    let clock =
        AlsaClock::new(wanted, params.number(RELEASE_AFTER), args.format, frames, args.readings).map_err(|error| {
            BuildError::new(format!("no thread for the device can be started: {error}; raise the limit"))
        })?;
    Ok(Sink { processor: Box::new(Hand { ring }), clock: Some(Box::new(clock)), drain: None })
}

/// Hands each block to the clock.
struct Hand {
    ring: Producer<Frame>,
}

impl Processor for Hand {
    fn process(&mut self, io: &mut Io<'_>, _ctx: &Context) -> Output {
        let block = io.input(0);
        let fits = self.ring.slots().min(block.left.len());
        if let Ok(chunk) = self.ring.write_chunk_uninit(fits) {
            chunk.fill_from_iter(block.left.iter().zip(block.right).map(|(l, r)| [*l, *r]));
        }
        Output::Silent
    }

    fn reset(&mut self) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
