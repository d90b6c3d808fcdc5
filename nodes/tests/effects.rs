//! What holds for everything that sounds on: it stays finite, and it has ended when its table says so.

mod lane;

use lane::{Chance, FORMAT, noise, play, solo, sounding};
use lavalink_exec::{Params, Pcm, Tail};

#[test]
fn after_its_tail_every_kind_is_silent() {
    for kind in sounding() {
        let params = Params::defaults(kind);
        let tail = match (kind.tail)(&params, &FORMAT) {
            Tail::None => 0,
            Tail::Frames(frames) => frames as usize,
            Tail::Endless => continue,
        };
        let mut node = solo(&params);
        let loud = play(&mut node, &noise(&mut Chance(4), 9600), &[], || 480);
        let loud = loud.left.iter().fold(0.0_f32, |a, x| a.max(x.abs()));
        let rest = Pcm { left: vec![0.0; tail + 4800], right: vec![0.0; tail + 4800] };
        let rest = play(&mut node, &rest, &[], || 480);
        let end = rest.left[tail..].iter().chain(&rest.right[tail..]).fold(0.0_f32, |a, x| a.max(x.abs()));
        assert!(end <= 1e-4 * loud, "{}: {end} after {tail} frames, {loud} before", kind.name);
    }
}

#[test]
fn every_kind_stays_finite_with_any_values() {
    let mut chance = Chance(5);
    for kind in sounding() {
        for _ in 0..6 {
            let params = chance.params(kind);
            let input = noise(&mut chance, 24_000);
            let edits: Vec<_> =
                (0..4).filter_map(|n| chance.edit(kind).map(|(index, value)| (n * 5000, index, value))).collect();
            let out = play(&mut solo(&params), &input, &edits, || 480);
            let worst = out
                .left
                .iter()
                .chain(&out.right)
                .fold(0.0_f32, |a, x| if x.is_finite() { a.max(x.abs()) } else { f32::NAN });
            assert!(worst < 1e5, "{}: {worst} with {params:?}", kind.name);
        }
    }
}

#[test]
fn silence_in_gives_silence_out() {
    let mut chance = Chance(6);
    for kind in sounding() {
        let mut node = solo(&chance.params(kind));
        for _ in 0..20 {
            node.silence(480);
            let out = node.output(0, 480);
            let loud = out.left.iter().chain(out.right).fold(0.0_f32, |a, x| a.max(x.abs()));
            assert!(loud < 1e-9, "{}: {loud}", kind.name);
        }
    }
}

/// fundsp's units set flush-to-zero on the thread; nodes must not.
#[cfg(all(feature = "fundsp", target_arch = "x86_64"))]
#[test]
fn the_floating_point_mode_is_left_as_it_was() {
    let denormal = || std::hint::black_box(f32::MIN_POSITIVE) * std::hint::black_box(0.5) != 0.0;
    assert!(denormal());
    for name in ["reverb", "hall", "plate", "echo", "flanger", "phaser"] {
        let mut node = solo(&lane::params(name, &[]));
        node.silence(480);
        node.processor().reset();
        assert!(denormal(), "{name}");
    }
}

#[cfg(feature = "fundsp")]
#[test]
fn reverbs_die_away_in_their_time() {
    let cases: [(&str, &[(&str, f64)]); 3] =
        [("reverb", &[("damping", 0.0)]), ("hall", &[("tone", 20_000.0)]), ("plate", &[("tone", 20_000.0)])];
    for (name, values) in cases {
        for time in [0.7, 2.0] {
            let values: Vec<_> = values.iter().copied().chain([("time", time), ("mix", 1.0)]).collect();
            let mut node = solo(&lane::params(name, &values));
            let mut input = noise(&mut Chance(4), 24_000);
            for channel in [&mut input.left, &mut input.right] {
                channel.resize(24_000 + (time * 48_000.0) as usize + 9600, 0.0);
            }
            let out = play(&mut node, &input, &[], || 480);
            let power = |from: usize| out.left[from..from + 4800].iter().map(|x| f64::from(x * x)).sum::<f64>();
            let down = 10.0 * (power(24_000) / power(24_000 + (time * 48_000.0) as usize)).log10();
            assert!((down - 60.0).abs() < 12.0, "{name}: down by {down:.1} dB after {time} s");
        }
    }
}
