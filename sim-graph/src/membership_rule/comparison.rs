//! One comparison: an operator with the value it compares to.
//!
//! # Null
//!
//! Documented: only `-eq` and `-ne` take `null`; quoted, it is the word. Assumed, because the documentation is silent:
//! a property without a value equals no text, begins with none, contains none, matches no expression and is in no list.
//! An operator with `not` in its name says exactly the opposite of the one without. So on a null property `-ne "x"`,
//! `-notContains "x"`, `-notMatch "x"` and `-notIn ["x"]` are true.
//!
//! # Case
//!
//! Documented: text and regular expressions ignore case. Assumed: by the rules of [`ignore_case`]; a regular expression
//! that is more than a literal with an anchor ignores the case of ASCII letters only.

use super::ignore_case;
use regex_lite::{Regex, RegexBuilder};
use std::fmt;

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Eq,
    Ne,
    StartsWith,
    NotStartsWith,
    EndsWith,
    NotEndsWith,
    Contains,
    NotContains,
    Match,
    NotMatch,
    In,
    NotIn,
}

const OPERATORS: [(&str, Operator); 12] = [
    ("-eq", Operator::Eq),
    ("-ne", Operator::Ne),
    ("-startsWith", Operator::StartsWith),
    ("-notStartsWith", Operator::NotStartsWith),
    ("-endsWith", Operator::EndsWith),
    ("-notEndsWith", Operator::NotEndsWith),
    ("-contains", Operator::Contains),
    ("-notContains", Operator::NotContains),
    ("-match", Operator::Match),
    ("-notMatch", Operator::NotMatch),
    ("-in", Operator::In),
    ("-notIn", Operator::NotIn),
];

impl Operator {
    /// By its name without the hyphen, whatever its case.
    pub fn from_name(name: &str) -> Option<Self> {
        OPERATORS.iter().find(|row| row.0[1..].eq_ignore_ascii_case(name)).map(|row| row.1)
    }

    /// As documented, with its hyphen.
    pub fn name(self) -> &'static str {
        OPERATORS.iter().find(|row| row.1 == self).map_or("", |row| row.0)
    }

    /// Whether it says the opposite of another.
    pub fn is_negated(self) -> bool {
        use Operator::{Ne, NotContains, NotEndsWith, NotIn, NotMatch, NotStartsWith};
        matches!(self, Ne | NotStartsWith | NotEndsWith | NotContains | NotMatch | NotIn)
    }
}

/// An operator and the value it compares to, checked to go together.
#[derive(Debug)]
pub struct Comparison {
    pub operator: Operator,
    pub value: Value,
}

/// What a property is compared to.
#[derive(Debug)]
pub enum Value {
    Null,
    Bool(bool),
    Text(Box<str>),
    List(Box<[Box<str>]>),
    Pattern(Pattern),
}

impl Comparison {
    /// Whether a text, or its absence, passes.
    pub fn passes_text(&self, text: Option<&str>) -> bool {
        let positive = match (&self.value, text) {
            (Value::Null, text) => text.is_none(),
            (_, None) => false,
            (Value::Text(value), Some(text)) => match self.operator {
                Operator::StartsWith | Operator::NotStartsWith => ignore_case::starts_with(text, value),
                Operator::EndsWith | Operator::NotEndsWith => ignore_case::ends_with(text, value),
                Operator::Contains | Operator::NotContains => ignore_case::contains(text, value),
                _ => ignore_case::equal(text, value),
            },
            (Value::List(values), Some(text)) => values.iter().any(|value| ignore_case::equal(text, value)),
            (Value::Pattern(pattern), Some(text)) => pattern.is_match(text),
            (Value::Bool(value), Some(text)) => ignore_case::equal(text, bool_name(*value)),
        };
        positive != self.operator.is_negated()
    }

    /// Whether a boolean passes.
    pub fn passes_bool(&self, value: bool) -> bool {
        self.passes_text(Some(bool_name(value)))
    }
}

pub fn bool_name(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operator.name(), self.value)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => f.write_str(bool_name(*value)),
            Self::Text(text) => quoted(text).fmt(f),
            Self::Pattern(pattern) => quoted(&pattern.source).fmt(f),
            Self::List(values) => {
                f.write_str("[")?;
                for (i, value) in values.iter().enumerate() {
                    write!(f, "{}{}", if i == 0 { "" } else { ", " }, quoted(value))?;
                }
                f.write_str("]")
            }
        }
    }
}

/// Text in double quotes, as a rule would write it.
pub fn quoted(text: &str) -> impl fmt::Display + '_ {
    Quoted(text)
}

struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for part in self.0.split_inclusive(['"', '`']) {
            match part.strip_suffix(['"', '`']) {
                Some(before) => write!(f, "{before}`{}", &part[before.len()..])?,
                None => f.write_str(part)?,
            }
        }
        f.write_str("\"")
    }
}

/// A regular expression, unanchored unless it says otherwise.
///
/// The service runs .NET's engine; here `regex-lite` does, which has no look-around and no back-references. An
/// expression that only looks for a literal, such as `^Da.*`, does not reach the engine.
#[derive(Debug)]
pub struct Pattern {
    source: Box<str>,
    finds: Finds,
}

#[derive(Debug)]
enum Finds {
    Start(Box<str>),
    Anywhere(Box<str>),
    Expression(Box<Regex>),
}

/// Compiled size in bytes at most; a rule of 3072 characters without large repetitions stays well below.
const SIZE_LIMIT: usize = 1 << 20;
const NEST_LIMIT: u32 = 50;

impl Pattern {
    /// Compiles an expression, or says why it cannot.
    pub fn new(source: &str) -> Result<Self, String> {
        let finds = match literal(source) {
            Some(finds) => finds,
            None => {
                let mut builder = RegexBuilder::new(source);
                builder.case_insensitive(true).size_limit(SIZE_LIMIT).nest_limit(NEST_LIMIT);
                Finds::Expression(Box::new(builder.build().map_err(|error| error.to_string())?))
            }
        };
        Ok(Self { source: source.into(), finds })
    }

    fn is_match(&self, text: &str) -> bool {
        match &self.finds {
            Finds::Start(literal) => ignore_case::starts_with(text, literal),
            Finds::Anywhere(literal) => ignore_case::contains(text, literal),
            Finds::Expression(expression) => expression.is_match(text),
        }
    }
}

/// `abc`, `^abc`, either followed by `.*`: a literal to be found at the start or anywhere.
fn literal(source: &str) -> Option<Finds> {
    let anchored = source.strip_prefix('^');
    let rest = anchored.unwrap_or(source);
    let text = rest.strip_suffix(".*").unwrap_or(rest);
    if text.contains(|c: char| !c.is_alphanumeric() && !matches!(c, ' ' | '-' | '_' | ':' | '@' | '/' | ',')) {
        return None;
    }
    Some(if anchored.is_some() { Finds::Start(text.into()) } else { Finds::Anywhere(text.into()) })
}
