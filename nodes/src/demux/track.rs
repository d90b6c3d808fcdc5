//! The track over a byte source: the coroutine, and what is said through it.

use super::body::failed;
use super::fiber::{Fiber, Port};
use super::probe;
use crate::opus::Decoder;
use crate::source::bytes::ByteReader;
use lavalink_exec::{Next, PacketDecoder, Piece, Track, TrackError, TrackInfo};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the coroutine says.
pub(crate) enum Word {
    /// No bytes at the moment.
    Pending,
    /// The format is known; the gain is there if packets can be delivered.
    Probed(Box<TrackInfo>, Option<i16>),
    /// A piece.
    Piece(Piece),
    /// The track is over.
    End,
    /// The track cannot go on.
    Failed(TrackError),
}

/// What is asked of the coroutine; it looks before every piece.
#[derive(Default)]
struct Wishes {
    seek: Option<u64>,
    packets: bool,
    /// A piece whose memory may be used.
    spare: Piece,
}

type SharedWishes = Arc<Mutex<Wishes>>;

fn lock(wishes: &SharedWishes) -> MutexGuard<'_, Wishes> {
    wishes.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A track whose bytes come through a ring.
pub(crate) struct StreamTrack {
    fiber: Fiber<Word>,
    wishes: SharedWishes,
    info: Option<Box<TrackInfo>>,
    gain: Option<i16>,
}

impl StreamTrack {
    /// A track over `bytes`, still to be probed.
    pub(crate) fn new(bytes: ByteReader) -> std::io::Result<Self> {
        let wishes = SharedWishes::default();
        let theirs = wishes.clone();
        let fiber = Fiber::start(move |port| run(&port, Arc::new(bytes), &theirs))?;
        Ok(Self { fiber, wishes, info: None, gain: None })
    }
}

/// The life of a track inside the coroutine.
fn run(port: &Port<Word>, ring: Arc<ByteReader>, wishes: &SharedWishes) {
    let mut body = match probe::open(ring, port) {
        Ok(body) => body,
        Err(error) => loop {
            port.say(Word::Failed(error.clone()));
        },
    };
    port.say(Word::Probed(Box::new(body.info().clone()), body.packet_gain()));
    let mut broken: Option<TrackError> = None;
    loop {
        let (seek, packets, mut piece) = {
            let mut wishes = lock(wishes);
            (wishes.seek.take(), wishes.packets, std::mem::take(&mut wishes.spare))
        };
        if let Some(frame) = seek {
            broken = body.seek(frame).err();
        }
        piece.clear();
        let word = match &broken {
            Some(error) => Word::Failed(error.clone()),
            None => match body.fill(&mut piece, packets) {
                Ok(true) => Word::Piece(piece),
                Ok(false) => Word::End,
                Err(error) => {
                    broken = Some(error.clone());
                    Word::Failed(error)
                }
            },
        };
        // What was read for the old place while a seek came in is not wanted any more.
        if lock(wishes).seek.is_none() {
            port.say(word);
        }
    }
}

impl Track for StreamTrack {
    fn info(&self) -> Option<&TrackInfo> {
        self.info.as_deref()
    }

    fn next(&mut self, piece: &mut Piece) -> Next {
        piece.clear();
        if piece.pcm.left.capacity() + piece.packet.capacity() > 0 {
            lock(&self.wishes).spare = std::mem::take(piece);
        }
        loop {
            return match self.fiber.resume() {
                Some(Word::Probed(info, gain)) => {
                    self.info = Some(info);
                    self.gain = gain;
                    continue;
                }
                Some(Word::Piece(filled)) => {
                    *piece = filled;
                    Next::Piece
                }
                Some(Word::Pending) => Next::Pending,
                Some(Word::End) => Next::End,
                Some(Word::Failed(error)) => Next::Failed(error),
                None => Next::Failed(failed("the file is broken in a way its decoder did not survive; re-encode it")),
            };
        }
    }

    fn seek(&mut self, frame: u64) {
        lock(&self.wishes).seek = Some(frame);
    }

    fn deliver_packets(&mut self, packets: bool) {
        lock(&self.wishes).packets = packets;
    }

    fn packet_decoder(&self) -> Option<Box<dyn PacketDecoder>> {
        let gain = self.gain?;
        let mut decoder = Decoder::new().ok()?;
        decoder.set_gain(gain).ok()?;
        Some(Box::new(decoder))
    }
}
