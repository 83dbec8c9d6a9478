//! Comparison of directory strings: without case, as the directory compares names.

use sim_core::chance::mix;

/// Whether two texts are equal without regard to case.
pub fn same(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

/// The text in the case in which texts are compared.
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.chars().flat_map(char::to_lowercase).collect() }
}

/// A hash that is equal for texts that are [`same`].
pub fn fold_hash(text: &str) -> u64 {
    let mut h = 0x51_7c_c1_b7_27_22_0a_95u64;
    if text.is_ascii() {
        for chunk in text.as_bytes().chunks(8) {
            let mut word = 0u64;
            for b in chunk {
                word = word << 8 | u64::from(b.to_ascii_lowercase());
            }
            h = mix(h, word);
        }
        return mix(h, text.len() as u64);
    }
    // A text with other letters folds to one with other letters but for a few (the Kelvin sign), so the folded text decides.
    let folded = fold(text);
    if folded.is_ascii() {
        return fold_hash(&folded);
    }
    for chunk in folded.as_bytes().chunks(8) {
        let mut word = 0u64;
        for b in chunk {
            word = word << 8 | u64::from(*b);
        }
        h = mix(h, word);
    }
    mix(h, folded.len() as u64)
}

/// The part of `text` between `before` and `after`, compared without case; `None` if it is not of that form.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let end = text.len().checked_sub(after.len())?;
    if end < before.len() || !text.is_char_boundary(before.len()) || !text.is_char_boundary(end) {
        return None;
    }
    (same(&text[..before.len()], before) && same(&text[end..], after)).then(|| &text[before.len()..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_does_not_matter() {
        assert!(same("SRV-ODJ01", "srv-odj01") && same("JÖRG", "jörg") && !same("a", "b") && same("\u{212a}", "k"));
        assert_eq!(fold_hash("JÖRG"), fold_hash("jörg"));
        assert_eq!(fold_hash("\u{212a}elvin"), fold_hash("KELVIN"));
        assert_eq!(between("HOST/ap-1.Corp.Contoso.com", "host/", ".corp.contoso.com"), Some("ap-1"));
        assert_eq!(between("HOST", "host/", ""), None);
    }

    proptest! {
        #[test]
        fn equal_texts_have_equal_hashes(text in ".{0,30}") {
            prop_assert_eq!(fold_hash(&text), fold_hash(&fold(&text)));
            prop_assert!(same(&text, &fold(&text)));
        }
    }
}
