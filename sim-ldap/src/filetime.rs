//! The directory's renderings of time: file times (100 ns since 1601) and generalized time. All of them come from simulated time.

use sim_core::SimTime;

/// What `accountExpires` holds for an account that does not expire.
pub const NEVER: i64 = i64::MAX;

/// The file time of an instant.
pub fn file_time(at: SimTime) -> i64 {
    if at == SimTime::NEVER {
        return NEVER;
    }
    at.unix_millis().saturating_sub(SimTime::FIRST.unix_millis()).saturating_mul(10_000)
}

/// The instant of a file time, rounded down to the millisecond; `NEVER` for what is later than the year 9999.
pub fn from_file_time(ticks: i64) -> SimTime {
    let at = SimTime::from_unix_millis((ticks / 10_000).saturating_add(SimTime::FIRST.unix_millis()));
    if at > SimTime::LAST { SimTime::NEVER } else { at }
}

/// `20221117080000.0Z`, as `whenCreated` shows it.
pub fn generalized(at: SimTime) -> String {
    let at = at.unix_millis().clamp(SimTime::FIRST.unix_millis(), SimTime::LAST.unix_millis());
    let (days, secs) = (at.div_euclid(86_400_000), at.rem_euclid(86_400_000) / 1000);
    // Days to date: the usual shift to years that begin in March.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}{month:02}{day:02}{:02}{:02}{:02}.0Z", secs / 3600, secs / 60 % 60, secs % 60)
}

/// Reads generalized time in UTC, with or without a fraction.
pub fn parse_generalized(text: &str) -> Option<SimTime> {
    let rest = text.strip_suffix('Z')?;
    let digits = rest.split(['.', ',']).next()?;
    if digits.len() != 14 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction = &rest[14..];
    if !fraction.is_empty() && (fraction.len() < 2 || !fraction[1..].bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let n = |range: std::ops::Range<usize>| digits[range].parse::<i64>().ok();
    let (y, m, d) = (n(0..4)?, n(4..6)?, n(6..8)?);
    let (hh, mm, ss) = (n(8..10)?, n(10..12)?, n(12..14)?);
    if !(1..=12).contains(&m) || !(1..=31).contains(&d) || hh > 23 || mm > 59 || ss > 59 || y < 1601 {
        return None;
    }
    let (y2, mp) = (if m <= 2 { y - 1 } else { y }, (m + 9) % 12);
    let (era, yoe) = (y2.div_euclid(400), y2.rem_euclid(400));
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + (153 * mp + 2) / 5 + d - 1;
    let days = era * 146_097 + doe - 719_468;
    Some(SimTime::from_unix_millis((days * 86_400 + hh * 3600 + mm * 60 + ss) * 1000))
}

/// An instant in six octets: milliseconds since 1601. Rows are counted in millions.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Stamp([u8; 6]);

impl Stamp {
    /// No instant.
    pub(crate) const NONE: Self = Self([0; 6]);

    /// The instant, to the millisecond; what is before 1601 or never is none.
    pub(crate) fn of(at: SimTime) -> Self {
        if at == SimTime::NEVER {
            return Self::NONE;
        }
        let ms = at.unix_millis().saturating_sub(SimTime::FIRST.unix_millis()).clamp(0, (1 << 48) - 1) as u64;
        let b = ms.to_le_bytes();
        Self([b[0], b[1], b[2], b[3], b[4], b[5]])
    }

    /// The instant, if there is one.
    pub(crate) fn get(self) -> Option<SimTime> {
        let b = self.0;
        let ms = u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], 0, 0]);
        (ms != 0).then(|| SimTime::from_unix_millis(ms as i64 + SimTime::FIRST.unix_millis()))
    }
}

impl std::fmt::Debug for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.get().map(|at| at.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_printed_as_the_directory_prints_them() {
        let at: SimTime = "2022-11-17T08:00:00.250Z".parse().expect("a time");
        assert_eq!(generalized(at), "20221117080000.0Z");
        assert_eq!(file_time(at), 133_131_456_002_500_000);
        assert_eq!(from_file_time(132_223_104_000_000_000).to_string(), "2020-01-01T00:00:00Z");
        assert_eq!(from_file_time(NEVER), SimTime::NEVER);
        assert_eq!(Stamp::of(at).get(), Some(at));
        assert_eq!(Stamp::of(SimTime::NEVER).get(), None);
        for bad in
            ["", "20221117080000", "20221317080000.0Z", "2022111708000Z", "20221117080000.Z", "20221117080000é0Z"]
        {
            assert_eq!(parse_generalized(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(secs in -11_644_473_600i64..253_402_300_799) {
            let at = SimTime::from_unix_millis(secs * 1000);
            prop_assert_eq!(parse_generalized(&generalized(at)), Some(at));
            prop_assert_eq!(from_file_time(file_time(at)), at);
        }
    }
}
