//! Which device names are taken: documents may come from elsewhere, and some ALSA plugins write files.

/// Checks a device name: letters, digits and `_:,=.-` only, and not the plugins that write to files.
///
/// # Errors
/// Says what is wrong with it.
pub(crate) fn check(name: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_:,=.-".contains(c);
    if name.is_empty() {
        return Err("no device is named; write `device: default`".to_owned());
    }
    if let Some(c) = name.chars().find(|c| !allowed(*c)) {
        return Err(format!("a device name cannot hold {c:?}; letters, digits and `_:,=.-` are taken"));
    }
    let plugin = name.split([':', ',', '=']).next().unwrap_or_default();
    if ["file", "tee"].contains(&plugin) {
        return Err(format!(
            "the ALSA plugin `{plugin}` writes files, so it is not taken; use the sink `wav` or `raw`"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn usual_names_are_taken() {
        for name in ["default", "hw:0,0", "plughw:CARD=PCH,DEV=0", "sysdefault:CARD=vc4-hdmi", "pulse", "a_b.c-d"] {
            assert_eq!(check(name), Ok(()));
        }
    }

    #[test]
    fn names_that_could_do_more_than_play_are_not() {
        for name in ["", "file:out.raw", "tee:default,out.raw", "file", "a b", "plug:'file:x'", "hw:{card 0}", "a\0b"] {
            assert!(check(name).is_err(), "{name:?}");
        }
    }
}
