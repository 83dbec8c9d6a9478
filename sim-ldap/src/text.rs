//! Comparison of directory strings: without case, as the directory compares names.

use sim_core::chance::mix;

/// Whether two texts are equal without regard to case.
pub fn same(a: &str, b: &str) -> bool {
    if a.eq_ignore_ascii_case(b) {
        return true;
    }
    if a.is_ascii() && b.is_ascii() {
        return false;
    }
    a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

/// The text in the case in which texts are compared.
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.chars().flat_map(char::to_lowercase).collect() }
}

/// A hash that is equal for texts that are [`same`].
pub fn fold_hash(text: &str) -> u64 {
    if text.is_ascii() {
        return hash_ascii(text.as_bytes());
    }
    let folded = fold(text);
    // A few letters fold to ASCII (the Kelvin sign), so the folded text decides; what is not ASCII stays as it is.
    hash_ascii(folded.as_bytes())
}

/// Eight octets at a time, letters of ASCII in lower case.
fn hash_ascii(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut h = 0x51_7c_c1_b7_27_22_0a_95u64;
    for word in words {
        h = mix(h, lower(u64::from_le_bytes(*word)));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(mix(h, lower(u64::from_le_bytes(last))), bytes.len() as u64)
}

/// Eight octets with the letters A to Z in lower case.
const fn lower(word: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let seven = word & LOW;
    let above_z = seven + 0x2525_2525_2525_2525;
    let from_a = seven + 0x3f3f_3f3f_3f3f_3f3f;
    let upper = !word & !LOW & (from_a ^ above_z);
    word | upper >> 2
}

/// Where a text first contains another.
pub fn position(text: &str, part: &str) -> Option<usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let (first, len) = (*part.first()?, part.len());
    let last = text.len().checked_sub(len)?;
    (0..=last).find(|i| text[*i] == first && text[*i..*i + len] == *part)
}

/// The part of `text` between `before` and `after`, compared without case; `None` if it is not of that form.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let end = text.len().checked_sub(after.len())?;
    let bytes = text.as_bytes();
    // Most texts differ in the first letter already.
    let differ = |a: Option<&u8>, b: Option<&u8>| match (a, b) {
        (Some(a), Some(b)) => a.is_ascii() && b.is_ascii() && !a.eq_ignore_ascii_case(b),
        _ => false,
    };
    if end < before.len()
        || differ(bytes.first(), before.as_bytes().first())
        || differ(bytes.get(end), after.as_bytes().first())
    {
        return None;
    }
    let (head, tail) = (text.get(..before.len())?, text.get(end..)?);
    (same(head, before) && same(tail, after)).then(|| &text[before.len()..end])
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
