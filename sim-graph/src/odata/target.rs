//! Request targets: version, path segments, query.

use super::percent::{Place, decode};
use super::{Query, QueryError};
use std::fmt;

/// The path and query of a request, such as `/v1.0/devices('5f3d…')?$select=id`.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// First segment.
    pub version: Version,
    /// The other segments; none in a request for the service document.
    pub segments: Vec<PathSegment>,
    /// What follows the question mark.
    pub query: Query,
}

/// A version of Graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// `v1.0`.
    V1,
    /// `beta`.
    Beta,
}

/// One segment of the path, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathSegment {
    /// `devices`, an id, `$count`, `microsoft.graph.delta`. As written; resources and actions compare without case.
    pub name: String,
    /// What stands in parentheses after the name.
    pub arguments: Arguments,
}

/// What stands in parentheses after a segment's name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Arguments {
    /// No parentheses.
    #[default]
    None,
    /// `delta()`.
    Empty,
    /// `devices('5f3d…')` or `devices(5f3d…)`: the key.
    Key(String),
    /// `devices(deviceId='…')`: an alternate key, or the parameters of a function.
    Named(Vec<(String, String)>),
}

/// Why a text is not a request target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The first segment is neither `v1.0` nor `beta`.
    #[error("`{0}` is no version of Graph; the path begins with `/v1.0/` or `/beta/`")]
    Version(String),
    /// A segment whose parentheses or quotes do not match.
    #[error("`{0}` is no segment of a path; keys are written `('key')` or `(name='key')`")]
    Segment(String),
    /// The query.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl TargetError {
    /// The `message` of the error that the service answers: with status 404 for a version, else 400.
    ///
    /// Observed: `Invalid version: devicemanagement` in lower case (IntuneBackupAndRestore issue 82) and `Resource not
    /// found for the segment`.
    pub fn service_message(&self) -> String {
        match self {
            Self::Version(version) => format!("Invalid version: {}", version.to_lowercase()),
            Self::Segment(segment) => format!("Resource not found for the segment '{segment}'."),
            Self::Query(error) => error.service_message().to_owned(),
        }
    }
}

impl Version {
    /// As in a path.
    pub fn name(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

impl Target {
    /// Takes a request target apart. Scheme and host before it are ignored, so that an `@odata.nextLink` can be
    /// followed; the leading slash may be missing, and empty segments do not count.
    ///
    /// # Errors
    ///
    /// A version that is none, parentheses that do not match, a query that cannot be read.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let text = without_host(text);
        let path_end = text.find('?').unwrap_or(text.len());
        let path = text[..path_end].trim_start_matches('/');
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        let version = [Version::V1, Version::Beta].into_iter().find(|v| v.name().eq_ignore_ascii_case(first));
        let version = version.ok_or_else(|| TargetError::Version(decode(first, Place::Path).into_owned()))?;
        Self::from_parts(version, rest, text.get(path_end + 1..).unwrap_or(""))
    }

    /// Takes a target without its version apart, as requests within a `$batch` have it: `/devices?$top=5`.
    ///
    /// # Errors
    ///
    /// As those of [`parse`](Self::parse).
    pub fn parse_relative(version: Version, text: &str) -> Result<Self, TargetError> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        Self::from_parts(version, path, query)
    }

    /// The names of the segments, for finding a route: `["devices", "5f3d…"]`. A key in parentheses is a name of its
    /// own, as `devices('5f3d…')` and `devices/5f3d…` are the same.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().flat_map(|segment| {
            let key = match &segment.arguments {
                Arguments::Key(key) => Some(key.as_str()),
                _ => None,
            };
            [Some(segment.name.as_str()), key].into_iter().flatten()
        })
    }

    fn from_parts(version: Version, path: &str, query: &str) -> Result<Self, TargetError> {
        let segments: Vec<_> =
            split_path(path).into_iter().filter(|part| !part.is_empty()).map(segment).collect::<Result<_, _>>()?;
        Ok(Self { version, segments, query: Query::parse_for(version, query)? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What follows scheme and host.
pub(crate) fn without_host(text: &str) -> &str {
    let scheme =
        ["https://", "http://"].into_iter().find(|s| text.get(..s.len()).is_some_and(|t| t.eq_ignore_ascii_case(s)));
    match scheme {
        Some(scheme) => {
            let rest = &text[scheme.len()..];
            &rest[rest.find(['/', '?']).unwrap_or(rest.len())..]
        }
        None => text,
    }
}

/// Splits at slashes, but not within the quotes of a key. `%2F` is no slash here.
fn split_path(path: &str) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut in_key, mut in_quotes) = (false, false);
    for (at, c) in path.char_indices() {
        match c {
            '(' if !in_quotes => in_key = true,
            ')' if !in_quotes => in_key = false,
            '\'' if in_key => in_quotes = !in_quotes,
            '/' if !in_quotes => {
                parts.push(&path[start..at]);
                start = at + 1;
                in_key = false;
            }
            _ => {}
        }
    }
    parts.push(&path[start..]);
    parts
}

fn segment(part: &str) -> Result<PathSegment, TargetError> {
    let text = decode(part, Place::Path);
    let wrong = || TargetError::Segment(text.clone().into_owned());
    let Some((name, rest)) = text.split_once('(') else {
        return Ok(PathSegment { name: text.into_owned(), arguments: Arguments::None });
    };
    let inside = rest.strip_suffix(')').filter(|_| !name.is_empty()).ok_or_else(wrong)?;
    let arguments = arguments(inside).ok_or_else(wrong)?;
    Ok(PathSegment { name: name.to_owned(), arguments })
}

/// Between the parentheses.
fn arguments(inside: &str) -> Option<Arguments> {
    if inside.trim().is_empty() {
        return Some(Arguments::Empty);
    }
    let mut named = Vec::new();
    let mut rest = inside;
    loop {
        let name_end = rest.find(['=', '\'', ',']).filter(|at| rest[*at..].starts_with('='));
        let name = name_end.map(|at| rest[..at].trim());
        let (value, after) = value(rest[name_end.map_or(0, |at| at + 1)..].trim_start())?;
        match (name, after) {
            (None, None) if named.is_empty() => return Some(Arguments::Key(value)),
            (Some(name), after) if !name.is_empty() => {
                named.push((name.to_owned(), value));
                match after {
                    Some(after) => rest = after,
                    None => return Some(Arguments::Named(named)),
                }
            }
            _ => return None,
        }
    }
}

/// A quoted or bare value, and what follows the comma after it.
fn value(text: &str) -> Option<(String, Option<&str>)> {
    let Some(quoted) = text.strip_prefix('\'') else {
        let (value, after) = text.split_once(',').map_or((text, None), |(value, after)| (value, Some(after)));
        let value = value.trim();
        let bare = !value.is_empty() && !value.contains(['\'', '(', ')']);
        return bare.then(|| (value.to_owned(), after));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\'' && chars.next_if(|(_, next)| *next == '\'').is_none() {
            let after = quoted[at + 1..].trim_start();
            return match after.strip_prefix(',') {
                Some(after) => Some((value, Some(after))),
                None => after.is_empty().then_some((value, None)),
            };
        }
        value.push(c);
    }
    None
}
