//! The ring against a plain vector, and its edges.

use super::{ByteReader, ByteWriter, Flow, Got, Origin, byte_ring};

fn pair(capacity: usize, seekable: bool) -> (ByteWriter, ByteReader) {
    let (writer, reader) = byte_ring(capacity);
    writer.opened(Origin { length: Some(1 << 20), seekable });
    (writer, reader)
}

fn byte(at: u64) -> u8 {
    (at * 31 + at / 256) as u8
}

#[test]
fn random_reads_and_seeks_see_the_bytes_of_the_source() {
    for seekable in [true, false] {
        let (writer, reader) = pair(8192, seekable);
        let mut random = 7u64;
        let mut next = |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
            (random >> 33) % below
        };
        let (mut pushed, mut at, mut requests) = (0u64, 0u64, 0);
        for _ in 0..20_000 {
            let chunk: Vec<u8> = (0..next(3000)).map(|k| byte(pushed + k)).collect();
            let mut rest = &chunk[..];
            match writer.offer(&mut rest) {
                Flow::On => pushed += (chunk.len() - rest.len()) as u64,
                Flow::Seek(to) => {
                    pushed = to;
                    requests += 1;
                }
                Flow::Closed => unreachable!(),
            }
            let mut buffer = vec![0; 1 + next(4000) as usize];
            if let Got::Bytes(n) = reader.read(&mut buffer) {
                for (k, got) in buffer[..n].iter().enumerate() {
                    assert_eq!(*got, byte(at + k as u64), "at {at}+{k}");
                }
                at += n as u64;
            }
            if next(10) == 0 {
                let to = if next(2) == 0 { at.saturating_sub(next(6000)) } else { at + next(100_000) };
                if reader.seek(to) {
                    at = to;
                } else {
                    assert!(!seekable);
                }
            }
        }
        assert!(at > 0 && (requests > 0) == seekable);
    }
}

#[test]
fn a_seek_beats_the_end_and_the_failure_of_the_old_place() {
    let (writer, reader) = pair(8192, true);
    assert!(reader.seek(500_000));
    writer.end();
    writer.fail("old");
    assert_eq!(reader.read(&mut [0]), Got::Pending);
    assert_eq!(writer.offer(&mut &[1][..]), Flow::Seek(500_000));
    writer.offer(&mut &[9][..]);
    writer.end();
    let mut buffer = [0];
    assert_eq!((reader.read(&mut buffer), buffer), (Got::Bytes(1), [9]));
    assert_eq!(reader.read(&mut buffer), Got::End);
}

#[test]
fn a_lost_writer_fails_the_reader_and_a_lost_reader_closes_the_writer() {
    let (writer, reader) = pair(8192, true);
    drop(writer);
    assert!(matches!(reader.read(&mut [0]), Got::Failed(_)));
    let (writer, reader) = pair(8192, true);
    drop(reader);
    assert_eq!(writer.offer(&mut &[1][..]), Flow::Closed);
}
