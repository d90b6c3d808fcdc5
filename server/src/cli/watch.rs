//! Looks whether a document's files have changed on disk.

use lavalink_graphs::Document;
use std::path::PathBuf;
use std::time::SystemTime;

/// Time and length of a file; `None` while it is not there.
type Stamp = Option<(SystemTime, u64)>;

/// The files of a document: itself and what it extends.
#[derive(Debug)]
pub(crate) struct Watch(Vec<(PathBuf, Stamp)>);

impl Watch {
    /// Watches what `document` was read from. Shipped profiles are no files.
    pub(crate) fn new(document: &Document) -> Self {
        let names =
            (0..=u16::MAX).map_while(|file| document.sources.get(file)).map(|source| PathBuf::from(&source.name));
        Self(names.filter(|path| path.is_file()).map(|path| (path.clone(), stamp(&path))).collect())
    }

    /// Whether one of them is different from the last time this was asked.
    pub(crate) fn changed(&mut self) -> bool {
        let mut changed = false;
        for (path, before) in &mut self.0 {
            let now = stamp(path);
            // A file that is gone is being replaced: wait for the new one.
            if now.is_some() && now != *before {
                *before = now;
                changed = true;
            }
        }
        changed
    }
}

fn stamp(path: &PathBuf) -> Stamp {
    let about = std::fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}
