//! Spans of simulated time, for people.

use sim_core::SimDuration;

/// `6 h 12 m`: the two largest units, which is as much as a reader remembers.
pub fn span(span: SimDuration) -> String {
    let ms = span.millis().unsigned_abs();
    let parts = [(ms / 86_400_000, "d"), (ms / 3_600_000 % 24, "h"), (ms / 60_000 % 60, "m"), (ms / 1000 % 60, "s")];
    let first = parts.iter().position(|(n, _)| *n > 0).unwrap_or(3);
    let sign = if span.is_negative() { "-" } else { "" };
    let shown: Vec<String> =
        parts[first..].iter().take(2).filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
    if shown.is_empty() { "0 s".into() } else { format!("{sign}{}", shown.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_units_are_shown() {
        for (text, want) in [
            ("0s", "0 s"),
            ("300ms", "0 s"),
            ("45s", "45 s"),
            ("90s", "1 m 30 s"),
            ("6h12m40s", "6 h 12 m"),
            ("6h40s", "6 h"),
            ("48h", "2 d"),
            ("51h", "2 d 3 h"),
            ("400d", "400 d"),
            ("-90s", "-1 m 30 s"),
        ] {
            assert_eq!(span(text.parse().expect("a span")), want, "{text}");
        }
    }
}
