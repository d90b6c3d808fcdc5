//! Names in a folder that are near a name that is not there.

use std::path::Path;

/// Most entries of a folder looked at.
const MAX_ENTRIES: usize = 2000;

/// Up to three file names beside `path` that look like its own.
pub(super) fn near(path: &Path) -> Vec<String> {
    let folder = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return Vec::new(),
    };
    let Some(wanted) = path.file_name().map(|n| n.to_string_lossy().to_lowercase()) else { return Vec::new() };
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<(usize, String)> = entries
        .take(MAX_ENTRIES)
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter_map(|name| Some((distance(&wanted, &name.to_lowercase())?, name)))
        .collect();
    found.sort();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

/// How far two names are apart; `None` when they have little in common. The same stem counts as near.
fn distance(wanted: &str, name: &str) -> Option<usize> {
    let stem = |n: &str| n.rsplit_once('.').map_or(n.to_owned(), |(stem, _)| stem.to_owned());
    if stem(wanted) == stem(name) {
        return Some(0);
    }
    let edits = edits(wanted, name);
    (edits <= 2 + wanted.chars().count() / 5).then_some(edits)
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(256).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(256).enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = replaced.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::edits;

    #[test]
    fn counts_edits() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("same", "same"), 0);
    }
}
