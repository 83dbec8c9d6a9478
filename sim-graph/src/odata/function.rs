//! Functions whose value is compared: of texts, numbers and dates.
//!
//! Source: OData 4.01, part 2, section 5.1.1. The OData library of the services knows all of them; which properties take
//! them is another question (see [`uses`](super::Filter::uses)), and Graph's page on `$filter` lists none for the directory.

use super::Value;
use super::literal::date;
use std::borrow::Cow;
use std::ops::RangeInclusive;

macro_rules! functions {
    ($( $name:ident = $word:literal, $arity:expr; )*) => {
        /// A function, by OData's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Function {
            $( #[doc = concat!("`", $word, "`")] $name, )*
        }

        impl Function {
            pub(super) const ALL: &[Self] = &[$( Self::$name, )*];

            /// As OData writes it.
            pub fn name(self) -> &'static str {
                match self { $( Self::$name => $word, )* }
            }

            /// How many arguments it takes.
            pub(super) fn arity(self) -> RangeInclusive<usize> {
                match self { $( Self::$name => $arity, )* }
            }
        }
    };
}

functions! {
    ToLower = "tolower", 1..=1;
    ToUpper = "toupper", 1..=1;
    Trim = "trim", 1..=1;
    Length = "length", 1..=1;
    IndexOf = "indexof", 2..=2;
    Substring = "substring", 2..=3;
    Concat = "concat", 2..=2;
    Year = "year", 1..=1;
    Month = "month", 1..=1;
    Day = "day", 1..=1;
    Hour = "hour", 1..=1;
    Minute = "minute", 1..=1;
    Second = "second", 1..=1;
    Date = "date", 1..=1;
    Round = "round", 1..=1;
    Floor = "floor", 1..=1;
    Ceiling = "ceiling", 1..=1;
}

impl Function {
    /// The function of that name, in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|function| function.name().eq_ignore_ascii_case(name))
    }

    /// What the library says of arguments that do not fit.
    pub(super) fn no_signature(self) -> String {
        format!("No function signature for the function with name '{}' matches the specified arguments.", self.name())
    }

    /// The value for arguments, of which it takes so many; of null it is null. None if it does not take such values.
    pub(super) fn value(self, arguments: &[Value<'_>]) -> Option<Value<'static>> {
        if arguments.iter().any(|argument| matches!(argument, Value::Null)) {
            return Some(Value::Null);
        }
        Some(match (self, arguments) {
            (Self::ToLower, [Value::Text(text)]) => owned(text.to_lowercase()),
            (Self::ToUpper, [Value::Text(text)]) => owned(text.to_uppercase()),
            (Self::Trim, [Value::Text(text)]) => owned(text.trim().to_owned()),
            (Self::Length, [Value::Text(text)]) => int(text.encode_utf16().count()),
            (Self::IndexOf, [Value::Text(text), Value::Text(part)]) => {
                let at = super::evaluate::position(text, part);
                at.map_or(Value::Int(-1), |at| int(text[..at].encode_utf16().count()))
            }
            (Self::Substring, [Value::Text(text), Value::Int(start)]) => owned(substring(text, *start, i64::MAX)),
            (Self::Substring, [Value::Text(text), Value::Int(start), Value::Int(length)]) => {
                owned(substring(text, *start, *length))
            }
            (Self::Concat, [Value::Text(a), Value::Text(b)]) => owned(format!("{a}{b}")),
            (Self::Round, [Value::Double(number)]) => Value::Double(number.round()),
            (Self::Floor, [Value::Double(number)]) => Value::Double(number.floor()),
            (Self::Ceiling, [Value::Double(number)]) => Value::Double(number.ceil()),
            (Self::Round | Self::Floor | Self::Ceiling, [Value::Int(number)]) => Value::Int(*number),
            (_, [Value::Time(millis)]) => self.of_time(*millis)?,
            _ => return None,
        })
    }

    fn of_time(self, millis: i64) -> Option<Value<'static>> {
        const DAY: i64 = 86_400_000;
        let (year, month, day) = date(millis.div_euclid(DAY));
        let of_day = millis.rem_euclid(DAY);
        Some(match self {
            Self::Year => Value::Int(year),
            Self::Month => Value::Int(month),
            Self::Day => Value::Int(day),
            Self::Hour => Value::Int(of_day / 3_600_000),
            Self::Minute => Value::Int(of_day / 60_000 % 60),
            Self::Second => Value::Int(of_day / 1000 % 60),
            Self::Date => Value::Time(millis - of_day),
            _ => return None,
        })
    }
}

fn owned(text: String) -> Value<'static> {
    Value::Text(Cow::Owned(text))
}

fn int(number: usize) -> Value<'static> {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Characters from one on, so many at most. What is out of the text is empty.
fn substring(text: &str, start: i64, length: i64) -> String {
    let (start, length) = (usize::try_from(start).unwrap_or(0), usize::try_from(length).unwrap_or(0));
    text.chars().skip(start).take(length).collect()
}
