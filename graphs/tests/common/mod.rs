//! Node kinds for the tests: tables shaped like those of the shipped kinds, with nothing behind them, so that what these
//! tests expect does not change with every word in a help text.
#![allow(dead_code)]

use lavalink_exec::{BuildError, Cost, Edge, Group, Kind, Make, Param, Port, Pruned, Unit};
use lavalink_graphs::{Document, Issues, Kinds, Loader, ShippedOnly, load};

const fn lane(name: &'static str, help: &'static str, params: &'static [Param]) -> Kind {
    Kind { name, help, params, make: Make::Lane(|_| Err(BuildError::new("only a table"))), ..Kind::DEFAULT }
}

const PCM_IN: &[Port] = &[Port::one("in", Edge::Pcm)];
const PCM_OUT: &[Port] = &[Port::one("out", Edge::Pcm)];

static SOURCE: Kind = Kind {
    group: Group::Source,
    inputs: &[],
    outputs: &[Port::one("out", Edge::Bytes)],
    params: &[
        Param::text("input", "", "What to open."),
        Param::whole("buffer", Unit::Bytes, 32_768.0, 16_777_216.0, 262_144.0, "Bytes read ahead."),
    ],
    pruned_as: Pruned::Never,
    make: Make::Source,
    ..lane("source", "Opens a track.", &[])
};
static DECODER: Kind = Kind {
    group: Group::Decoder,
    inputs: &[Port::one("in", Edge::Bytes)],
    pruned_as: Pruned::Never,
    cost: Cost::Heavy,
    make: Make::Decoder,
    ..lane("decoder", "Decodes.", &[])
};
static RESAMPLER: Kind = Kind {
    group: Group::Resampler,
    pruned_as: Pruned::Never,
    make: Make::Stage(|_| Err(BuildError::new("only a table"))),
    ..lane("resampler", "Changes the rate.", &[Param::choice("quality", &["low", "medium", "high"], 2, "How well.")])
};
static SPEED: Kind = Kind {
    make: Make::Stage(|_| Err(BuildError::new("only a table"))),
    ..lane("speed", "Plays faster.", &[Param::number("speed", Unit::None, 0.1, 10.0, 1.0, "How fast.")])
};
static LOW_PASS: Kind = Kind {
    filter: Some("lowPass"),
    ..lane(
        "low_pass",
        "Takes the treble away.",
        &[Param::number("smoothing", Unit::None, 1.0, 1000.0, 20.0, "How much.")],
    )
};
static EQUALIZER: Kind = Kind {
    filter: Some("equalizer"),
    ..lane("equalizer", "15 bands.", &[Param::number("gain", Unit::None, -0.25, 1.0, 0.0, "Gain of a band.").array(15)])
};
static VOLUME: Kind = Kind {
    filter: Some("volume"),
    ..lane("volume", "Volume.", &[Param::number("volume", Unit::None, 0.0, 5.0, 1.0, "Factor.")])
};
static REVERB: Kind = Kind {
    group: Group::Effect,
    cost: Cost::Heavy,
    filter: Some("reverb"),
    ..lane(
        "reverb",
        "A room.",
        &[
            Param::number("time", Unit::Seconds, 0.1, 20.0, 2.0, "How long it rings."),
            Param::number("mix", Unit::None, 0.0, 1.0, 0.3, "How much of it."),
            Param::flag("freeze", false, "Rings for ever."),
        ],
    )
};
static BIQUAD: Kind = Kind {
    check: |p, f| match p.number(0) < f64::from(f.rate) / 2.0 {
        true => Ok(()),
        false => Err(BuildError::of(0, "the frequency must be below half the sample rate")),
    },
    ..lane(
        "biquad",
        "One band.",
        &[
            Param::number("frequency", Unit::Hz, 1.0, 96_000.0, 1000.0, "Centre."),
            Param::choice("type", &["low_pass", "peaking", "high_shelf"], 1, "Shape."),
            Param::number("q", Unit::None, 0.05, 100.0, 0.7, "Quality."),
            Param::number("gain", Unit::Db, -48.0, 48.0, 0.0, "Gain."),
        ],
    )
};
static FADER: Kind = lane(
    "fader",
    "Level.",
    &[Param::number("gain", Unit::Db, -120.0, 24.0, 0.0, "Gain."), Param::flag("mute", false, "Silence.")],
);
static METER: Kind = Kind { group: Group::Meter, ..lane("meter", "Measures.", &[]) };
static DELAY: Kind = Kind {
    feedback: true,
    ..lane("delay", "Later.", &[Param::number("time", Unit::Ms, 0.0, 2000.0, 100.0, "How late.")])
};
static LIMITER: Kind =
    lane("limiter", "Stops peaks.", &[Param::number("ceiling", Unit::Db, -24.0, 0.0, -1.0, "Highest peak.")]);
static MIXER: Kind = Kind {
    group: Group::Mixer,
    inputs: &[Port { name: "in", edge: Edge::Pcm, counted_by: Some(0) }],
    pruned_as: Pruned::Never,
    ..lane("mixer", "Adds up.", &[Param::whole("inputs", Unit::None, 1.0, 32.0, 8.0, "How many.")])
};
static ENCODER: Kind = Kind {
    group: Group::Encoder,
    outputs: &[Port::one("out", Edge::Packets)],
    pruned_as: Pruned::Never,
    cost: Cost::Heavy,
    ..lane(
        "opus_encoder",
        "Encodes.",
        &[
            Param::number("bitrate", Unit::BitsPerSecond, 6e3, 510e3, 128e3, "Bits per second."),
            Param::whole("complexity", Unit::None, 0.0, 10.0, 10.0, "Effort."),
        ],
    )
};
const fn sink(name: &'static str, inputs: &'static [Port], params: &'static [Param]) -> Kind {
    Kind {
        group: Group::Sink,
        inputs,
        outputs: &[],
        pruned_as: Pruned::Never,
        ..lane(name, "Takes sound away.", params)
    }
}
static ALSA: Kind = sink(
    "alsa",
    PCM_IN,
    &[
        Param::text("device", "default", "Which."),
        Param::whole("buffer", Unit::Frames, 64.0, 65_536.0, 1024.0, "How much it holds."),
        Param::whole("period", Unit::Frames, 16.0, 32_768.0, 256.0, "Its block."),
    ],
);
static NULL: Kind = sink("null", PCM_IN, &[Param::flag("clocked", true, "Keeps time.")]);
static WAV: Kind = sink("wav", PCM_IN, &[Param::text("path", "", "Where.")]);
static DISCORD: Kind = sink("discord", &[Port::one("in", Edge::Packets)], &[]);
static TIMESCALE: Kind = Kind { name: "timescale", filter: Some("timescale"), ..SPEED };
static SPLIT: Kind = Kind {
    outputs: &[Port::one("low", Edge::Pcm), Port::one("high", Edge::Pcm)],
    inputs: PCM_IN,
    ..lane("split", "Two bands.", &[])
};
static CHANNEL_MIX: Kind = Kind { filter: Some("channelMix"), ..lane("channel_mix", "Mixes channels.", &[]) };
static HALL: Kind = Kind { group: Group::Effect, cost: Cost::Heavy, ..lane("hall", "A hall.", &[]) };
static TONE: Kind = Kind { inputs: &[], outputs: PCM_OUT, ..lane("tone", "A tone.", &[]) };

/// The kinds of the tests.
pub(crate) fn kinds() -> Kinds {
    Kinds::new(&[
        &SOURCE,
        &CHANNEL_MIX,
        &HALL,
        &DECODER,
        &RESAMPLER,
        &SPEED,
        &LOW_PASS,
        &EQUALIZER,
        &VOLUME,
        &REVERB,
        &BIQUAD,
        &FADER,
        &METER,
        &DELAY,
        &LIMITER,
        &MIXER,
        &ENCODER,
        &ALSA,
        &NULL,
        &WAV,
        &DISCORD,
        &TIMESCALE,
        &SPLIT,
        &TONE,
    ])
}

/// Loads a text as a document from the network would be.
pub(crate) fn read(text: &str) -> (Option<Document>, Issues) {
    read_with(text, &ShippedOnly)
}

/// Loads a text.
pub(crate) fn read_with(text: &str, loader: &dyn Loader) -> (Option<Document>, Issues) {
    load("test.yml", text, &kinds(), loader)
}

/// The codes of all issues of a text, in order.
pub(crate) fn codes(text: &str) -> Vec<&'static str> {
    read(text).1.iter().map(|i| i.code.code()).collect()
}

/// A document around nodes and wires of a player that has `track`, `decode` and `resample`.
pub(crate) fn player(nodes: &str, wires: &str) -> String {
    format!(
        "graph: 1\nplayer:\n  nodes:\n    track: {{ kind: source }}\n    decode: {{ kind: decoder }}\n    \
         resample: {{ kind: resampler }}\n{}  wires:\n{}",
        indent(nodes, "    "),
        indent(wires, "    ")
    )
}

fn indent(text: &str, by: &str) -> String {
    text.lines().map(|l| format!("{by}{}\n", l.trim())).collect()
}
