//! Sinks that throw everything away: `null` for pcm, `null_packets` for packets. With `clocked` they pace the lane as a
//! device would; without, the lane's other sink does, or rendering goes as fast as it can.

use super::deadline::{Deadlines, nap};
use lavalink_exec::{
    BuildArgs, BuildError, Clock, Context, Edge, Group, Io, Kind, Make, Output, Param, Port, Processor, Pruned, Sink,
    Tail, Tick, Unit,
};
use std::any::Any;
use std::time::Duration;

const CLOCKED: usize = 0;
const PERIOD: usize = 1;

const PARAMS: &[Param] = &[
    Param::flag("clocked", true, "Whether it drives its lane at the graph's rate, as a device would."),
    Param::whole("period", Unit::Frames, 16.0, 65_536.0, 960.0, "Frames of a block where it drives the lane."),
];

/// Takes pcm and throws it away.
pub static KIND: Kind = Kind {
    name: "null",
    group: Group::Sink,
    help: "Throws the sound away; with its clock it plays as a device would.",
    outputs: &[],
    params: PARAMS,
    tail: |_, _| Tail::Endless,
    pruned_as: Pruned::Never,
    make: Make::Sink(build),
    ..Kind::DEFAULT
};

/// Takes packets and throws them away.
pub static PACKETS: Kind =
    Kind { name: "null_packets", help: "Throws packets away.", inputs: &[Port::one("in", Edge::Packets)], ..KIND };

fn build(args: BuildArgs<'_>) -> Result<Sink, BuildError> {
    let clock = args.params.flag(CLOCKED).then(|| {
        let block = (args.params.number(PERIOD) as usize).min(args.format.max_block);
        Box::new(NullClock { deadlines: Deadlines::new(args.format.rate, block), rate: args.format.rate, idle: false })
            as Box<dyn Clock>
    });
    Ok(Sink { processor: Box::new(Nowhere), clock, drain: None })
}

/// Has no state at all.
struct Nowhere;

impl Processor for Nowhere {
    fn process(&mut self, _io: &mut Io<'_>, _ctx: &Context) -> Output {
        Output::Silent
    }

    fn reset(&mut self) {}

    fn adopt(&mut self, old: &mut dyn Processor) -> bool {
        old.as_any_mut().is::<Self>()
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// Absolute deadlines; while idle it only naps.
struct NullClock {
    deadlines: Deadlines,
    rate: u32,
    idle: bool,
}

impl Clock for NullClock {
    fn block(&self) -> usize {
        self.deadlines.block()
    }

    fn wait(&mut self) -> Tick {
        if self.idle {
            nap(Duration::from_secs_f64(self.deadlines.block() as f64 / f64::from(self.rate)));
            return Tick::Idle;
        }
        self.deadlines.wait()
    }

    fn commit(&mut self) {}

    fn idle(&mut self, idle: bool) {
        if self.idle && !idle {
            self.deadlines.restart();
        }
        self.idle = idle;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavalink_exec::{Format, Params, Solo, Value};

    const FORMAT: Format = Format { rate: 48_000, max_block: 1_024 };

    #[test]
    fn the_clock_never_asks_for_more_than_the_graph_can_render() {
        let mut params = Params::defaults(&KIND);
        params.set(PERIOD, Value::Number(65_536.0)).expect("in range");
        let (_, sink) = Solo::new(&params, FORMAT).expect("builds");
        let clock = sink.and_then(|sink| sink.clock).expect("clocked by default");
        assert_eq!(clock.block(), 1_024);
    }

    #[test]
    fn an_idle_clock_asks_for_nothing_and_starts_at_once_afterwards() {
        let (_, sink) = Solo::new(&Params::defaults(&PACKETS), FORMAT).expect("builds");
        let mut clock = sink.and_then(|sink| sink.clock).expect("clocked by default");
        assert_eq!(clock.wait(), Tick::Run { frames: 960, late: false });
        clock.idle(true);
        assert_eq!(clock.wait(), Tick::Idle);
        clock.idle(false);
        assert_eq!(clock.wait(), Tick::Run { frames: 960, late: false });
    }

    #[test]
    fn without_a_clock_it_leaves_the_pace_to_others() {
        let mut params = Params::defaults(&KIND);
        params.set(CLOCKED, Value::Flag(false)).expect("a flag");
        let (mut solo, sink) = Solo::new(&params, FORMAT).expect("builds");
        assert!(sink.expect("a sink").clock.is_none());
        assert_eq!(solo.block(64, |_, io| io.left.fill(1.0)), Output::Silent);
    }
}
