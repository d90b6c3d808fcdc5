//! `nodes`: the tables of the node kinds.

use super::args::NodesArgs;
use super::exit::usage;
use super::output::{paint, print, print_json, stdout_colors};
use lavalink_exec::{Edge, Group, Kind, Live, Param, Port, Pruned, Type};
use lavalink_graphs::{nearest, range_text, show_value};
use lavalink_nodes::registry;
use serde_json::{Value, json};
use std::fmt::Write;

/// Prints the list of kinds, or one table.
///
/// # Errors
/// When there is no such kind.
pub(crate) fn run(args: &NodesArgs) -> anyhow::Result<()> {
    let shown: Vec<&'static Kind> = match &args.kind {
        Some(name) => vec![find(name)?],
        None => registry::kinds().to_vec(),
    };
    if args.json {
        let tables = shown.iter().map(|kind| table_json(kind)).collect::<Vec<_>>();
        let value = if args.kind.is_some() { tables.into_iter().next().unwrap_or_default() } else { json!(tables) };
        return Ok(print_json(&value)?);
    }
    let text = if args.kind.is_some() { table(shown[0], stdout_colors()) } else { list(&shown, stdout_colors()) };
    Ok(print(&text)?)
}

fn find(name: &str) -> anyhow::Result<&'static Kind> {
    registry::find(name).ok_or_else(|| {
        let names = registry::kinds().iter().map(|kind| kind.name);
        let meant = nearest(name, names).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        usage(format!("there is no kind `{name}`{meant} `lavalink-rust nodes` lists all of them"))
    })
}

/// The groups in the order sound passes them.
const GROUPS: [(Group, &str); 9] = [
    (Group::Source, "sources"),
    (Group::Decoder, "decoders"),
    (Group::Resampler, "resamplers"),
    (Group::Filter, "filters"),
    (Group::Effect, "effects"),
    (Group::Mixer, "mixers"),
    (Group::Meter, "meters"),
    (Group::Encoder, "encoders"),
    (Group::Sink, "sinks"),
];

fn list(kinds: &[&'static Kind], colors: bool) -> String {
    let width = kinds.iter().map(|kind| kind.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for (group, title) in GROUPS {
        let mut of_group = kinds.iter().filter(|kind| kind.group == group).peekable();
        if of_group.peek().is_none() {
            continue;
        }
        let _ = writeln!(out, "{}", paint(colors, "1", title));
        for kind in of_group {
            let _ = writeln!(out, "  {:width$}  {}", kind.name, kind.help);
        }
    }
    let _ = writeln!(out, "\n`lavalink-rust nodes KIND` shows parameters, units, ranges and ports.");
    out
}

fn table(kind: &Kind, colors: bool) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} ({})\n{}", paint(colors, "1", kind.name), group_word(kind.group), kind.help);
    for (title, ports) in [("inputs", kind.inputs), ("outputs", kind.outputs)] {
        let _ = writeln!(out, "{title:9}{}", ports_text(ports, kind));
    }
    if let Some(filter) = kind.filter {
        let _ = writeln!(out, "filter   {filter} (write `filter: {filter}` to let clients drive it)");
    }
    let _ = writeln!(out, "pruned   {}", pruned_word(kind.pruned_as));
    if !kind.params.is_empty() {
        let _ = writeln!(out, "\n{}", paint(colors, "1", "parameters"));
    }
    for param in kind.params {
        let name =
            if param.count > 1 { format!("{}.0 … .{}", param.name, param.count - 1) } else { param.name.into() };
        let default = show_value(param, &param.default());
        let default = if default.is_empty() { "empty".to_owned() } else { default };
        let _ = writeln!(out, "  {name}: {}; default {default}; {}", range_text(&param.ty), live_text(param.live));
        let _ = writeln!(out, "      {}", param.help);
    }
    if !kind.readings.is_empty() {
        let _ = writeln!(out, "\n{}", paint(colors, "1", "readings"));
    }
    for reading in kind.readings {
        let symbol = reading.unit.symbol();
        let unit = if symbol.is_empty() { String::new() } else { format!(" ({symbol})") };
        let _ = writeln!(out, "  {}{unit}: {}", reading.name, reading.help);
    }
    out
}

fn ports_text(ports: &[Port], kind: &Kind) -> String {
    if ports.is_empty() {
        return "none".into();
    }
    let text = |port: &Port| match port.counted_by.and_then(|index| kind.param_at(index)) {
        Some(by) => format!("{0}0, {0}1, … ({1}; as many as `{2}` says)", port.name, edge_word(port.edge), by.name),
        None => format!("{} ({})", port.name, edge_word(port.edge)),
    };
    ports.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn table_json(kind: &Kind) -> Value {
    let ports = |ports: &[Port]| -> Vec<Value> {
        let one = |port: &Port| {
            let by = port.counted_by.and_then(|index| kind.param_at(index)).map(|by| by.name);
            json!({ "name": port.name, "edge": edge_word(port.edge), "counted_by": by })
        };
        ports.iter().map(one).collect()
    };
    let reading = |r: &lavalink_exec::Reading| json!({ "name": r.name, "unit": r.unit.symbol(), "help": r.help });
    json!({
        "kind": kind.name,
        "group": group_word(kind.group),
        "help": kind.help,
        "inputs": ports(kind.inputs),
        "outputs": ports(kind.outputs),
        "filter": kind.filter,
        "pruned_as": pruned_word(kind.pruned_as),
        "params": kind.params.iter().map(param_json).collect::<Vec<_>>(),
        "readings": kind.readings.iter().map(reading).collect::<Vec<_>>(),
    })
}

fn param_json(param: &Param) -> Value {
    let mut row = json!({
        "name": param.name,
        "help": param.help,
        "count": param.count,
        "live": !matches!(param.live, Live::Rebuild),
        "default_text": show_value(param, &param.default()),
    });
    let more = match param.ty {
        Type::Number { unit, min, max, default, whole } => json!({
            "type": if whole { "whole" } else { "number" },
            "unit": unit.symbol(), "min": min, "max": max, "default": default,
        }),
        Type::Flag { default } => json!({ "type": "flag", "default": default }),
        Type::Choice { of, default } => {
            json!({ "type": "choice", "of": of, "default": of.get(usize::from(default)) })
        }
        Type::Text { default, max_len } => json!({ "type": "text", "default": default, "max_len": max_len }),
    };
    if let (Some(row), Some(more)) = (row.as_object_mut(), more.as_object()) {
        row.extend(more.clone());
    }
    row
}

fn live_text(live: Live) -> &'static str {
    match live {
        Live::Ramp | Live::Step => "changes while playing",
        Live::Rebuild => "a change builds the node anew and cross-fades",
    }
}

fn group_word(group: Group) -> &'static str {
    match group {
        Group::Source => "source",
        Group::Decoder => "decoder",
        Group::Resampler => "resampler",
        Group::Filter => "filter",
        Group::Effect => "effect",
        Group::Mixer => "mixer",
        Group::Meter => "meter",
        Group::Encoder => "encoder",
        Group::Sink => "sink",
    }
}

fn edge_word(edge: Edge) -> &'static str {
    match edge {
        Edge::Pcm => "pcm",
        Edge::Packets => "packets",
        Edge::Bytes => "bytes",
    }
}

fn pruned_word(pruned: Pruned) -> &'static str {
    match pruned {
        Pruned::Never => "never",
        Pruned::Bypass => "bypassed",
        Pruned::Mute => "muted",
    }
}
