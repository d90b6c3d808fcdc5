//! The check that a file sink has been told where to write.

use lavalink_exec::{BuildError, Params};

/// Fails where the text at flat index `index` is empty or holds a zero byte, which no path may.
pub(crate) fn path_given(params: &Params, index: usize) -> Result<(), BuildError> {
    match params.text(index) {
        "" => Err(BuildError::of(index, "no path is given; write `path: FILE`, or `path: -` for standard output")),
        path if path.contains('\0') => Err(BuildError::of(index, "a path cannot hold a zero byte; write it anew")),
        _ => Ok(()),
    }
}
