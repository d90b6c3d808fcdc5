//! Formats: exact there and back, nearest, saturated, NaN is silence, vectors equal the plain loop.

use lavalink_kernels::convert::*;
use proptest::prelude::*;

#[test]
fn integers_survive_the_way_there_and_back() {
    for v in i16::MIN..=i16::MAX {
        assert_eq!(i16::from_f32(v.to_f32(), 0.0), v);
    }
    for v in u8::MIN..=u8::MAX {
        assert_eq!(u8::from_f32(v.to_f32(), 0.0), v);
    }
    for v in (-8_388_608..8_388_608).step_by(77).chain([-8_388_608, 8_388_607, -1, 0, 1]) {
        let [a, b, c, _] = i32::to_le_bytes(v);
        assert_eq!(Packed24::from_f32(Packed24([a, b, c]).to_f32(), 0.0), Packed24([a, b, c]));
        assert_eq!(Padded24::from_f32(Padded24(v).to_f32(), 0.0), Padded24(v));
    }
    assert_eq!(i32::from_f32((1 << 30).to_f32(), 0.0), 1 << 30);
    assert_eq!(Padded24(0x7F80_0000).to_f32(), -1.0);
}

#[test]
fn out_of_range_saturates_and_not_a_number_is_silence() {
    for big in [1.0, 1.5, 1e30, f32::INFINITY, f32::MAX] {
        assert_eq!(i16::from_f32(big, 0.0), i16::MAX);
        assert_eq!(i16::from_f32(-big, 0.0), i16::MIN);
        assert_eq!(i32::from_f32(big, 0.0), i32::MAX);
        assert_eq!(i32::from_f32(-big, 0.0), i32::MIN);
        assert_eq!(u8::from_f32(big, 0.0), 255);
        assert_eq!(u8::from_f32(-big, 0.0), 0);
        assert_eq!(Padded24::from_f32(big, 0.0).0, 8_388_607);
        assert_eq!(Padded24::from_f32(-big, 0.0).0, -8_388_608);
    }
    assert_eq!(i16::from_f32(f32::NAN, 0.0), 0);
    assert_eq!(i32::from_f32(f32::NAN, 0.0), 0);
    assert_eq!(u8::from_f32(f32::NAN, 0.0), 128);
    assert_eq!(Packed24::from_f32(f32::NAN, 0.0), Packed24([0; 3]));
}

#[test]
fn rounds_to_nearest() {
    assert_eq!(i16::from_f32(0.6 / 32768.0, 0.0), 1);
    assert_eq!(i16::from_f32(-0.6 / 32768.0, 0.0), -1);
    assert_eq!(i16::from_f32(0.4 / 32768.0, 0.0), 0);
    assert_eq!(i16::from_f32(2.5 / 32768.0, 0.0), 2);
    assert_eq!(Padded24::from_f32(0.75 / 8_388_608.0, 0.0).0, 1);
}

proptest! {
    #[test]
    fn vectors_equal_the_plain_loop(raw in prop::collection::vec(any::<u32>(), 0..70), loud in any::<bool>(), offset in 0_usize..4) {
        let take = |x: u32| if loud { f32::from_bits(x) } else { (x as i32) as f32 / 1.9e9 };
        let left: Vec<f32> = raw.iter().map(|&x| take(x)).collect();
        let right: Vec<f32> = raw.iter().rev().map(|&x| take(x.rotate_left(7))).collect();
        let offset = offset.min(left.len());
        let (left, right) = (&left[offset..], &right[offset..]);
        let n = left.len();

        let (mut fast, mut plain) = (vec![0_i16; 2 * n], vec![0_i16; 2 * n]);
        stereo_to_s16(left, right, &mut fast, None);
        from_stereo(left, right, &mut plain, None);
        prop_assert_eq!(&fast, &plain);
        let (mut l, mut r, mut l2, mut r2) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        s16_to_stereo(&fast, &mut l, &mut r);
        to_stereo(&fast, &mut l2, &mut r2);
        prop_assert_eq!((&l, &r), (&l2, &r2));

        let (mut fast, mut plain) = (vec![0_i32; 2 * n], vec![0_i32; 2 * n]);
        stereo_to_s32(left, right, &mut fast);
        from_stereo(left, right, &mut plain, None);
        prop_assert_eq!(&fast, &plain);
        s32_to_stereo(&fast, &mut l, &mut r);
        to_stereo(&fast, &mut l2, &mut r2);
        prop_assert_eq!((&l, &r), (&l2, &r2));

        let mut take2 = vec![0.0; n];
        take_channel(&fast, 2, 1, &mut take2);
        prop_assert_eq!(&take2, &r);
        let mut put = vec![0_i32; 2 * n];
        put_channel(left, &mut put, 2, 0, None);
        put_channel(right, &mut put, 2, 1, None);
        prop_assert_eq!(&put, &plain);
    }
}

#[test]
fn slices_of_unequal_length_end_with_the_shortest() {
    let (mut l, mut r) = ([9.0; 6], [9.0; 5]);
    s16_to_stereo(&[16384; 9], &mut l, &mut r);
    assert_eq!(l, [0.5, 0.5, 0.5, 0.5, 9.0, 9.0]);
    assert_eq!(r, [0.5, 0.5, 0.5, 0.5, 9.0]);
    let mut out = [7_i16; 5];
    stereo_to_s16(&[0.5; 4], &[0.5; 9], &mut out, None);
    assert_eq!(out, [16384, 16384, 16384, 16384, 7]);
    take_channel(&[1_i16; 4], 0, 0, &mut l);
}

#[test]
fn dither_is_triangular_and_keeps_what_is_below_a_step() {
    let mut dither = Dither::new(1);
    let draws: Vec<f32> = (0..100_000).map(|_| dither.draw()).collect();
    let mean = draws.iter().sum::<f32>() / 1e5;
    let power = draws.iter().map(|d| d * d).sum::<f32>() / 1e5;
    assert!(draws.iter().all(|d| d.abs() <= 1.0) && mean.abs() < 0.01);
    assert!((power - 1.0 / 6.0).abs() < 0.005, "{power}");
    let quiet = [0.25 / 32768.0; 50_000];
    let mut out = [0_i16; 100_000];
    stereo_to_s16(&quiet, &quiet, &mut out, Some(&mut dither));
    let mean = out.iter().map(|&v| f64::from(v)).sum::<f64>() / 1e5;
    assert!((mean - 0.25).abs() < 0.02, "{mean}");
}
