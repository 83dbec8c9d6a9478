//! Scalars of the scenario language: times, spans, codes.

use super::document::ReadScalar;
use serde_json::{Value, json};
use sim_core::{SimDuration, SimTime};

/// A span of time as a scenario writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub SimDuration);

impl ReadScalar for Span {
    const EXPECTED: &'static str = "a span of time such as `15m`, `48h` or `PT48H`";
    const NAME: Option<&'static str> = Some("Span");
    fn parse(text: &str) -> Result<Self, String> {
        let span: SimDuration = text.parse().map_err(|_| String::new())?;
        if span.is_negative() { Err("a span of time is not negative here".into()) } else { Ok(Self(span)) }
    }
    fn schema() -> Value {
        json!({"title": "a span of time such as `15m`, `48h` or `PT48H`", "type": "string"})
    }
    fn help(text: &str) -> Option<String> {
        text.parse::<f64>().is_ok().then(|| format!("give a unit, as in `{text}m` or `{text}h`"))
    }
    fn print(&self) -> Option<Value> {
        Some(self.0.to_string().into())
    }
}

/// A moment: counted from time zero, or by the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// That long after time zero; before it when negative.
    After(SimDuration),
    /// Then.
    Clock(SimTime),
}

impl Moment {
    /// The instant, with time zero at `start`.
    pub fn on(self, start: SimTime) -> SimTime {
        match self {
            Self::After(span) => start + span,
            Self::Clock(at) => at,
        }
    }
}

impl ReadScalar for Moment {
    const EXPECTED: &'static str = "a moment such as `0s`, `48h`, `PT48H` or `2022-11-17T08:00:00Z`";
    const NAME: Option<&'static str> = Some("Moment");
    fn parse(text: &str) -> Result<Self, String> {
        if let Ok(span) = text.parse() {
            return Ok(Self::After(span));
        }
        text.parse().map(Self::Clock).map_err(|_| String::new())
    }
    fn schema() -> Value {
        json!({
            "title": "a moment such as `0s`, `48h`, `PT48H` or `2022-11-17T08:00:00Z`",
            "type": "string",
            "description": "Counted from time zero, or an instant of simulated time."
        })
    }
    fn help(text: &str) -> Option<String> {
        text.parse::<f64>().is_ok().then(|| format!("give a unit, as in `{text}m` or `{text}h`"))
    }
}

/// A moment at which an expectation is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckMoment {
    /// At the end of the run.
    End,
    /// Then.
    At(Moment),
}

impl ReadScalar for CheckMoment {
    const EXPECTED: &'static str = "a moment such as `48h` or `2022-11-17T08:00:00Z`, or `end`";
    const NAME: Option<&'static str> = Some("CheckMoment");
    fn parse(text: &str) -> Result<Self, String> {
        if text == "end" { Ok(Self::End) } else { Moment::parse(text).map(Self::At) }
    }
    fn schema() -> Value {
        json!({"title": "a moment such as `48h` or `2022-11-17T08:00:00Z`, or `end`", "type": "string"})
    }
    fn help(text: &str) -> Option<String> {
        Moment::help(text)
    }
}

/// The instant at which time zero is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub SimTime);

impl ReadScalar for Instant {
    const EXPECTED: &'static str = "a time such as `2022-11-17T08:00:00Z`";
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| String::new())
    }
    fn schema() -> Value {
        json!({"title": "a time such as `2022-11-17T08:00:00Z`", "type": "string", "format": "date-time"})
    }
    fn print(&self) -> Option<Value> {
        Some(self.0.to_string().into())
    }
}

/// A code as screens show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(pub u32);

impl ReadScalar for Code {
    const EXPECTED: &'static str = "a code such as `0x80070774`";
    const NAME: Option<&'static str> = Some("Code");
    fn parse(text: &str) -> Result<Self, String> {
        let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
        let code = match hex {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => {
                text.parse().ok().or_else(|| (text.len() == 8).then(|| u32::from_str_radix(text, 16).ok()).flatten())
            }
        };
        code.map(Self).ok_or_else(String::new)
    }
    fn schema() -> Value {
        json!({"title": "a code such as `0x80070774`", "type": ["string", "integer"]})
    }
}
