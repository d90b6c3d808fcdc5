//! The right name nearest to a misspelt one.

/// The candidate nearest to `word`, if it is close: differing in case and separators only, or in at most a third of its
/// letters (swapped neighbours count once).
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let word = plain(&word.chars().take(80).collect::<String>());
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(&word, &plain(c)), c))
        .filter(|(distance, c)| *distance <= limit && *distance < c.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn close_names_are_found_and_far_ones_are_not() {
        let names = ["equalizer", "low_pass", "limiter", "mixer"];
        assert_eq!(nearest("equaliser", names), Some("equalizer"));
        assert_eq!(nearest("lowPass", names), Some("low_pass"));
        assert_eq!(nearest("mxier", names), Some("mixer"));
        assert_eq!(nearest("reverb", names), None);
        assert_eq!(nearest("", ["a"]), None);
    }
}
