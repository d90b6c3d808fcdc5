//! Opens a demuxer and decoder of symphonia and reads what is known of the track.

use crate::demux::mp4_edit::Edit;
use crate::demux::{Bytes, failed};
use lavalink_exec::{TrackError, TrackInfo};
use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::common::Limit;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::{MetadataOptions, StandardTag};
use symphonia::core::units::TimeBase;

/// Longest tag text kept, in bytes.
const MAX_TAG: usize = 1024;

/// A demuxer with its decoder.
pub(super) struct Opened {
    pub(super) format: Box<dyn FormatReader>,
    pub(super) decoder: Box<dyn AudioDecoder>,
    pub(super) track: u32,
    pub(super) base: TimeBase,
    /// Place in the demuxer's frames of the first frame to be heard.
    pub(super) start: i64,
    /// Frames to be heard, where that is told exactly.
    pub(super) end: Option<u64>,
    pub(super) info: TrackInfo,
}

/// Text for people of an error of symphonia.
pub(super) fn explain(error: &Error) -> TrackError {
    match error {
        Error::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            failed("the file ends before its sound begins, or it is no audio file this build can read")
        }
        Error::IoError(e) => failed(e.to_string()),
        Error::Unsupported(what) => failed(format!(
            "this format cannot be read ({what}); play mp3, flac, wav, aiff, ogg, opus, m4a (aac, alac)"
        )),
        other => failed(format!("the file is broken: {other}")),
    }
}

/// Opens the track in `bytes`, which stand at its beginning.
pub(super) fn open(bytes: &Bytes, edit: Option<Edit>) -> Result<Opened, TrackError> {
    let seekable = bytes.seekable();
    let stream = MediaSourceStream::new(Box::new(bytes.clone()), Default::default());
    let tags =
        MetadataOptions::default().limit_tag_bytes(Limit::Maximum(256 * 1024)).limit_visual_bytes(Limit::Maximum(0));
    let probe = symphonia::default::get_probe();
    let mut format =
        probe.probe(&Hint::new(), stream, FormatOptions::default(), tags).map_err(|error| explain(&error))?;
    let track = format
        .first_track_known_codec(TrackType::Audio)
        .or_else(|| format.first_track(TrackType::Audio))
        .ok_or_else(|| failed("there is no sound track in this file"))?
        .clone();
    let params = track
        .codec_params
        .as_ref()
        .and_then(|params| params.audio())
        .ok_or_else(|| failed("the sound track of this file has no codec this build knows"))?;
    let decoder = decoder_for(params).map_err(|error| explain(&error))?;
    let rate = params.sample_rate.filter(|rate| (1000..=768_000).contains(rate));
    let rate = rate.ok_or_else(|| failed("the file does not say its sample rate, or an impossible one"))?;
    let base = track.time_base.or_else(|| TimeBase::try_from_recip(rate));
    let base = base.ok_or_else(|| failed("the file has no clock"))?;
    let scaled = |ticks: u64, scale: u32| (u128::from(ticks) * u128::from(rate) / u128::from(scale)) as u64;
    let start = edit.map_or(0, |edit| scaled(edit.start, edit.timescale));
    let told = track.num_frames.map(|frames| frames.saturating_sub(start)).filter(|frames| *frames > 0);
    // A wav file written to a pipe claims 4 GiB; no more than four frames of one fit into a byte.
    let most = bytes.length().map_or(u64::from(u32::MAX) / 16, |length| length.saturating_mul(4));
    let riff = matches!(format.format_info().short_name, "wave" | "aiff");
    let told = told.filter(|frames| !riff || *frames <= most);
    let end = edit.and_then(|e| e.length.map(|length| scaled(length, e.timescale))).or(told);
    let container = match format.format_info().short_name {
        "wave" => "wav",
        "isomp4" => "mp4",
        name => name,
    };
    let mut info = TrackInfo {
        rate,
        channels: params.channels.as_ref().map_or(2, |c| c.count() as u16),
        frames: end,
        pre_skip: 0,
        seekable,
        codec: codec_name(decoder.codec_info().short_name, params),
        container: container.into(),
        title: None,
        artist: None,
    };
    read_tags(format.as_mut(), &mut info);
    Ok(Opened { format, decoder, track: track.id, base, start: start as i64, end, info })
}

/// A decoder for these parameters. The mp3 decoder is not let trim: the caller knows the true bounds.
pub(super) fn decoder_for(params: &AudioCodecParameters) -> Result<Box<dyn AudioDecoder>, Error> {
    let options = AudioDecoderOptions::default();
    symphonia::default::get_codecs().make_audio_decoder(params, &options)
}

/// Name of the codec; HE-AAC is named for what is heard of it.
fn codec_name(name: &str, params: &AudioCodecParameters) -> String {
    // AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1): five bits of object type, 5 and 29 are HE-AAC v1 and v2.
    let he = params.codec == CODEC_ID_AAC
        && params.extra_data.as_ref().and_then(|d| d.first()).is_some_and(|b| matches!(b >> 3, 5 | 29));
    if he { "aac (HE-AAC, played without its upper band)".into() } else { name.into() }
}

fn read_tags(format: &mut dyn FormatReader, info: &mut TrackInfo) {
    let mut metadata = format.metadata();
    let Some(revision) = metadata.skip_to_latest() else { return };
    let cut = |text: &str| {
        let end = (0..=MAX_TAG.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        Some(text[..end].trim().to_owned()).filter(|t| !t.is_empty())
    };
    for tag in &revision.media.tags {
        match &tag.std {
            Some(StandardTag::TrackTitle(text)) if info.title.is_none() => info.title = cut(text),
            Some(StandardTag::Artist(text)) if info.artist.is_none() => info.artist = cut(text),
            _ => {}
        }
    }
}
