//! Bytes of standard input.

use super::bytes::{ByteWriter, Flow, Origin};
use std::io::Read;
use tokio::runtime::Handle;

/// Feeds `writer` from standard input on a thread of its own: such a read cannot be given up, and a thread of the
/// runtime would keep it from shutting down.
pub(crate) fn feed(writer: ByteWriter, runtime: Handle) -> std::io::Result<()> {
    let thread = std::thread::Builder::new().name("stdin".into()).stack_size(64 * 1024);
    thread.spawn(move || {
        writer.opened(Origin { length: None, seekable: false });
        let mut input = std::io::stdin().lock();
        let mut buffer = [0; 16 * 1024];
        loop {
            let flow = match input.read(&mut buffer) {
                Ok(0) => {
                    writer.end();
                    runtime.block_on(writer.wait())
                }
                Ok(n) => runtime.block_on(writer.push(&buffer[..n])),
                Err(error) => {
                    writer.fail(format!("cannot read standard input: {error}"));
                    return;
                }
            };
            if flow != Flow::On {
                return;
            }
        }
    })?;
    Ok(())
}
