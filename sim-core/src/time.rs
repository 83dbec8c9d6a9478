//! Simulated time: UTC milliseconds, and the spans between them.

use std::fmt;
use std::ops::{Add, AddAssign, Mul, Sub};
use std::str::FromStr;

/// An instant of simulated time, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SimTime(i64);

/// A span of simulated time, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SimDuration(i64);

/// Why a text is not a time or a span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not a span in any accepted spelling.
    #[error("`{0}` is not a span of time such as `15m`, `48h`, `1h30m` or `PT48H`")]
    Span(String),
    /// A span in years or months, whose length depends on the date.
    #[error("`{0}` counts years or months, which differ in length; use days, hours, minutes or seconds")]
    Calendar(String),
    /// Finer than the simulator's millisecond.
    #[error("`{0}` is finer than a millisecond")]
    TooFine(String),
    /// Not an RFC 3339 instant.
    #[error("`{0}` is not a time such as `2022-11-17T08:00:00Z`")]
    Time(String),
    /// Outside the years 1601 to 9999.
    #[error("`{0}` is outside the years 1601 to 9999")]
    OutOfRange(String),
}

impl SimTime {
    /// Later than anything that happens: what is never due.
    pub const NEVER: Self = Self(i64::MAX);
    /// 1601-01-01T00:00:00Z, where Windows file times begin.
    pub const FIRST: Self = Self(-11_644_473_600_000);
    /// 9999-12-31T23:59:59.999Z.
    pub const LAST: Self = Self(253_402_300_799_999);

    /// The instant that many milliseconds after 1970.
    pub const fn from_unix_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// The span from `earlier` to here; negative when `earlier` is later.
    pub const fn since(self, earlier: Self) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }

    /// The first instant not before `self` that is `phase` after a whole number of `period`s, counted from `origin`.
    /// This is how a periodic loop finds its turn without having run the idle ones.
    pub fn next_turn(self, origin: Self, period: SimDuration, phase: SimDuration) -> Self {
        let period = period.0.max(1);
        let first = origin.0.saturating_add(phase.0);
        let waited = self.0.saturating_sub(first);
        if waited <= 0 {
            // Turns reach back before the origin as well: a loop has no beginning of its own.
            let back = (-waited) / period;
            return Self(first - back * period);
        }
        Self(first.saturating_add(waited.div_euclid(period).saturating_add((waited % period != 0) as i64) * period))
    }

    /// The last turn at or before `self`; see [`SimTime::next_turn`].
    pub fn last_turn(self, origin: Self, period: SimDuration, phase: SimDuration) -> Self {
        let next = self.next_turn(origin, period, phase);
        if next == self { next } else { Self(next.0 - period.0.max(1)) }
    }

    /// `08:03:12`, with the days since `start` in front from the second day on, as in `2d 08:03:12`. Milliseconds are left out.
    pub fn clock_since(self, start: Self) -> String {
        let day = |t: i64| t.div_euclid(86_400_000);
        let of_day = self.0.rem_euclid(86_400_000) / 1000;
        let clock = format!("{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60);
        match day(self.0) - day(start.0) {
            0 => clock,
            n => format!("{n}d {clock}"),
        }
    }

    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0.clamp(Self::FIRST.0, Self::LAST.0)).expect("clamped to jiff's range")
    }
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// That many milliseconds.
    pub const fn from_millis(n: i64) -> Self {
        Self(n)
    }
    /// That many seconds.
    pub const fn from_secs(n: i64) -> Self {
        Self(n * 1000)
    }
    /// That many minutes.
    pub const fn from_mins(n: i64) -> Self {
        Self(n * 60_000)
    }
    /// That many hours.
    pub const fn from_hours(n: i64) -> Self {
        Self(n * 3_600_000)
    }
    /// That many days of 24 hours.
    pub const fn from_days(n: i64) -> Self {
        Self(n * 86_400_000)
    }
    /// In milliseconds.
    pub const fn millis(self) -> i64 {
        self.0
    }
    /// In whole seconds, rounded down.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1000)
    }
    /// Whether it is below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
    /// As ISO 8601, `PT1H30M`, the form of Graph's durations.
    pub fn iso8601(self) -> String {
        if self.0 == 0 {
            return "PT0S".into();
        }
        let (sign, ms) = if self.0 < 0 { ("-", self.0.unsigned_abs()) } else { ("", self.0 as u64) };
        let mut out = format!("{sign}P");
        let (days, ms) = (ms / 86_400_000, ms % 86_400_000);
        if days > 0 {
            out += &format!("{days}D");
        }
        if ms > 0 {
            out.push('T');
        }
        let (h, m, s, frac) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000);
        if h > 0 {
            out += &format!("{h}H");
        }
        if m > 0 {
            out += &format!("{m}M");
        }
        match (s, frac) {
            (0, 0) => {}
            (s, 0) => out += &format!("{s}S"),
            (s, f) => out += format!("{s}.{f:03}").trim_end_matches('0').to_owned().as_str(),
        }
        if frac > 0 {
            out.push('S');
        }
        out
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;
    fn add(self, span: SimDuration) -> Self {
        if self == Self::NEVER { self } else { Self(self.0.saturating_add(span.0)) }
    }
}
impl AddAssign<SimDuration> for SimTime {
    fn add_assign(&mut self, span: SimDuration) {
        *self = *self + span;
    }
}
impl Sub<SimDuration> for SimTime {
    type Output = Self;
    fn sub(self, span: SimDuration) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}
impl Add for SimDuration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}
impl Sub for SimDuration {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}
impl Mul<i64> for SimDuration {
    type Output = Self;
    fn mul(self, n: i64) -> Self {
        Self(self.0.saturating_mul(n))
    }
}

/// RFC 3339 in UTC, with as many decimals of a second as there are: `2022-11-17T08:00:00Z`.
impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NEVER { f.write_str("never") } else { write!(f, "{}", self.timestamp()) }
    }
}

/// The shortest exact spelling that [`SimDuration::from_str`] reads back: `48h`, `1h30m`, `2m5s`, `250ms`.
impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let ms = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let parts = [(ms / 3_600_000, "h"), (ms / 60_000 % 60, "m"), (ms / 1000 % 60, "s"), (ms % 1000, "ms")];
        for (n, unit) in parts {
            if n > 0 {
                write!(f, "{n}{unit}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for SimTime {
    type Err = TimeError;
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let t: jiff::Timestamp = text.trim().parse().map_err(|_| TimeError::Time(text.into()))?;
        let at = Self(t.as_millisecond());
        if at < Self::FIRST || at > Self::LAST { Err(TimeError::OutOfRange(text.into())) } else { Ok(at) }
    }
}

impl FromStr for SimDuration {
    type Err = TimeError;
    /// Reads `48h`, `1h30m`, `90s`, `250ms`, `2d`, jiff's friendly forms, and ISO 8601 (`PT48H`, `P2D`). A day is 24 hours.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let span: jiff::Span = text.trim().parse().map_err(|_| TimeError::Span(text.into()))?;
        if span.get_years() != 0 || span.get_months() != 0 {
            return Err(TimeError::Calendar(text.into()));
        }
        if span.get_microseconds() != 0 || span.get_nanoseconds() != 0 {
            return Err(TimeError::TooFine(text.into()));
        }
        let parts = [
            (i64::from(span.get_weeks()), 7 * 86_400_000),
            (i64::from(span.get_days()), 86_400_000),
            (i64::from(span.get_hours()), 3_600_000),
            (span.get_minutes(), 60_000),
            (span.get_seconds(), 1000),
            (span.get_milliseconds(), 1),
        ];
        let mut total = 0i64;
        for (n, unit) in parts {
            let part = n.checked_mul(unit).and_then(|ms| total.checked_add(ms));
            total = part.ok_or_else(|| TimeError::OutOfRange(text.into()))?;
        }
        // A thousand years: longer waits are slips of the pen, and sums of them must not overflow.
        if total.unsigned_abs() > 365_250 * 86_400_000 {
            return Err(TimeError::OutOfRange(text.into()));
        }
        Ok(Self(total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spans_are_read_in_every_documented_spelling() {
        for (text, want) in [
            ("48h", SimDuration::from_hours(48)),
            ("PT48H", SimDuration::from_hours(48)),
            ("1h30m", SimDuration::from_mins(90)),
            ("2d", SimDuration::from_hours(48)),
            ("P2D", SimDuration::from_hours(48)),
            ("0s", SimDuration::ZERO),
            ("250ms", SimDuration::from_millis(250)),
            ("1.5s", SimDuration::from_millis(1500)),
        ] {
            assert_eq!(text.parse(), Ok(want), "{text}");
        }
        for text in ["", "48", "h", "1 month", "P1Y", "1us", "99999999999d", "-", "1h30"] {
            assert!(text.parse::<SimDuration>().is_err(), "{text}");
        }
    }

    #[test]
    fn turns_are_found_without_walking_them() {
        let t = |m| SimTime::from_unix_millis(m);
        let (origin, period, phase) = (t(1000), SimDuration::from_millis(30), SimDuration::from_millis(5));
        for (now, next, last) in
            [(1005, 1005, 1005), (1006, 1035, 1005), (1035, 1035, 1035), (1, 15, -15), (975, 975, 975)]
        {
            assert_eq!(t(now).next_turn(origin, period, phase), t(next), "{now}");
            assert_eq!(t(now).last_turn(origin, period, phase), t(last), "{now}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(ms in -10_000_000_000_000i64..10_000_000_000_000) {
            let span = SimDuration::from_millis(ms);
            prop_assert_eq!(span.to_string().parse(), Ok(span));
            prop_assert_eq!(span.iso8601().parse(), Ok(span));
            let at = SimTime::from_unix_millis(ms);
            if at >= SimTime::FIRST { prop_assert_eq!(at.to_string().parse(), Ok(at)); }
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = text.parse::<SimDuration>();
            let _ = text.parse::<SimTime>();
        }
    }
}
