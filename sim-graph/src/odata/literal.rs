//! Values that a filter writes out.

use std::fmt;

/// A value written in a filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction or an exponent.
    Double(f64),
    /// `'text'`, a quote in it doubled.
    Text(String),
    /// A date with time, or a date alone, which means its first instant: milliseconds since 1970 in UTC. Finer
    /// fractions are cut off.
    Time(i64),
    /// Bare, without quotes.
    Guid(u128),
    /// `microsoft.graph.deviceEnrollmentType'windowsAutoEnrollment'`; without the type it is text.
    Enum {
        /// Qualified name of the type.
        type_name: String,
        /// The member, or several with commas.
        member: String,
    },
}

/// A literal that starts with a digit or a minus sign: a number, a date, or a date with time.
pub(super) fn bare(text: &str) -> Option<Literal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().map(Literal::Int);
    }
    let number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    match text.parse::<f64>() {
        Ok(double) if number && double.is_finite() => Some(Literal::Double(double)),
        _ => time(text).map(Literal::Time),
    }
}

/// A GUID at the start of `text`, and its length.
pub(super) fn guid(text: &str) -> Option<(u128, usize)> {
    const LEN: usize = 36;
    let mut guid = 0_u128;
    for (at, byte) in text.bytes().enumerate().take(LEN) {
        match (at, byte) {
            (8 | 13 | 18 | 23, b'-') => {}
            (8 | 13 | 18 | 23, _) => return None,
            _ => guid = guid << 4 | u128::from(char::from(byte).to_digit(16)?),
        }
    }
    (text.len() >= LEN).then_some((guid, LEN))
}

/// A whole text that is a GUID, in braces or not.
pub(super) fn guid_text(text: &str) -> Option<u128> {
    let bare = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    guid(bare).filter(|(_, len)| *len == bare.len()).map(|(guid, _)| guid)
}

/// The qualified name of a type: `#microsoft.graph.device` and `graph.device` are `microsoft.graph.device`.
pub(super) fn type_name(text: &str) -> String {
    let name = text.strip_prefix('#').unwrap_or(text);
    if name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("graph.")) {
        format!("microsoft.{name}")
    } else {
        name.to_owned()
    }
}

/// `2026-01-31`, `2026-01-31T08:00Z`, `2026-01-31T08:00:00.1234567+01:00` in milliseconds since 1970.
pub(crate) fn time(text: &str) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let mut parts = date.split('-');
    let (year, month, day) = (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if parts.next().is_some() || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let midnight = days_since_1970(year, month, day) * 86_400_000;
    if rest.is_empty() {
        return Some(midnight);
    }
    let rest = rest.strip_prefix(['T', 't'])?;
    let (clock, zone) = rest.split_at(rest.find(['Z', 'z', '+', '-'])?);
    let offset_minutes = match zone {
        "Z" | "z" => 0,
        _ => {
            let minutes = hours_and_minutes(zone.get(1..)?)?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let (minutes, seconds) = match clock.len() {
        5 => (hours_and_minutes(clock)?, 0),
        _ => (hours_and_minutes(clock.get(..5)?)?, digits(clock.get(5..)?.strip_prefix(':')?, 2)?),
    };
    if fraction.is_empty() || fraction.len() > 12 || seconds > 59 {
        return None;
    }
    digits(fraction, fraction.len())?;
    let millis = digits(&format!("{fraction:0<3}")[..3], 3)?;
    Some(midnight + (minutes - offset_minutes) * 60_000 + seconds * 1000 + millis)
}

fn hours_and_minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn digits(text: &str, len: usize) -> Option<i64> {
    (text.len() == len && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days in the proleptic Gregorian calendar, counted in years that begin in March.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

/// The reverse of [`days_since_1970`].
pub(super) fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day_of_year - (153 * march_month + 2) / 5 + 1)
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Double(value) => write!(f, "{value:?}"),
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Enum { type_name, member } => write!(f, "{type_name}'{}'", member.replace('\'', "''")),
            Self::Guid(guid) => {
                let hex = format!("{guid:032x}");
                write!(f, "{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
            }
            Self::Time(millis) => {
                let (year, month, day) = date(millis.div_euclid(86_400_000));
                let of_day = millis.rem_euclid(86_400_000);
                let (hours, minutes) = (of_day / 3_600_000, of_day / 60_000 % 60);
                let (seconds, millis) = (of_day / 1000 % 60, of_day % 1000);
                write!(f, "{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times() {
        let table = [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1970-01-02", Some(86_400_000)),
            ("2000-02-29T12:00Z", Some(951_825_600_000)),
            ("2022-11-17T08:30:00.1234567Z", Some(1_668_673_800_123)),
            ("2022-11-17T09:30:00.5+01:00", Some(1_668_673_800_500)),
            ("0001-01-01T00:00:00Z", Some(-62_135_596_800_000)),
            ("9999-12-31T23:59:59.999Z", Some(253_402_300_799_999)),
            ("2023-02-29", None),
            ("2022-13-01", None),
            ("2022-11-17T24:00:00Z", None),
            ("2022-11-17T08:30:00", None),
            ("2022-11-17T08:30:00.Z", None),
            ("2022-11-17T08:30:00+1:00", None),
            ("2022-11-1", None),
        ];
        for (text, expected) in table {
            assert_eq!(time(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_and_guids() {
        assert_eq!(bare("-42"), Some(Literal::Int(-42)));
        assert_eq!(bare("1.5e3"), Some(Literal::Double(1500.0)));
        assert_eq!(bare("99999999999999999999"), None);
        assert_eq!(bare("-"), None);
        assert_eq!(bare("1e999"), None);
        assert_eq!(guid_text("{4D7D21F6-4f0d-4a16-8d9c-7b9e6b1a0c11}"), Some(0x4d7d21f6_4f0d_4a16_8d9c_7b9e6b1a0c11));
        assert_eq!(guid_text("4d7d21f6-4f0d-4a16-8d9c-7b9e6b1a0c1"), None);
        assert_eq!(guid_text("4d7d21f6-4f0d-4a16-8d9c-7b9e6b1a0c1é"), None);
        assert_eq!(type_name("#microsoft.graph.device"), "microsoft.graph.device");
        assert_eq!(type_name("graph.device"), "microsoft.graph.device");
    }

    proptest! {
        #[test]
        fn a_time_written_out_is_the_same_time(millis in -62_135_596_800_000..253_402_300_800_000_i64) {
            prop_assert_eq!(time(&Literal::Time(millis).to_string()), Some(millis));
        }
    }
}
