//! One player on the control side.

use super::Event;
use super::part::Part;
use crate::stream::{Order, PlayState, Report, Shared, StageSpec, TrackTask};
use crossbeam_channel::Sender;
use lavalink_exec::{Format, Group, Track, TrackInfo};
use std::sync::{Arc, Mutex};

/// Where a track begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StartAt {
    /// Frames at the graph's rate.
    pub frame: u64,
    /// Whether the track before is played to its end first, with the new one joined to it.
    pub after_present: bool,
}

/// What a player is doing.
#[derive(Clone, Debug, PartialEq)]
pub struct Playing {
    /// State of its track.
    pub state: PlayState,
    /// Generation that is heard; raised by every seek, stop and replace.
    pub generation: u32,
    /// Place in the output of the track, in frames: where it was begun plus what has been played since.
    pub frame: u64,
    /// Place in the source, in frames at the graph's rate.
    pub source_frame: u64,
    /// What is known of the track.
    pub info: Option<TrackInfo>,
    /// Whether its packets go to a sink untouched.
    pub passes_through: bool,
    /// How often its ring ran dry.
    pub dry: u32,
    /// Frames until the end of the track, once its last frame waits to be played.
    pub left: Option<u64>,
}

/// A player.
pub(crate) struct Player {
    pub(crate) part: Part,
    format: Format,
    pub(crate) shared: Arc<Shared>,
    /// Workers serve the task for as long as this is here.
    _task: Arc<Mutex<TrackTask>>,
    report: Arc<Mutex<Report>>,
    orders: Sender<Order>,
    stages: Vec<StageSpec>,
    /// Changes of stages that wait until the lane encodes.
    stages_wait: bool,
    /// Revision of the graph that `stages` and `passable` are of.
    seen: u64,
    /// Whether the graph would let packets through.
    passable: bool,
    tag: u64,
    generation: u32,
    /// A generation that may begin as soon as its plan is ready, and whether it cuts the one before.
    starting: Option<(u32, bool)>,
    announced: u32,
    ended: u32,
    dry: u32,
    pub(crate) has_track: bool,
    pub(crate) leaving: bool,
    /// Whether the lane has been told that it leaves.
    pub(crate) left: bool,
    pub(crate) routes: Vec<Option<usize>>,
}

impl Player {
    pub(crate) fn new(
        part: Part,
        format: Format,
        shared: Arc<Shared>,
        task: Arc<Mutex<TrackTask>>,
        orders: Sender<Order>,
        stages: Vec<StageSpec>,
        routes: Vec<Option<usize>>,
    ) -> Self {
        let passable = part.could_pass_through(format);
        let report = task.lock().map(|t| Arc::clone(&t.report)).unwrap_or_default();
        Self {
            part,
            format,
            shared,
            _task: task,
            report,
            orders,
            stages,
            stages_wait: false,
            seen: 0,
            passable,
            tag: 0,
            generation: 0,
            starting: None,
            announced: 0,
            ended: 0,
            dry: 0,
            has_track: false,
            leaving: false,
            left: false,
            routes,
        }
    }

    fn order(&self, order: Order) {
        // The receiver lives as long as the task, which this player owns.
        drop(self.orders.send(order));
    }

    pub(crate) fn play(&mut self, track: Box<dyn Track>, at: StartAt) -> u32 {
        self.generation += 1;
        let generation = self.generation;
        self.has_track = true;
        self.order(Order::Packets(self.encodes()));
        self.order(Order::Play { track, frame: at.frame, generation });
        self.starting = Some((generation, !at.after_present));
        generation
    }

    pub(crate) fn seek(&mut self, frame: u64) -> u32 {
        self.generation += 1;
        self.order(Order::Seek { frame, generation: self.generation });
        match &mut self.starting {
            // Not heard yet: the place it starts from changes.
            Some((generation, _)) => *generation = self.generation,
            None => {
                self.shared.allow(self.generation);
                self.shared.want(self.generation, false);
            }
        }
        self.generation
    }

    pub(crate) fn stop(&mut self) -> u32 {
        self.generation += 1;
        self.starting = None;
        self.has_track = false;
        self.order(Order::Stop { generation: self.generation });
        self.shared.allow(self.generation);
        self.shared.want(self.generation, true);
        self.generation
    }

    pub(crate) fn playing(&self) -> Playing {
        Playing {
            state: if self.has_track || self.shared.state() == PlayState::Ended {
                self.shared.state()
            } else {
                PlayState::Idle
            },
            generation: self.shared.generation(),
            frame: self.shared.frame(),
            source_frame: self.shared.source(),
            info: self.report.lock().ok().and_then(|r| r.info.clone()),
            passes_through: self.part.installed.passes_through(),
            dry: self.shared.dry_count(),
            left: self.left(),
        }
    }

    fn left(&self) -> Option<u64> {
        let span = self.report.lock().ok()?.span;
        let end = span.end.filter(|_| self.has_track && span.generation == self.generation)?;
        // What is asked for but not heard yet will be played from its beginning.
        let at = if self.shared.generation() == span.generation { self.shared.frame() } else { span.begin };
        Some(end.saturating_sub(at))
    }

    /// Whether the graph has an encoder: the lane then takes packets of tracks that have them, and decodes them itself
    /// while it has something to do to them.
    fn encodes(&self) -> bool {
        self.part.graph.nodes().any(|(_, n)| n.kind().group == Group::Encoder)
    }

    /// Whether packets would be of use: some path from the feed to a sink would forward them, and no stage acts.
    fn may_pass(&self) -> bool {
        self.passable && !self.stages.iter().any(StageSpec::acts)
    }

    /// Looks after everything that has become possible: stages, pass-through, starts and ends. Returns events.
    pub(crate) fn tend(&mut self, events: &mut Vec<Event>) {
        self.tend_stages();
        let Some(player) = self.part.player else { return };
        let (info, failed, packets, reported) = match self.report.lock() {
            Ok(mut report) => (report.info.clone(), report.failed.take(), report.packets, report.generation),
            Err(_) => return,
        };
        if let Some((generation, message)) = failed {
            if self.starting.is_some_and(|(g, _)| g == generation) {
                self.shared.allow(generation);
                self.shared.want(generation, true);
                self.starting = None;
            }
            self.has_track = false;
            events.push(Event::Failed { player, generation, message });
        }
        self.tend_packets(packets);
        if let Some((generation, cut)) = self.starting
            && let Some(info) = info
            && reported != 0
            && self.part.is_settled()
        {
            self.starting = None;
            self.shared.allow(generation);
            if cut {
                self.shared.want(generation, false);
            }
            if self.announced != reported {
                self.announced = reported;
                events.push(Event::Started { player, generation, info });
            }
        }
        let ended = self.shared.ended();
        if ended != self.ended {
            self.ended = ended;
            if ended == self.generation {
                self.has_track = false;
            }
            events.push(Event::Ended { player, generation: ended });
        }
        let dry = self.shared.dry_count();
        if dry != self.dry {
            self.dry = dry;
            events.push(Event::Dry { player });
        }
    }

    /// The plan forwards packets while the track comes as packets: the one that starts, as its worker says; one that
    /// plays, as the lane hears it.
    fn tend_packets(&mut self, reported: bool) {
        let coming = match (self.is_heard(), self.starting.is_some()) {
            // Two tracks for a moment: forwarding has to be right for both.
            (true, true) => reported && self.shared.plays_packets(),
            (true, false) => self.shared.plays_packets(),
            (false, _) => reported,
        };
        let packets = coming && self.may_pass() && !self.stages_wait;
        self.part.silent = !self.is_heard();
        if packets != self.part.options.packets {
            self.part.options.packets = packets;
            self.part.touch();
        }
    }

    /// Whether its track is under way on the lane, paused or not.
    pub(crate) fn is_heard(&self) -> bool {
        matches!(self.shared.state(), PlayState::Playing | PlayState::Dry | PlayState::Paused)
    }

    /// Sends changed stages to the worker; while the lane forwards packets, it has to encode first.
    fn tend_stages(&mut self) {
        if self.seen != self.part.revision() {
            self.seen = self.part.revision();
            self.passable = self.part.could_pass_through(self.format);
            let Ok(stages) = self.part.stages() else { return };
            let changed = stages != self.stages;
            self.stages = stages;
            self.order(Order::Packets(self.encodes()));
            if !changed {
                return;
            }
        } else if !self.stages_wait {
            return;
        }
        let acts = self.stages.iter().any(StageSpec::acts);
        if acts && (self.part.installed.passes_through() || self.part.is_busy()) {
            self.stages_wait = true;
            if self.part.options.packets {
                self.part.options.packets = false;
                self.part.touch();
            }
            return;
        }
        self.stages_wait = false;
        self.tag += 1;
        self.order(Order::Stages { specs: self.stages.clone(), tag: self.tag });
    }

    /// Whether something is still to be done before what was asked for is in effect.
    pub(crate) fn is_pending(&self) -> bool {
        self.stages_wait || self.starting.is_some() || self.seen != self.part.revision()
    }

    /// The order of the stream side that an edit made now has to wait for.
    pub(crate) fn tag(&self) -> u64 {
        self.tag
    }
}
