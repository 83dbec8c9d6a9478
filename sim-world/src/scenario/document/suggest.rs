//! "Did you mean": the nearest of the names that would have been accepted.

/// Names longer than this are not compared letter by letter: the comparison is quadratic.
const LONGEST: usize = 64;

/// The candidate that was probably meant by `name`, if one is near enough.
///
/// The same name in another case or with other separators (`Group-Tag` for `group_tag`) comes first, then
/// the one with the fewest typing errors, at most one in three letters, then one that begins with `name`.
/// Of equally near candidates the first wins, so the answer depends on nothing but the order given. `name`
/// itself is never suggested.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = plain(name);
    let mut best: Option<(usize, f64, &'a str)> = None;
    let mut longer_name = None;
    for candidate in candidates {
        if candidate == name {
            continue;
        }
        let other = self::plain(candidate);
        if other == plain {
            return Some(candidate);
        }
        if plain.len() >= 3 && other.starts_with(&plain) {
            longer_name = longer_name.or(Some(candidate));
        }
        let (longer, shorter) = (plain.len().max(other.len()), plain.len().min(other.len()));
        let allowed = longer.min(LONGEST) / 3;
        if longer > LONGEST || longer - shorter > allowed {
            continue;
        }
        let errors = strsim::damerau_levenshtein(&plain, &other);
        if errors > allowed {
            continue;
        }
        let likeness = strsim::jaro_winkler(&plain, &other);
        if best.is_none_or(|(fewest, alike, _)| errors < fewest || (errors == fewest && likeness > alike)) {
            best = Some((errors, likeness, candidate));
        }
    }
    best.map(|(_, _, candidate)| candidate).or(longer_name)
}

/// The name without case and with one kind of separator.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c == '-' || c == ' ' { '_' } else { c.to_ascii_lowercase() }).collect()
}
