//! Bytes of a local file, read by tokio.

use super::bytes::{ByteWriter, Flow, Origin};
use std::io::SeekFrom;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

/// Bytes asked of the file at once.
const CHUNK: usize = 64 * 1024;

/// Feeds `writer` from `file` until nobody listens any more.
pub(crate) async fn feed(mut file: File, regular: bool, length: u64, writer: ByteWriter) {
    writer.opened(Origin { length: regular.then_some(length), seekable: regular });
    let mut buffer = vec![0; CHUNK];
    let mut flow = Flow::On;
    loop {
        match flow {
            Flow::Closed => return,
            Flow::Seek(to) => {
                if let Err(error) = file.seek(SeekFrom::Start(to)).await {
                    writer.fail(format!("cannot seek in the file: {error}"));
                    flow = writer.wait().await;
                    continue;
                }
            }
            Flow::On => {}
        }
        flow = match file.read(&mut buffer).await {
            Ok(0) => {
                writer.end();
                writer.wait().await
            }
            Ok(n) => writer.push(&buffer[..n]).await,
            Err(error) => {
                writer.fail(format!("cannot read the file: {error}"));
                writer.wait().await
            }
        };
    }
}
