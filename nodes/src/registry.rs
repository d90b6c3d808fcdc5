//! All node kinds, by name.

use lavalink_exec::Kind;

/// One line per kind, sorted by name.
#[rustfmt::skip] // one line each, so that branches merge
static KINDS: &[&Kind] = &[
    #[cfg(feature = "alsa-backend")] &crate::sink::alsa::KIND,
    &crate::filter::biquad::KIND,
    &crate::filter::channel_mix::KIND,
    #[cfg(feature = "fundsp")] &crate::effect::chorus::KIND,
    #[cfg(feature = "fundsp")] &crate::effect::dc_block::KIND,
    &crate::decode::KIND,
    &crate::filter::delay::KIND,
    #[cfg(feature = "fundsp")] &crate::effect::drive::KIND,
    #[cfg(feature = "fundsp")] &crate::effect::echo::KIND,
    &crate::filter::equalizer::KIND,
    &crate::filter::fader::KIND,
    #[cfg(feature = "fundsp")] &crate::effect::flanger::KIND,
    #[cfg(feature = "fundsp")] &crate::effect::hall::KIND,
    &crate::effect::limiter::KIND,
    &crate::filter::low_pass::KIND,
    &crate::meter::KIND,
    &crate::mix::mixer::KIND,
    #[cfg(feature = "fundsp")] &crate::effect::moog::KIND,
    &crate::sink::null::KIND,
    &crate::sink::null::PACKETS,
    &crate::sink::ogg_opus::KIND,
    &crate::encode::opus_encoder::KIND,
    #[cfg(feature = "fundsp")] &crate::effect::phaser::KIND,
    #[cfg(feature = "fundsp")] &crate::effect::plate::KIND,
    &crate::sink::raw::KIND,
    &crate::resample::KIND,
    #[cfg(feature = "fundsp")] &crate::effect::reverb::KIND,
    &crate::source::KIND,
    &crate::resample::speed::KIND,
    &crate::filter::volume::KIND,
    &crate::sink::wav::KIND,
];

/// Every node kind there is, sorted by name. Any thread.
#[must_use]
pub fn kinds() -> &'static [&'static Kind] {
    KINDS
}

/// The kind with this name. Any thread.
#[must_use]
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.binary_search_by(|kind| kind.name.cmp(name)).ok().map(|at| KINDS[at])
}

#[cfg(test)]
mod tests {
    use super::{find, kinds};

    #[test]
    fn the_list_is_sorted_and_every_kind_is_found() {
        assert!(kinds().windows(2).all(|pair| pair[0].name < pair[1].name));
        for kind in kinds() {
            assert!(core::ptr::eq(find(kind.name).expect("found"), *kind));
            assert!(!kind.help.is_empty(), "{} has no help", kind.name);
        }
        assert!(find("no_such_kind").is_none());
    }

    #[test]
    fn defaults_lie_within_their_own_ranges() {
        for kind in kinds() {
            for param in kind.params {
                assert_eq!(param.check(&param.default()), Ok(()), "{}.{}", kind.name, param.name);
            }
        }
    }
}
