//! Runs one kernel over a number of stereo frames in blocks of 960, for counting instructions:
//! `valgrind --tool=callgrind target/release/examples/cost KERNEL FRAMES [scalar|sse2|avx2]`, twice with different lengths; the difference divided by
//! the difference in frames is the cost per frame (start-up cancels out).

use lavalink_kernels::biquad::{Biquad, BiquadBank, Shape, Width};
use lavalink_kernels::delay::DelayLine;
use lavalink_kernels::gain::{Curve, Ramp, apply_gain, fade};
use lavalink_kernels::lfo::Lfo;
use lavalink_kernels::meter::Meter;
use lavalink_kernels::mix::{self, Matrix};
use lavalink_kernels::one_pole::OnePole;
use lavalink_kernels::parallel::{BANDS, ParallelBank};
use lavalink_kernels::polyphase::{Polyphase, Taps};
use lavalink_kernels::sinc_vary::SincVary;
use lavalink_kernels::{Cpu, Level, convert};
use std::hint::black_box;

const BLOCK: usize = 960;

/// What a kernel gets: two channels to work on, two to read.
struct Io {
    left: Vec<f32>,
    right: Vec<f32>,
    other: Vec<f32>,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let kernel = args.next().unwrap_or_else(|| String::from("biquad15"));
    let frames: usize = args.next().and_then(|n| n.parse().ok()).unwrap_or(96_000);
    let cpu = match args.next().as_deref() {
        Some("scalar") => Cpu::scalar(),
        Some("avx2") => Cpu::at_most(Level::Avx2),
        _ => Cpu::at_most(Level::Sse2),
    };
    let Some(mut run) = kernel_named(&kernel, cpu) else {
        eprintln!("no kernel {kernel}");
        std::process::exit(2);
    };
    let noise = |seed: u32| {
        let mut dither = convert::Dither::new(seed);
        (0..BLOCK).map(|_| dither.draw() * 0.3).collect::<Vec<f32>>()
    };
    let mut io = Io { left: noise(1), right: noise(2), other: noise(3) };
    for _ in 0..frames / BLOCK {
        run(black_box(&mut io));
    }
}

type Run = Box<dyn FnMut(&mut Io)>;

fn kernel_named(name: &str, cpu: Cpu) -> Option<Run> {
    Some(match name {
        "none" => Box::new(|_| {}),
        "biquad15" => {
            let mut bank = BiquadBank::new(cpu, 15);
            for i in 0..15 {
                let hz = 25.0 * 1.585_f64.powi(i as i32);
                bank.set(i, Biquad::design(Shape::Peaking, 48_000.0, hz, Width::Q(2.145), 0.1));
            }
            Box::new(move |io| bank.process(&mut io.left, &mut io.right))
        }
        "equalizer" | "equalizer_moving" => {
            let mut bank = ParallelBank::new(cpu, true);
            let moving = name == "equalizer_moving";
            Box::new(move |io| {
                bank.set_gains(&[black_box(0.0); BANDS], if moving { BLOCK as u32 } else { 0 });
                bank.process(&mut io.left, &mut io.right);
            })
        }
        "poly16" => polyphase(cpu, Taps::T16),
        "poly32" => polyphase(cpu, Taps::T32),
        "poly48" => polyphase(cpu, Taps::T48),
        "poly64" => polyphase(cpu, Taps::T64),
        "vary" | "vary_fast" => {
            let mut vary = SincVary::new(cpu, 2.0);
            vary.set_speed(if name == "vary" { 0.999 } else { 1.1 }, 0);
            let (mut l, mut r) = (vec![0.0; 2 * BLOCK], vec![0.0; 2 * BLOCK]);
            Box::new(move |io| {
                vary.process([&io.left, &io.right], [&mut l, &mut r]);
            })
        }
        "lfo" => {
            let mut lfo = Lfo::new(2.0, 48_000.0);
            Box::new(move |io| lfo.fill(&mut io.left))
        }
        "one_pole" => {
            let mut pole = OnePole::smoothing(20.0);
            Box::new(move |io| pole.process(&mut io.left, &mut io.right))
        }
        "meter" => {
            let mut meter = Meter::default();
            Box::new(move |io| meter.measure(&io.left, &io.right))
        }
        "delay" => {
            let mut line = DelayLine::new(200);
            Box::new(move |io| {
                for (x, delay) in io.left.iter_mut().zip(&io.other) {
                    line.push(*x);
                    *x = line.read(50.0 + delay);
                }
            })
        }
        "gain" => Box::new(|io| {
            apply_gain(&mut io.left, 0.999);
            apply_gain(&mut io.right, 1.001);
        }),
        "ramp" => Box::new(|io| {
            let mut ramp = Ramp::new(0.5, Curve::RaisedCosine);
            ramp.to(black_box(1.5), BLOCK as u32);
            ramp.apply(&mut io.left, &mut io.right);
        }),
        "fade" => Box::new(|io| fade(&mut io.left, &io.right, &io.other, 0, BLOCK as u32)),
        "add" => Box::new(|io| mix::add(&mut io.left, &io.other)),
        "add_scaled" => Box::new(|io| mix::add_scaled(&mut io.left, &io.other, 0.01)),
        "matrix" => {
            let matrix = Matrix { left_to_left: 0.9, left_to_right: 0.1, right_to_left: 0.2, right_to_right: 0.8 };
            Box::new(move |io| matrix.apply(&mut io.left, &mut io.right, true))
        }
        "s16_in" => {
            let pcm = vec![1234_i16; 2 * BLOCK];
            Box::new(move |io| convert::s16_to_stereo(&pcm, &mut io.left, &mut io.right))
        }
        "s32_in" => {
            let pcm = vec![1234_i32; 2 * BLOCK];
            Box::new(move |io| convert::s32_to_stereo(&pcm, &mut io.left, &mut io.right))
        }
        "s16_out" => {
            let mut pcm = vec![0_i16; 2 * BLOCK];
            Box::new(move |io| convert::stereo_to_s16(&io.left, &io.right, &mut pcm, None))
        }
        "s16_dither" => {
            let mut pcm = vec![0_i16; 2 * BLOCK];
            let mut dither = convert::Dither::new(1);
            Box::new(move |io| {
                convert::stereo_to_s16(&io.left, &io.right, &mut pcm, Some(&mut dither));
            })
        }
        "s32_out" => {
            let mut pcm = vec![0_i32; 2 * BLOCK];
            Box::new(move |io| convert::stereo_to_s32(&io.left, &io.right, &mut pcm))
        }
        "s24_out" => {
            let mut pcm = vec![convert::Packed24::default(); 2 * BLOCK];
            Box::new(move |io| convert::from_stereo(&io.left, &io.right, &mut pcm, None))
        }
        _ => return None,
    })
}

/// 44.1 to 48 kHz; cost per input frame.
fn polyphase(cpu: Cpu, taps: Taps) -> Run {
    let mut resampler = Polyphase::new(cpu, 44_100, 48_000, taps).expect("a ratio near 1 is possible");
    let (mut l, mut r) = (vec![0.0; 2 * BLOCK], vec![0.0; 2 * BLOCK]);
    Box::new(move |io| {
        resampler.process([&io.left, &io.right], [&mut l, &mut r]);
    })
}
