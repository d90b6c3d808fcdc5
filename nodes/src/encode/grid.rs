//! Where an encoder's packets lie on the grid of the track: packet k is what a continuous decoder makes of frames
//! 960 k to 960 k + 960. Knows nothing of sound; only counts.

use lavalink_exec::TrackTime;

/// Frames of a packet.
pub(crate) const PACKET: i64 = 960;

/// What the pcm of the next block means to the encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It follows what came before.
    On,
    /// It is elsewhere: the encoder must forget, and begin its chunk with that many frames of silence.
    Restart(usize),
}

/// What a full chunk has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chunk {
    /// The packet of the frames from here on.
    Packet(u64),
    /// What lies right before the very first frame of a track: it lets a fresh decoder start without a fade.
    Lead,
    /// Only there to prime the encoder; nobody needs the packet.
    Prime,
}

/// Counts frames of the encoder's input in the track's time and says which packet each chunk is.
///
/// The encoder lags `lookahead` frames, so that packet k is made of the pcm [960 k + lookahead, 960 (k + 1) +
/// lookahead): chunk k.
#[derive(Debug)]
pub(crate) struct Grid {
    lookahead: i64,
    /// The place of the input's next frame, by own count; `None` before the first block.
    place: Option<i64>,
    /// Track time and length of the block before.
    last: (TrackTime, i64),
    /// Start of the packet that the chunk being filled becomes.
    next: i64,
    /// Start of the first packet that is wanted; chunks before it prime.
    from: i64,
    /// Whether no packet has been made yet, so that there may be a lead.
    fresh: bool,
}

impl Grid {
    pub(crate) fn new(lookahead: usize) -> Self {
        let last = (TrackTime::default(), 0);
        Self { lookahead: lookahead as i64, place: None, last, next: 0, from: 0, fresh: true }
    }

    /// A block of `frames` frames whose first lies at `track`, `latency` frames late. To be called before its frames
    /// are put into the chunk.
    pub(crate) fn block(&mut self, track: TrackTime, latency: u32, frames: usize) -> Step {
        let here = track.frame as i64 - i64::from(latency);
        let (before, length) = core::mem::replace(&mut self.last, (track, frames as i64));
        let Some(place) = self.place else { return self.restart(here, frames) };
        let moved = track.frame.wrapping_sub(before.frame) as i64;
        if track.generation != before.generation {
            return self.restart(here, frames);
        }
        if place != here {
            if moved == length && (place - here) % PACKET == 0 {
                // The track stood still for whole packets, which were made of the silence, and runs again: the chunk
                // in the making is already on its grid.
                self.next += here - place;
                self.from += here - place;
                self.place = Some(here);
            } else if moved != 0 {
                return self.restart(here, frames);
            }
            // The track stands still: go on counting.
        }
        self.place = self.place.map(|place| place + frames as i64);
        Step::On
    }

    /// The chunk is full: what becomes of it.
    pub(crate) fn chunk(&mut self) -> Chunk {
        let start = self.next;
        self.next += PACKET;
        let fresh = core::mem::replace(&mut self.fresh, false);
        match u64::try_from(start) {
            Ok(start) if start as i64 >= self.from => Chunk::Packet(start),
            Err(_) if start == -PACKET && fresh => Chunk::Lead,
            _ => Chunk::Prime,
        }
    }

    /// Forgets where it was.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.lookahead as usize);
    }

    fn restart(&mut self, here: i64, frames: usize) -> Step {
        self.place = Some(here + frames as i64);
        // The packet that holds the first frame is wanted; where the look-ahead reaches back into the chunk before,
        // that one primes.
        self.from = here.div_euclid(PACKET) * PACKET;
        self.next = (here - self.lookahead).div_euclid(PACKET) * PACKET;
        Step::Restart((here - self.lookahead - self.next) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(frame: u64) -> TrackTime {
        TrackTime { frame, generation: 0 }
    }

    #[test]
    fn a_track_begins_with_a_lead_and_counts_from_zero() {
        let mut grid = Grid::new(312);
        assert_eq!(grid.block(at(0), 0, 960), Step::Restart(648));
        assert_eq!([grid.chunk(), grid.chunk(), grid.chunk()], [Chunk::Lead, Chunk::Packet(0), Chunk::Packet(960)]);
    }

    #[test]
    fn an_entry_between_packets_begins_with_the_packet_that_holds_it() {
        let mut grid = Grid::new(312);
        assert_eq!(grid.block(at(960 * 5 + 400), 0, 64), Step::Restart(88));
        assert_eq!(grid.chunk(), Chunk::Packet(960 * 5));
    }

    #[test]
    fn an_entry_within_the_look_ahead_is_primed() {
        let mut grid = Grid::new(312);
        assert_eq!(grid.block(at(960 * 5 + 100), 0, 64), Step::Restart(748));
        assert_eq!([grid.chunk(), grid.chunk()], [Chunk::Prime, Chunk::Packet(960 * 5)]);
    }

    #[test]
    fn latency_before_the_encoder_moves_the_grid() {
        let mut grid = Grid::new(312);
        assert_eq!(grid.block(at(0), 960 + 312, 960), Step::Restart(336));
        assert_eq!([grid.chunk(), grid.chunk(), grid.chunk()], [Chunk::Prime, Chunk::Prime, Chunk::Packet(0)]);
    }

    #[test]
    fn a_standing_track_is_counted_on_and_joined_again_on_its_grid() {
        let mut grid = Grid::new(312);
        let mut packets = Vec::new();
        // It stands in the second and the third block and runs again in the fourth, which shows only in the fifth.
        for frame in [0, 960, 960, 960, 1_920, 2_880] {
            if frame != 0 {
                assert_eq!(grid.block(at(frame), 0, 960), Step::On);
            } else {
                assert!(matches!(grid.block(at(frame), 0, 960), Step::Restart(_)));
            }
            packets.push(grid.chunk());
        }
        let packet = Chunk::Packet;
        assert_eq!(packets, [Chunk::Lead, packet(0), packet(960), packet(1_920), packet(960), packet(1_920)]);
    }

    #[test]
    fn a_track_that_stood_for_part_of_a_packet_is_joined_anew() {
        let mut grid = Grid::new(312);
        grid.block(at(0), 0, 256);
        assert_eq!(grid.block(at(256), 0, 256), Step::On);
        assert_eq!(grid.block(at(256), 0, 256), Step::On);
        assert!(matches!(grid.block(at(512), 0, 256), Step::Restart(_)));
    }

    #[test]
    fn seeks_and_generations_restart() {
        let mut grid = Grid::new(312);
        grid.block(at(0), 0, 960);
        assert!(matches!(grid.block(at(96_000), 0, 960), Step::Restart(_)));
        assert!(matches!(grid.block(TrackTime { frame: 96_960, generation: 1 }, 0, 960), Step::Restart(_)));
        assert_eq!(grid.block(TrackTime { frame: 97_920, generation: 1 }, 0, 960), Step::On);
    }
}
