//! The query options of a request.

use super::filter::Filter;
use super::parse::parse_path;
use super::path::Path;
use super::percent::{Place, decode};
use super::{QueryError, Version};
use std::fmt;

/// The options of a query string, each at most once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// `$filter`.
    pub filter: Option<Filter>,
    /// `$select`: paths, or `*`. Empty if it was given without any.
    pub select: Option<Vec<String>>,
    /// `$orderby`, the first being the most important.
    pub orderby: Vec<OrderBy>,
    /// `$top`.
    pub top: Option<u32>,
    /// `$skip`.
    pub skip: Option<u32>,
    /// `$skiptoken`, which only the server that made it understands.
    pub skiptoken: Option<String>,
    /// `$deltatoken`, likewise.
    pub deltatoken: Option<String>,
    /// `$count`.
    pub count: Option<bool>,
    /// `$search`, as written, quotes included.
    pub search: Option<String>,
    /// `$expand`, as written.
    pub expand: Option<String>,
    /// `$format`.
    pub format: Option<String>,
    /// What is not OData's, in order: `model=…`, `source=…`.
    pub others: Vec<(String, String)>,
}

/// One part of `$orderby`.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderBy {
    /// The property.
    pub path: Path,
    /// `desc` instead of `asc`, which need not be written.
    pub descending: bool,
}

/// The options that are read, without their dollar sign.
const OPTIONS: [&str; 11] =
    ["filter", "select", "orderby", "top", "skip", "skiptoken", "deltatoken", "count", "search", "expand", "format"];

impl Query {
    /// Reads what follows the question mark of a request to v1.0.
    ///
    /// `&` separates options wherever it stands, also within quotes: there it is written `%26`. Option names may be
    /// written in any case (assumed). On v1.0 a name needs its dollar sign (documented: some APIs do without; here none
    /// does), else it is one of the [`others`](Self::others).
    ///
    /// # Errors
    ///
    /// An unknown option with a dollar sign, an option given twice, a value that does not fit.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        Self::parse_for(Version::V1, text)
    }

    /// As [`parse`](Self::parse), for the version of the request: on beta `filter` and `$filter` are the same
    /// (documented).
    ///
    /// # Errors
    ///
    /// As those of [`parse`](Self::parse).
    pub fn parse_for(version: Version, text: &str) -> Result<Self, QueryError> {
        let mut query = Self::default();
        let mut seen = Vec::new();
        for part in text.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (name, value) = (decode(name, Place::Query), decode(value, Place::Query));
            let name = name.trim();
            let known = |name: &str| OPTIONS.into_iter().find(|option| option.eq_ignore_ascii_case(name));
            let option = match name.strip_prefix('$') {
                Some(bare) => known(bare).ok_or_else(|| unknown(name))?,
                None => match known(name).filter(|_| version == Version::Beta) {
                    Some(option) => option,
                    None => {
                        query.others.push((name.to_owned(), value.into_owned()));
                        continue;
                    }
                },
            };
            if seen.contains(&option) {
                return Err(twice(option));
            }
            seen.push(option);
            query.set(option, value.trim())?;
        }
        Ok(query)
    }

    /// Reads the options of one relationship of `$expand`, decoded: they are separated by semicolons.
    ///
    /// # Errors
    ///
    /// As those of [`parse`](Self::parse), and options that have no dollar sign.
    pub fn parse_nested(text: &str) -> Result<Self, QueryError> {
        let mut query = Self::default();
        let mut seen = Vec::new();
        for part in outside(text, ';').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = name.trim();
            let bare = name.strip_prefix('$').unwrap_or_default();
            let option = OPTIONS.into_iter().find(|option| option.eq_ignore_ascii_case(bare));
            let option = option.ok_or_else(|| {
                let service = format!("Term '{part}' is not valid in a $select or $expand expression.");
                QueryError::option_value(name, "", "within $expand there is no such option", service)
            })?;
            if seen.contains(&option) {
                return Err(twice(option));
            }
            seen.push(option);
            query.set(option, value.trim())?;
        }
        Ok(query)
    }

    fn set(&mut self, option: &str, value: &str) -> Result<(), QueryError> {
        match option {
            "filter" => self.filter = Some(Filter::parse(value)?),
            "select" => self.select = Some(select(value)?),
            "orderby" => self.orderby = orderby(value)?,
            "top" => self.top = Some(number("$top", value)?),
            "skip" => self.skip = Some(number("$skip", value)?),
            "skiptoken" => self.skiptoken = Some(value.to_owned()),
            "deltatoken" => self.deltatoken = Some(value.to_owned()),
            "count" => self.count = Some(boolean("$count", value)?),
            "search" => self.search = Some(value.to_owned()),
            "expand" => self.expand = Some(value.to_owned()),
            _ => self.format = Some(value.to_owned()),
        }
        Ok(())
    }
}

fn select(value: &str) -> Result<Vec<String>, QueryError> {
    let mut paths = Vec::new();
    for part in value.split(',').map(str::trim) {
        match part {
            "" if value.is_empty() => {}
            "*" => paths.push(part.to_owned()),
            _ => match parse_path(part) {
                Some(path) => paths.push(path.to_string()),
                None => {
                    let message = format!("`{part}` is no property; properties are separated by commas");
                    let service = format!(
                        "Parsing OData Select and Expand failed: Term '{part}' is not valid in a $select or $expand expression."
                    );
                    return Err(QueryError::option_value("$select", value, message, service));
                }
            },
        }
    }
    Ok(paths)
}

fn orderby(value: &str) -> Result<Vec<OrderBy>, QueryError> {
    let part = |part: &str| {
        let mut words = part.split_whitespace();
        let path = words.next().and_then(parse_path)?;
        let descending = match words.next() {
            None => false,
            Some(word) if word.eq_ignore_ascii_case("asc") => false,
            Some(word) if word.eq_ignore_ascii_case("desc") => true,
            Some(_) => return None,
        };
        words.next().is_none().then_some(OrderBy { path, descending })
    };
    value.split(',').filter(|_| !value.is_empty()).map(part).collect::<Option<_>>().ok_or_else(|| {
        let message = format!("`{value}` is no order; it is written as in `displayName desc, createdDateTime`");
        let position = value.encode_utf16().count();
        let service = format!("Invalid orderby clause: Syntax error at position {position} in '{value}'.");
        QueryError::option_value("$orderby", value, message, service)
    })
}

fn number(option: &str, value: &str) -> Result<u32, QueryError> {
    value.parse().ok().filter(|_| !value.starts_with('+')).ok_or_else(|| {
        let message = format!("`{value}` is no number from 0 to {}", u32::MAX);
        let service = format!(
            "Invalid value '{value}' for {option} query option found. The {option} query option requires a non-negative integer value."
        );
        QueryError::option_value(option, value, message, service)
    })
}

fn boolean(option: &str, value: &str) -> Result<bool, QueryError> {
    match value {
        _ if value.eq_ignore_ascii_case("true") => Ok(true),
        _ if value.eq_ignore_ascii_case("false") => Ok(false),
        _ => {
            let message = format!("`{value}` is neither `true` nor `false`");
            let service = format!(
                "Invalid value '{value}' for {option} query option found. The {option} query option requires a boolean value."
            );
            Err(QueryError::option_value(option, value, message, service))
        }
    }
}

/// Splits where neither parentheses nor quotes are open.
pub(crate) fn outside(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut depth, mut quoted) = (0_i32, false);
    text.split(move |c| {
        quoted ^= c == '\'';
        if !quoted {
            depth += i32::from(c == '(') - i32::from(c == ')');
        }
        c == separator && depth == 0 && !quoted
    })
}

fn unknown(name: &str) -> QueryError {
    let message = format!("there is no such option; there are `${}`", OPTIONS.join("`, `$"));
    QueryError::option_value(name, "", message, format!("The query parameter '{name}' is not supported."))
}

fn twice(option: &str) -> QueryError {
    let service =
        format!("Query option '${option}' was specified more than once, but it must be specified at most once.");
    QueryError::option_value(&format!("${option}"), "", "the option is given more than once", service)
}

impl fmt::Display for OrderBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.path, if self.descending { " desc" } else { "" })
    }
}
