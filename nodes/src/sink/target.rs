//! Where a file sink writes to: a file, a pipe, or standard output. Errors name the place and what to do.

use lavalink_exec::SinkError;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::OpenOptionsExt;

/// An open place to write to. Drain side only.
#[derive(Debug)]
pub(crate) struct Target {
    file: File,
    place: String,
    /// Whether what has been written can be gone back to.
    seekable: bool,
    /// Whether the old content of the file is still there: it is kept until something is written.
    fresh: bool,
}

impl Target {
    /// Opens `path`; `-` is standard output. A file that exists keeps its content until the first write, so that only
    /// building a graph destroys nothing. A named pipe without a reader is an error instead of a wait.
    pub(crate) fn open(path: &str) -> Result<Self, SinkError> {
        let (file, place) = match path {
            "-" => (io::stdout().as_fd().try_clone_to_owned().map(File::from), "standard output".to_owned()),
            _ => {
                let mut options = OpenOptions::new();
                options.write(true).create(true).truncate(false).custom_flags(libc::O_NONBLOCK);
                (options.open(path).and_then(blocking), format!("`{path}`"))
            }
        };
        let file = file.map_err(|error| fault(&place, "cannot be opened for writing", &error))?;
        let seekable = path != "-" && file.metadata().is_ok_and(|meta| meta.is_file());
        Ok(Self { file, place, seekable, fresh: true })
    }

    /// Whether [`Target::rewrite`] works.
    pub(crate) fn seekable(&self) -> bool {
        self.seekable
    }

    /// Appends `bytes`; may block.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        let empty = if self.fresh && self.seekable { self.file.set_len(0) } else { Ok(()) };
        self.fresh = false;
        empty.and_then(|()| self.file.write_all(bytes)).map_err(|error| fault(&self.place, "cannot be written", &error))
    }

    /// Writes `bytes` over the start of a seekable target, for lengths known only at the end.
    pub(crate) fn rewrite(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        let mut again = || {
            self.file.seek(SeekFrom::Start(0))?;
            self.file.write_all(bytes)?;
            self.file.seek(SeekFrom::End(0))
        };
        again().map(drop).map_err(|error| fault(&self.place, "cannot be written", &error))
    }
}

/// Undoes `O_NONBLOCK`, which was only there for the opening.
fn blocking(file: File) -> io::Result<File> {
    // SAFETY: plain calls on a descriptor that `file` keeps open.
    let done = unsafe {
        let flags = libc::fcntl(file.as_raw_fd(), libc::F_GETFL);
        flags >= 0 && libc::fcntl(file.as_raw_fd(), libc::F_SETFL, flags & !libc::O_NONBLOCK) >= 0
    };
    if done { Ok(file) } else { Err(io::Error::last_os_error()) }
}

fn fault(place: &str, what: &str, error: &io::Error) -> SinkError {
    let remedy = match error.raw_os_error() {
        Some(libc::ENOENT) => "make its folder first",
        Some(libc::EACCES | libc::EPERM) => "choose a place this user may write to",
        Some(libc::EROFS) => "its file system is read-only; choose another place",
        Some(libc::EISDIR) => "name a file in that folder",
        Some(libc::ENOSPC | libc::EDQUOT) => "make room or choose another place",
        Some(libc::EFBIG) => "choose a shorter length or another file system",
        Some(libc::EPIPE) => "the program that read from it has ended",
        Some(libc::ENXIO) => "start the program that reads from this pipe first",
        _ => "choose another place",
    };
    SinkError { message: format!("{place} {what}: {}; {remedy}", reason(error)) }
}

/// The system's words without the number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
