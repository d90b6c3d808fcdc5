//! Untouched packets go through untouched: an encoder that would encode the track as it came is left out.

use super::{Blueprint, Options, Source, What};
use lavalink_exec::Group;

/// Joins the readers of every encoder whose input is the feed itself to the packets of the feed. Decided per path:
/// other readers of the feed's pcm do not matter.
pub(super) fn forward_packets(mut plan: Blueprint, options: &Options) -> Blueprint {
    let feed = plan.nodes.iter().position(|n| n.what == What::Feed);
    let Some(feed) = feed.filter(|_| options.packets) else { return plan };
    for at in 0..plan.nodes.len() {
        let encodes = plan.nodes[at].kind().is_some_and(|k| k.group == Group::Encoder);
        if encodes && plan.nodes[at].inputs == [Source::Node(feed, 0)] {
            for input in plan.nodes.iter_mut().flat_map(|n| n.inputs.iter_mut()) {
                if *input == Source::Node(at, 0) {
                    *input = Source::Node(feed, 1);
                }
            }
        }
    }
    plan
}
