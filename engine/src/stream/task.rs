//! One track on a worker: from the open track through the chain into the ring.

use super::chain::Chain;
use super::chunk::SPARE;
use super::{ChunkSender, End, Shared, StageSpec};
use crate::graph::GraphError;
use crossbeam_channel::Receiver;
use lavalink_exec::{Curve, Format, MAX_PACKET, Next, PacketDecoder, Pcm, Piece, Track, TrackInfo};
use std::sync::{Arc, Mutex};

/// What the control side asks of a track task.
pub(crate) enum Order {
    /// Go to a place of the source, in frames at the graph's rate; what comes from there is of this generation.
    Seek { frame: u64, generation: u32 },
    /// Another track, from `frame` on.
    Play { track: Box<dyn Track>, frame: u64, generation: u32 },
    /// Other stages or values. The sound that obeys it carries `tag`.
    Stages { specs: Vec<StageSpec>, tag: u64 },
    /// Nothing more; what comes later is of this generation.
    Stop { generation: u32 },
    /// Whether the lane would rather have packets.
    Packets(bool),
}

/// What one call of [`TrackTask::poll`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Something was done; call again.
    Worked,
    /// The ring is full.
    Full,
    /// The source has no bytes.
    Waiting,
    /// No track, or it is over.
    Idle,
}

/// What the task tells the control side.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The track has been probed.
    pub(crate) info: Option<TrackInfo>,
    /// Why the track of this generation failed.
    pub(crate) failed: Option<(u32, String)>,
    /// Whether packets go into the ring.
    pub(crate) packets: bool,
    /// The generation these are about.
    pub(crate) generation: u32,
    /// Where the sound that was asked for last begins and, once the ring holds its last frame, where it ends.
    pub(crate) span: Span,
}

/// What of a track goes through the ring, in frames of its output.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    /// The generation this is about.
    pub(crate) generation: u32,
    /// Its first frame.
    pub(crate) begin: u64,
    /// One past its last frame; `None` until that is known.
    pub(crate) end: Option<u64>,
}

/// A track task. One worker at a time calls it.
pub(crate) struct TrackTask {
    format: Format,
    curve: Curve,
    orders: Receiver<Order>,
    ring: ChunkSender,
    pub(crate) report: Arc<Mutex<Report>>,
    decoders: Arc<Mutex<super::feed::DecoderPost>>,
    track: Option<Box<dyn Track>>,
    specs: Vec<StageSpec>,
    chain: Option<Chain>,
    /// A change of stages that waits for the one before it to be faded in.
    pending: Option<(Vec<StageSpec>, u64)>,
    want_packets: bool,
    packets: bool,
    piece: Piece,
    fifo: Pcm,
    generation: u32,
    tag: u64,
    /// Place in the output of the track, in frames, of the next chunk.
    frame: u64,
    /// Source place at the last reset of the chain, in frames at the track's rate.
    base: u64,
    ended: Option<End>,
    end_sent: bool,
    /// Frames that pcm of the track lies before its packets' grid.
    offset: u64,
    /// Whether the next chunk is the beginning of the track.
    from_start: bool,
    /// Chunks sent since the last jump.
    sent: usize,
    lead: usize,
}

impl TrackTask {
    pub(crate) fn new(
        format: Format,
        curve: Curve,
        orders: Receiver<Order>,
        ring: ChunkSender,
        decoders: super::feed::DecoderPost,
        specs: Vec<StageSpec>,
    ) -> Self {
        Self {
            format,
            curve,
            orders,
            ring,
            report: Arc::default(),
            decoders: Arc::new(Mutex::new(decoders)),
            track: None,
            specs,
            chain: None,
            pending: None,
            want_packets: false,
            packets: false,
            piece: Piece::default(),
            fifo: Pcm::new(),
            generation: 0,
            tag: 0,
            frame: 0,
            base: 0,
            ended: None,
            end_sent: false,
            offset: 0,
            from_start: false,
            sent: 0,
            lead: format.frames(20.0),
        }
    }

    /// Share of the ring that is full, for workers to serve the emptiest first.
    pub(crate) fn fill(&self) -> f32 {
        self.ring.queued() as f32 / self.ring.size() as f32
    }

    /// Does a little work: obeys orders, then makes at most a few chunks. Never blocks.
    pub(crate) fn poll(&mut self) -> Progress {
        while let Ok(order) = self.orders.try_recv() {
            self.obey(order);
        }
        if let Ok(mut post) = self.decoders.lock() {
            while post.back.pop().is_ok() {}
        }
        if self.track.is_none() || self.end_sent {
            return Progress::Idle;
        }
        if !self.ring.has_room(self.sent < SPARE) {
            return Progress::Full;
        }
        if self.fifo.len() >= self.lead || (self.ended.is_some() && !self.packets) {
            self.send_pcm();
            return Progress::Worked;
        }
        self.pull()
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Play { track, frame, generation } => {
                self.chain = None;
                self.packets = false;
                self.offset = 0;
                self.track = Some(track);
                if let Ok(mut report) = self.report.lock() {
                    *report = Report { generation, ..Report::default() };
                }
                self.go_to(frame, generation, frame > 0);
                let busy = self.specs.iter().any(StageSpec::acts);
                if let Some(track) = &mut self.track {
                    track.deliver_packets(self.want_packets && !busy);
                }
            }
            Order::Seek { frame, generation } => self.go_to(frame, generation, true),
            Order::Stop { generation } => {
                self.track = None;
                self.chain = None;
                self.fifo.clear();
                self.generation = generation;
                self.ended = None;
            }
            Order::Stages { specs, tag } => {
                self.specs.clone_from(&specs);
                if self.chain.is_some() {
                    self.pending = Some((specs, tag));
                } else {
                    self.tag = tag;
                }
            }
            Order::Packets(wanted) => self.want_packets = wanted,
        }
    }

    fn go_to(&mut self, frame: u64, generation: u32, seek: bool) {
        if let Ok(mut report) = self.report.lock() {
            report.span = Span { generation, begin: frame, end: None };
        }
        self.generation = generation;
        self.frame = frame + self.offset;
        self.ended = None;
        self.end_sent = false;
        self.sent = 0;
        self.from_start = !seek;
        self.fifo.clear();
        if let Some(chain) = &mut self.chain {
            chain.reset();
        }
        let rate = self.track.as_ref().and_then(|t| t.info()).map_or(self.format.rate, |i| i.rate);
        self.base = frame * u64::from(rate) / u64::from(self.format.rate.max(1));
        if let (true, Some(track)) = (seek, &mut self.track) {
            track.seek(self.base);
        }
    }

    /// Applies a waiting change of stages as soon as the one before it is through.
    fn change_stages(&mut self) {
        let Some(chain) = &mut self.chain else { return };
        if chain.is_fading() {
            return;
        }
        if let Some((specs, tag)) = self.pending.take() {
            match chain.edit(&specs) {
                Ok(()) => self.tag = tag,
                Err(e) => self.fail(e.to_string()),
            }
        }
    }

    /// Asks the track for the next piece and runs it through the chain.
    fn pull(&mut self) -> Progress {
        self.change_stages();
        let Some(track) = &mut self.track else { return Progress::Idle };
        self.piece.clear();
        let next = track.next(&mut self.piece);
        if self.chain.is_none() && !matches!(next, Next::Pending | Next::Failed(_)) {
            self.begin();
        }
        match next {
            Next::Pending => return Progress::Waiting,
            Next::Failed(error) => self.fail(error.message),
            Next::End => {
                self.ended = Some(End::Finished);
                if let Some(chain) = &mut self.chain {
                    chain.finish(&mut self.fifo);
                }
                if self.packets {
                    self.send_end();
                }
            }
            Next::Piece if !self.piece.packet.is_empty() => self.send_packet(),
            Next::Piece => {
                self.packets = false;
                if let Some(chain) = &mut self.chain {
                    chain.push(self.piece.pcm.as_stereo(), &mut self.fifo);
                }
            }
        }
        self.choose_packets();
        Progress::Worked
    }

    /// The track has been probed: the chain can be built.
    fn begin(&mut self) {
        let Some(info) = self.track.as_ref().and_then(|t| t.info()).cloned() else { return };
        match Chain::new(&self.specs, self.format, info.rate, self.curve.clone()) {
            Ok(chain) => self.chain = Some(chain),
            Err(e) => self.fail(e.to_string()),
        }
        if self.piece.frame > 0 {
            self.base = self.piece.frame;
        }
        self.packets = !self.piece.packet.is_empty();
        if self.want_packets && self.packet_track() {
            // Pcm may give way to packets: it is counted on their grid.
            self.offset = u64::from(info.pre_skip);
            self.frame += self.offset;
        }
        if let Ok(mut report) = self.report.lock() {
            report.info = Some(info);
            report.packets = self.packets;
        }
        if let Some(decoder) = self.track.as_ref().and_then(|t| t.packet_decoder()) {
            self.post(decoder);
        }
    }

    fn packet_track(&self) -> bool {
        self.track.as_ref().is_some_and(|t| t.packet_decoder().is_some())
    }

    fn post(&mut self, decoder: Box<dyn PacketDecoder>) {
        if let Ok(mut post) = self.decoders.lock() {
            // A full ring means that many tracks were begun and none was heard; the lane then resets the one it has.
            drop(post.give.push(decoder));
        }
    }

    /// Packets go into the ring when the lane would rather have them and no stage has anything to do.
    fn choose_packets(&mut self) {
        let idle = self.chain.as_ref().is_some_and(Chain::is_idle) && self.pending.is_none();
        let wanted = self.want_packets && idle;
        if let Some(track) = &mut self.track {
            track.deliver_packets(wanted);
        }
    }

    fn fail(&mut self, message: String) {
        self.ended = Some(End::Failed);
        self.packets = false;
        if let Ok(mut report) = self.report.lock() {
            report.failed = Some((self.generation, message));
        }
    }

    /// The track has panicked: it is not called again.
    pub(crate) fn abandon(&mut self) {
        if let Some(track) = self.track.take() {
            // Its drop may panic as well; a leak is the lesser evil.
            std::mem::forget(track);
        }
        self.chain = None;
        self.fifo.clear();
        self.fail("the track's decoder failed in a way it should not; this is a bug".to_owned());
        self.send_end();
    }

    fn source(&self) -> u64 {
        let consumed = self.chain.as_ref().map_or(0.0, Chain::consumed);
        let rate = self.track.as_ref().and_then(|t| t.info()).map_or(self.format.rate, |i| i.rate.max(1));
        // What waits in the fifo has left the chain but not been sent.
        let place = (self.base as f64 + consumed) * f64::from(self.format.rate) / f64::from(rate);
        (place - self.fifo.len() as f64).max(0.0) as u64
    }

    /// Sends up to 20 ms of pcm, or the end.
    fn send_pcm(&mut self) {
        let source = self.source();
        let Some(mut chunk) = self.ring.take() else { return };
        let n = self.fifo.len().min(chunk.left.len());
        chunk.left[..n].copy_from_slice(&self.fifo.left[..n]);
        chunk.right[..n].copy_from_slice(&self.fifo.right[..n]);
        self.fifo.consume(n);
        chunk.frames = n;
        chunk.generation = self.generation;
        chunk.tag = self.tag;
        chunk.frame = self.frame;
        chunk.source = source;
        chunk.first = std::mem::take(&mut self.from_start);
        self.frame += n as u64;
        if self.fifo.is_empty()
            && let Some(end) = self.ended
        {
            chunk.end = Some(end);
            self.end_sent = true;
            self.note_end();
        }
        self.sent += 1;
        self.ring.send(chunk);
    }

    fn note_end(&mut self) {
        if let Ok(mut report) = self.report.lock() {
            report.span.end = Some(self.frame);
        }
    }

    /// Sends the packet of the piece.
    fn send_packet(&mut self) {
        // Pcm from before the change to packets goes first; the fifo holds less than a chunk.
        if !self.fifo.is_empty() {
            self.send_pcm();
        }
        let Some(mut chunk) = self.ring.take() else { return };
        let len = self.piece.packet.len().min(MAX_PACKET);
        chunk.packet[..len].copy_from_slice(&self.piece.packet[..len]);
        chunk.packet_len = len;
        chunk.frames = (self.piece.packet_frames as usize).min(chunk.left.len());
        chunk.generation = self.generation;
        chunk.tag = self.tag;
        chunk.frame = self.piece.frame;
        chunk.source = self.piece.frame;
        chunk.first = std::mem::take(&mut self.from_start);
        if chunk.first {
            chunk.skip = self.offset.saturating_sub(self.piece.frame).min(u64::from(u16::MAX)) as u16;
        }
        let after = self.piece.frame + chunk.frames as u64;
        if after <= self.frame && self.sent > 0 {
            // Heard already; it only primes the decoder.
            chunk.frames = 0;
        } else {
            self.frame = after;
        }
        self.packets = true;
        self.sent += 1;
        self.ring.send(chunk);
    }

    fn send_end(&mut self) {
        let Some(mut chunk) = self.ring.take() else { return };
        chunk.generation = self.generation;
        chunk.tag = self.tag;
        chunk.frame = self.frame;
        chunk.source = self.frame;
        chunk.end = self.ended;
        self.end_sent = true;
        self.note_end();
        self.sent += 1;
        self.ring.send(chunk);
    }
}

impl Shared {
    /// Whether everything up to order `tag` is heard, or nothing is.
    pub(crate) fn obeys(&self, tag: u64) -> bool {
        self.tag() >= tag
    }
}

impl From<GraphError> for lavalink_exec::TrackError {
    fn from(error: GraphError) -> Self {
        Self { message: error.to_string() }
    }
}
