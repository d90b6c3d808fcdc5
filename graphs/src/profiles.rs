//! The shipped profiles.

macro_rules! profiles {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../profiles/", $name, ".yml")))),*]
    };
}

const PROFILES: &[(&str, &str)] =
    profiles!["default", "base", "tv-box", "low-latency", "headless", "null-clock", "studio", "minimal",];

/// Name and text of every shipped profile; `default` comes first.
#[must_use]
pub fn profiles() -> &'static [(&'static str, &'static str)] {
    PROFILES
}

/// The text of the shipped profile `name`.
#[must_use]
pub fn profile(name: &str) -> Option<&'static str> {
    PROFILES.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}
