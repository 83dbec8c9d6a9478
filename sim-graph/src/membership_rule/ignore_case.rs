//! Comparing text as the directory does: without regard to case, without regard to culture, and without allocating.
//!
//! Assumed: one character at a time, as .NET's ordinal comparison that ignores case does it. A character whose capital
//! is more than one character stays itself (`ß`), and no other letter becomes an ASCII one (`ı`, the Kelvin sign). That
//! last rule is what lets an ASCII needle be looked for bytewise in any text.

use std::cmp::Ordering;

/// The same text but for case.
pub fn equal(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() { a.eq_ignore_ascii_case(b) } else { a.chars().map(fold).eq(b.chars().map(fold)) }
}

/// Order by capitals, character by character.
pub fn compare(a: &str, b: &str) -> Ordering {
    a.chars().map(fold).cmp(b.chars().map(fold))
}

/// Whether `text` begins with `start`.
pub fn starts_with(text: &str, start: &str) -> bool {
    if start.is_ascii() {
        let (text, start) = (text.as_bytes(), start.as_bytes());
        text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
    } else {
        begins(text.chars(), start.chars())
    }
}

/// Whether `text` ends with `end`.
pub fn ends_with(text: &str, end: &str) -> bool {
    if end.is_ascii() {
        let (text, end) = (text.as_bytes(), end.as_bytes());
        text.len() >= end.len() && text[text.len() - end.len()..].eq_ignore_ascii_case(end)
    } else {
        begins(text.chars().rev(), end.chars().rev())
    }
}

/// Whether `part` occurs in `text`.
pub fn contains(text: &str, part: &str) -> bool {
    if part.is_empty() {
        true
    } else if part.is_ascii() {
        text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
    } else {
        text.char_indices().any(|(at, _)| begins(text[at..].chars(), part.chars()))
    }
}

/// Writes a text so that what is the same but for case is the same.
pub fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_uppercase();
    } else {
        out.extend(text.chars().map(fold));
    }
}

fn begins(mut text: impl Iterator<Item = char>, mut start: impl Iterator<Item = char>) -> bool {
    start.all(|c| text.next().is_some_and(|t| fold(t) == fold(c)))
}

fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let mut capital = c.to_uppercase();
    match (capital.next(), capital.next()) {
        (Some(one), None) if !one.is_ascii() => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_beyond_ascii() {
        assert!(equal("ÄRGER", "ärger"));
        assert!(starts_with("Ärger im Büro", "ÄRGER"));
        assert!(ends_with("Ärger im BÜRO", "Büro"));
        assert!(contains("Ärger im Büro", "BÜ"));
        assert!(!equal("\u{212a}", "k") && !contains("\u{212a}", "k"), "the Kelvin sign is not the letter");
        assert!(!equal("straße", "STRASSE"));
        assert_eq!(compare("a_", "AB"), "A_".cmp("AB"));
    }

    proptest! {
        #[test]
        fn the_functions_agree(head in "[a-zA-ZäÄßıK]{0,6}", tail in "[a-zA-ZäÄßıK]{0,6}") {
            let whole = format!("{head}{tail}");
            prop_assert!(starts_with(&whole, &head) && ends_with(&whole, &tail) && contains(&whole, &head));
            prop_assert_eq!(equal(&head, &tail), compare(&head, &tail).is_eq());
            prop_assert_eq!(equal(&head, &tail), head.len() == tail.len() && starts_with(&head, &tail));
        }
    }
}
