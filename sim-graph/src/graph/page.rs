//! Pages: how many entities one holds, and how the next one is asked for.
//!
//! Source: Graph's page on paging, and links from real answers in public issues: the directory's tokens are opaque
//! (msgraph-sdk-python 176), Autopilot's name a serial number (microsoft-graph-docs 8186), other collections of Intune
//! count. All options of the request stand in the link, written as .NET writes them (msgraph-sdk-java 368).

use super::entity::{Family, Item, Row, Source};
use super::error::GraphError;
use super::read::Listing;
use super::windows_autopilot_device_identities as autopilot;
use crate::odata::{PercentPlace, Query, percent_decode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sim_core::Key;
use std::fmt::Write as _;

/// How a collection is paged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paging {
    /// Entities of a page that nobody asked for.
    default: usize,
    /// The most of a page.
    most: usize,
    next: Next,
}

/// What the link to the next page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// An opaque `$skiptoken`.
    Token,
    /// `$skiptoken=LastSerialNumber='…'`.
    SerialNumber,
    /// `$skip`.
    Skip,
}

/// Collections whose pages differ from those of their family: path, and entities of a page; none if all come at once.
///
/// Source: `directoryRoles` and `subscribedSkus` do not page (Graph's page on paging and operation pages);
/// `autopilotEvents` since 2024 (known issues of Autopilot). That domains and organizations come at once is assumed.
const EXCEPTIONS: [(&str, Option<usize>); 5] = [
    ("directoryRoles", None),
    ("subscribedSkus", None),
    ("domains", None),
    ("organization", None),
    ("deviceManagement/autopilotEvents", Some(50)),
];

/// Entities of a page of the directory, and the most that `$top` may ask for.
const DIRECTORY: (usize, usize) = (100, 999);

/// Entities of a page of Intune, and the most (microsoft-graph-docs issue 6356).
const INTUNE: usize = 1000;

impl Paging {
    /// How a collection is paged, if it is.
    pub fn of(listing: &Listing<'_>) -> Option<Self> {
        let exception = EXCEPTIONS.iter().find(|(path, _)| *path == listing.path).map(|(_, size)| *size);
        let (default, most, next) = match (listing.family, exception) {
            (_, Some(None)) => return None,
            (_, Some(Some(size))) => (size, size, Next::Skip),
            (Family::Directory, None) => (DIRECTORY.0, DIRECTORY.1, Next::Token),
            (Family::Intune(_), None) if listing.path == autopilot::SET.path => (INTUNE, INTUNE, Next::SerialNumber),
            (Family::Intune(_), None) => (INTUNE, INTUNE, Next::Skip),
        };
        Some(Self { default, most, next })
    }

    /// How many entities the page has: `$top`, or what the client prefers, or the default.
    pub fn size(self, top: Option<u32>, preferred: Option<u32>) -> usize {
        let wanted = |size: u32| usize::try_from(size).unwrap_or(usize::MAX).min(self.most);
        top.or(preferred).map_or(self.default, wanted)
    }

    /// Where the page of a request begins.
    pub fn start(self, source: &Source<'_>, query: &Query, listing: &Listing<'_>) -> Result<Start, GraphError> {
        let Some(token) = &query.skiptoken else {
            let skip = usize::try_from(query.skip.unwrap_or(0)).unwrap_or(usize::MAX);
            return Ok(if skip == 0 { Start::First } else { Start::Skip(skip) });
        };
        match self.next {
            Next::Token => {
                let token = Token::read(token).filter(|token| token.query == fingerprint(query, &listing.path));
                token.map(Start::After).ok_or(GraphError::PageToken)
            }
            Next::SerialNumber => {
                after_serial(source, token).ok_or_else(|| listing.refuse(format!("$skiptoken={token}")))
            }
            Next::Skip => Err(listing.refuse(format!("$skiptoken={token}"))),
        }
    }

    /// The link to the next page, without scheme and host: after so many entities, of which this is the last.
    pub fn link(self, source: &Source<'_>, text: &str, query: &Query, path: &str, seen: usize, last: Item) -> String {
        match self.next {
            Next::Token => {
                let seen = u32::try_from(seen).unwrap_or(u32::MAX);
                let token = Token { ty: type_number(last), row: last.row, seen, query: fingerprint(query, path) };
                link(text, &["$skiptoken", "$skip"], "$skiptoken", &token.write())
            }
            Next::SerialNumber => {
                let serial = autopilot::serial(source, last.row);
                link(
                    text,
                    &["$skiptoken", "$skip"],
                    "$skiptoken",
                    &format!("LastSerialNumber='{}'", serial.replace('\'', "''")),
                )
            }
            Next::Skip => link(text, &["$skip", "$skiptoken"], "$skip", &seen.to_string()),
        }
    }
}

/// Where a page begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum Start {
    /// With the first entity.
    First,
    /// After so many.
    Skip(usize),
    /// After the entity of a token.
    After(Token),
    /// After that row.
    AfterRow(u32),
}

/// What a `$skiptoken` of the directory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    ty: u32,
    row: Row,
    /// How many entities were shown so far.
    pub seen: u32,
    query: u32,
}

impl Token {
    /// The beginning of all tokens; in Base64 the `RFNwd…` of the directory's.
    const MARK: &'static [u8] = b"DSpt\x00\x01";

    fn write(self) -> String {
        let mut bytes = Self::MARK.to_vec();
        for part in [self.ty, self.row.id, self.row.part, self.seen, self.query] {
            bytes.extend_from_slice(&part.to_be_bytes());
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (parts, rest) = bytes.strip_prefix(Self::MARK)?.as_chunks::<4>();
        let [ty, id, part, seen, query] = *parts else { return None };
        let number = u32::from_be_bytes;
        let row = Row { id: number(id), part: number(part) };
        rest.is_empty().then(|| Self { ty: number(ty), row, seen: number(seen), query: number(query) })
    }

    /// Whether it was made after this entity.
    pub fn is(&self, item: &Item) -> bool {
        self.row == item.row && self.ty == type_number(*item)
    }

    /// Whether the entity comes after the token's, in a collection that stands in the order of its rows.
    pub fn is_before(&self, item: &Item) -> bool {
        (item.row.id, item.row.part) > (self.row.id, self.row.part)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "half of a hash is one")]
fn type_number(item: Item) -> u32 {
    Key::of("type", item.ty.name).0 as u32
}

/// What a token is good for: the same collection, filter, search and order.
#[expect(clippy::cast_possible_truncation, reason = "half of a hash is one")]
fn fingerprint(query: &Query, path: &str) -> u32 {
    let filter = query.filter.as_ref().map_or("", |filter| filter.text());
    let order: String = query.orderby.iter().map(|part| format!("{part},")).collect();
    let search = query.search.as_deref().unwrap_or_default();
    Key::of(path, &format!("{filter}\n{order}\n{search}")).0 as u32
}

fn after_serial(source: &Source<'_>, token: &str) -> Option<Start> {
    let serial = token.strip_prefix("LastSerialNumber='")?.strip_suffix('\'')?.replace("''", "'");
    autopilot::last_of_serial(source, &serial).map(Start::AfterRow)
}

/// The target of a request with one option instead of others, from its path on.
pub(super) fn link(text: &str, without: &[&str], option: &str, value: &str) -> String {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let mut out = format!("/{}?", crate::odata::without_host(path).trim_start_matches('/'));
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (percent_decode(name, PercentPlace::Query), percent_decode(value, PercentPlace::Query));
        let bare = name.trim().trim_start_matches('$');
        if without.iter().any(|other| other.trim_start_matches('$').eq_ignore_ascii_case(bare)) {
            continue;
        }
        encode(&mut out, name.trim());
        out.push('=');
        encode(&mut out, &value);
        out.push('&');
    }
    out.push_str(option);
    out.push('=');
    encode(&mut out, value);
    out
}

/// As .NET encodes: blanks as plus signs, lower-case digits; the dollar sign of options stays.
fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' | b'$' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            // Writing to a text cannot fail.
            _ => drop(write!(out, "%{byte:02x}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back() {
        let token = Token { ty: 7, row: Row { id: u32::MAX, part: 3 }, seen: 100, query: 0xdead_beef };
        assert_eq!(Token::read(&token.write()), Some(token));
        assert!(token.write().starts_with("RFNwd"), "{}", token.write());
        for foreign in ["", "RFNwd", "x", "RFNwdAABAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(Token::read(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn links_keep_the_options() {
        let text = "https://graph.microsoft.com/v1.0/users?$filter=a/any(x:x%20eq%20'1')&$select=id,mail&$skiptoken=old&$top=9";
        assert_eq!(
            link(text, &["$skiptoken"], "$skiptoken", "X'1'"),
            "/v1.0/users?$filter=a%2fany(x%3ax+eq+%271%27)&$select=id%2cmail&$top=9&$skiptoken=X%271%27"
        );
    }
}
