//! Knobs: every number and switch that stands for the real service, with its source. The [`knobs!`](crate::knobs) macro makes from
//! one table both the struct that the rules read and the rows from which overrides, the report and the documents are made.

use crate::{SimDuration, time::TimeError};
use std::fmt;

/// How firm a default is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The vendor says so.
    Documented,
    /// Seen in public tools, logs or write-ups.
    Observed,
    /// Our choice, because nobody says.
    Assumed,
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Assumed => "assumed",
        })
    }
}

/// One knob, as documents show it.
#[derive(Debug, Clone)]
pub struct KnobRow {
    /// The name, as scenarios write it.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// The default, as a scenario would write it.
    pub default: String,
    /// What values look like.
    pub unit: &'static str,
    /// How firm the default is.
    pub basis: Basis,
    /// Where it comes from, and who disagrees.
    pub source: &'static str,
}

/// A knob was not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KnobError {
    /// No knob has that name.
    #[error("there is no knob `{0}`")]
    Unknown(String),
    /// The text is not a value of it.
    #[error("{0}")]
    Value(String),
}

/// A type that a knob can have.
pub trait KnobValue: Sized + Clone + fmt::Display {
    /// What values look like, for documents and messages.
    const UNIT: &'static str;
    /// Reads a value.
    fn read(text: &str) -> Result<Self, String>;
}

impl KnobValue for SimDuration {
    const UNIT: &'static str = "span of time";
    fn read(text: &str) -> Result<Self, String> {
        let span: SimDuration = text.parse().map_err(|e: TimeError| e.to_string())?;
        if span.is_negative() { Err(format!("`{text}` is negative; a wait is zero or longer")) } else { Ok(span) }
    }
}
impl KnobValue for u32 {
    const UNIT: &'static str = "number";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is not a whole number from 0 to {}", u32::MAX))
    }
}
impl KnobValue for bool {
    const UNIT: &'static str = "true or false";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is neither `true` nor `false`"))
    }
}

/// Declares a table of knobs.
///
/// ```
/// sim_core::knobs! {
///     /// The knobs of a kettle.
///     pub struct KettleKnobs {
///         /// From the switch to the whistle.
///         boil: sim_core::SimDuration = sim_core::SimDuration::from_mins(4), Observed, "kitchen";
///     }
/// }
/// let mut knobs = KettleKnobs::default();
/// knobs.set("boil", "5m").unwrap();
/// assert_eq!(knobs.boil, sim_core::SimDuration::from_mins(5));
/// assert_eq!(KettleKnobs::table()[0].default, "4m");
/// ```
#[macro_export]
macro_rules! knobs {
    ($(#[$outer:meta])* pub struct $name:ident { $( $(#[doc = $doc:expr])+ $knob:ident: $ty:ty = $default:expr, $basis:ident, $source:expr; )* }) => {
        $(#[$outer])*
        #[derive(Debug, Clone)]
        pub struct $name { $( $(#[doc = $doc])+ pub $knob: $ty, )* }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $knob: $default, )* }
            }
        }

        impl $name {
            /// All knobs with their defaults and sources.
            pub fn table() -> Vec<$crate::knob::KnobRow> {
                vec![ $( $crate::knob::KnobRow {
                    name: stringify!($knob),
                    doc: concat!($($doc, "\n"),+).trim_ascii(),
                    default: <$ty as Clone>::clone(&$default).to_string(),
                    unit: <$ty as $crate::knob::KnobValue>::UNIT,
                    basis: $crate::knob::Basis::$basis,
                    source: $source,
                }, )* ]
            }

            /// Sets a knob from the text of a scenario.
            pub fn set(&mut self, name: &str, text: &str) -> Result<(), $crate::knob::KnobError> {
                match name {
                    $( stringify!($knob) => {
                        self.$knob = <$ty as $crate::knob::KnobValue>::read(text).map_err($crate::knob::KnobError::Value)?;
                        Ok(())
                    } )*
                    _ => Err($crate::knob::KnobError::Unknown(name.to_owned())),
                }
            }
        }
    };
}
