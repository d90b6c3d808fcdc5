//! Where the text of an extended document comes from.

use crate::profiles::profile;
use std::path::{Path, PathBuf};

/// A text found by a [`Loader`].
pub struct Found {
    /// Unique name: the profile's, or the path. Shown in messages, and how circles are noticed.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Why a [`Loader`] gives no text.
pub enum NotFound {
    /// There is nothing of that name; the names that would do.
    Unknown(Vec<String>),
    /// Paths may not be used here.
    Forbidden,
    /// It is there but cannot be read.
    Unreadable(String),
}

/// Finds what `extends` names. Paths only ever work for local files.
pub trait Loader {
    /// The text of `name`, as named by the document called `from`.
    ///
    /// # Errors
    /// When there is none, or it may not be read.
    fn find(&self, name: &str, from: &str) -> Result<Found, NotFound>;
}

/// The shipped profiles and nothing else: for documents that come over the network.
pub struct ShippedOnly;

impl Loader for ShippedOnly {
    fn find(&self, name: &str, _from: &str) -> Result<Found, NotFound> {
        match profile(name) {
            Some(text) => Ok(Found { name: name.to_owned(), text: text.to_owned() }),
            None if is_path(name) => Err(NotFound::Forbidden),
            None => Err(NotFound::Unknown(profile_names())),
        }
    }
}

/// The shipped profiles, and paths relative to the file that names them: for local files.
pub struct LocalFiles;

impl Loader for LocalFiles {
    fn find(&self, name: &str, from: &str) -> Result<Found, NotFound> {
        if !is_path(name) {
            return ShippedOnly.find(name, from);
        }
        let path = Path::new(from).parent().unwrap_or(Path::new("")).join(name);
        let text = read_limited(&path).map_err(|e| NotFound::Unreadable(format!("{}: {e}", path.display())))?;
        Ok(Found { name: tidy(&path).display().to_string(), text })
    }
}

/// Reads a file, but not much more than a document may have.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub fn read_limited(path: &Path) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    let limit = crate::yaml::MAX_BYTES as u64 + 1;
    std::fs::File::open(path)?.take(limit).read_to_string(&mut text)?;
    Ok(text)
}

fn is_path(name: &str) -> bool {
    name.contains(['/', '\\']) || Path::new(name).extension().is_some_and(|e| e == "yml" || e == "yaml")
}

/// The path without `.` and with `x/..` taken out, so that a circle always meets the same name.
fn tidy(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    tidy
}

fn profile_names() -> Vec<String> {
    crate::profiles::profiles().iter().map(|(name, _)| (*name).to_owned()).collect()
}
