//! The words of a `$filter`.

use super::error::QueryError;
use super::literal::{self, Literal};
use std::ops::Range;

/// A word and where it stands.
#[derive(Debug, Clone)]
pub struct Token<'a> {
    pub kind: Kind,
    /// As written.
    pub text: &'a str,
    pub span: Range<usize>,
}

/// What a word can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    OpenParen,
    CloseParen,
    Comma,
    Colon,
    Slash,
    /// A property, a type, an operator, a function: `displayName`, `microsoft.graph.device`, `eq`, `$count`.
    Name,
    /// A string, a number, a GUID, a date.
    Literal(Literal),
    End,
}

/// Cuts a filter into words; the last one is [`Kind::End`].
pub fn tokens(filter: &str) -> Result<Vec<Token<'_>>, QueryError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = filter[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (kind, len) = token(filter, at, first)?;
        let span = at..at + len;
        at = span.end;
        tokens.push(Token { kind, text: &filter[span.clone()], span });
    }
    tokens.push(Token { kind: Kind::End, text: "", span: at..at });
    Ok(tokens)
}

fn token(filter: &str, at: usize, first: char) -> Result<(Kind, usize), QueryError> {
    let rest = &filter[at..];
    Ok(match first {
        '(' => (Kind::OpenParen, 1),
        ')' => (Kind::CloseParen, 1),
        ',' => (Kind::Comma, 1),
        ':' => (Kind::Colon, 1),
        '/' => (Kind::Slash, 1),
        '\'' => {
            let (text, len) = string(rest).ok_or_else(|| unterminated(filter, at))?;
            (Kind::Literal(Literal::Text(text)), len)
        }
        _ if literal::guid(rest).is_some_and(|(_, len)| !continues(rest, len)) => {
            let (guid, len) = literal::guid(rest).unwrap_or_default();
            (Kind::Literal(Literal::Guid(guid)), len)
        }
        '0'..='9' | '-' => {
            let len = rest.find(|c: char| !is_bare(c)).unwrap_or(rest.len());
            match literal::bare(&rest[..len]) {
                Some(literal) => (Kind::Literal(literal), len),
                None => {
                    let span = at..at + len;
                    let message = format!("`{}` is neither a number nor a date nor a GUID", &rest[..len]);
                    return Err(QueryError::syntax(filter, span, message));
                }
            }
        }
        _ if first == '$' || is_name(first) => {
            let len = first.len_utf8()
                + rest[first.len_utf8()..].find(|c| !is_name(c)).unwrap_or(rest.len() - first.len_utf8());
            if rest[len..].starts_with('\'') && rest[..len].contains('.') {
                let (member, quoted) = string(&rest[len..]).ok_or_else(|| unterminated(filter, at))?;
                let type_name = literal::type_name(&rest[..len]);
                (Kind::Literal(Literal::Enum { type_name, member }), len + quoted)
            } else {
                (Kind::Name, len)
            }
        }
        _ => {
            let message = match first {
                '"' => "text is written in single quotes, not in double ones".to_owned(),
                _ => format!("the character `{first}` has no meaning in a filter"),
            };
            return Err(QueryError::syntax(filter, at..at + first.len_utf8(), message));
        }
    })
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.')
}

fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '+' | '-')
}

fn continues(rest: &str, len: usize) -> bool {
    rest[len..].starts_with(|c| is_name(c) || c == '-')
}

/// `'…'`, in which a quote is doubled.
fn string(rest: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\'' && chars.next_if(|(_, next)| *next == '\'').is_none() {
            return Some((text, at + 1));
        }
        text.push(c);
    }
    None
}

fn unterminated(filter: &str, at: usize) -> QueryError {
    let position = filter.encode_utf16().count();
    let service = format!("There is an unterminated string literal at position {position} in '{filter}'.");
    let message = "the text that begins here has no closing quote; a quote within it is doubled, and `&` is written `%26` in a URL";
    QueryError::filter(at..filter.len(), message, service)
}
