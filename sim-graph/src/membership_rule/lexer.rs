//! The words of a rule.

use super::error::RuleError;
use std::ops::Range;

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: Kind,
    /// As written.
    pub text: &'a str,
    pub span: Range<usize>,
}

/// What a word can be. Whether `eq` is an operator and `null` a value is for the parser to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    Comma,
    /// A name without a hyphen before it: `device.displayName`, `_`, `null`, `$null`, `eq`.
    Word,
    /// A name after a hyphen, as in `-eq`. An en dash counts as a hyphen: the official examples were pasted with it,
    /// and being strict would help nobody. Assumed; the service may refuse it.
    Dashed,
    Number,
    /// Quoted text, its escapes undone.
    Text(String),
    End,
}

impl Token<'_> {
    /// A dashed or bare word without its hyphen.
    pub fn word(&self) -> Option<&str> {
        match self.kind {
            Kind::Word => Some(self.text),
            Kind::Dashed => Some(self.text.trim_start_matches(is_hyphen)),
            _ => None,
        }
    }

    /// Whether it is the given operator, with a hyphen or without.
    pub fn is_operator(&self, name: &str) -> bool {
        self.word().is_some_and(|word| word.eq_ignore_ascii_case(name))
    }
}

/// Cuts a rule into words; the last one is [`Kind::End`].
pub fn tokens(rule: &str) -> Result<Vec<Token<'_>>, RuleError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = rule[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (kind, len) = token(rule, at, first)?;
        let span = at..at + len;
        at = span.end;
        tokens.push(Token { kind, text: &rule[span.clone()], span });
    }
    tokens.push(Token { kind: Kind::End, text: "", span: at..at });
    Ok(tokens)
}

fn token(rule: &str, at: usize, first: char) -> Result<(Kind, usize), RuleError> {
    let rest = &rule[at..];
    Ok(match first {
        '(' => (Kind::OpenParen, 1),
        ')' => (Kind::CloseParen, 1),
        '[' => (Kind::OpenBracket, 1),
        ']' => (Kind::CloseBracket, 1),
        ',' => (Kind::Comma, 1),
        '"' => double_quoted(rest).ok_or_else(|| unclosed(rule, at, '"'))?,
        '\'' => single_quoted(rest).ok_or_else(|| unclosed(rule, at, '\''))?,
        '`' if rest.starts_with("`\"") => backtick_quoted(rest).ok_or_else(|| unclosed(rule, at, '"'))?,
        _ if is_hyphen(first) => {
            let name = &rest[first.len_utf8()..];
            match word_len(name) {
                0 => return Err(stray_hyphen(at, first)),
                len => {
                    let number = name.starts_with(|c: char| c.is_ascii_digit());
                    (if number { Kind::Number } else { Kind::Dashed }, first.len_utf8() + len)
                }
            }
        }
        _ if first.is_ascii_digit() => (Kind::Number, word_len(rest)),
        '$' if word_len(&rest[1..]) > 0 => (Kind::Word, 1 + word_len(&rest[1..])),
        _ if is_word(first) => (Kind::Word, word_len(rest)),
        _ => return Err(stray(at, first)),
    })
}

fn word_len(text: &str) -> usize {
    text.find(|c| !is_word(c)).unwrap_or(text.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

fn is_hyphen(c: char) -> bool {
    c == '-' || c == '\u{2013}'
}

/// `"…"`: a back-tick escapes a double quote, as documented, and (assumed) another back-tick. Any other back-tick is
/// text.
fn double_quoted(rest: &str) -> Option<(Kind, usize)> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((Kind::Text(text), at + 1)),
            '`' => match chars.next_if(|(_, next)| matches!(next, '"' | '`')) {
                Some((_, escaped)) => text.push(escaped),
                None => text.push('`'),
            },
            _ => text.push(c),
        }
    }
    None
}

/// `'…'`: a single quote in it is doubled, as documented.
fn single_quoted(rest: &str) -> Option<(Kind, usize)> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\'' && chars.next_if(|(_, next)| *next == '\'').is_none() {
            return Some((Kind::Text(text), at + 1));
        }
        text.push(c);
    }
    None
}

/// The documentation's own example of a value in double quotes has escaped quotes and no others: a back-tick and a
/// quote at both ends. The quotes belong to the value.
fn backtick_quoted(rest: &str) -> Option<(Kind, usize)> {
    let inner = &rest[2..];
    let end = inner.find("`\"")?;
    Some((Kind::Text(format!("\"{}\"", &inner[..end])), end + 4))
}

fn unclosed(rule: &str, at: usize, quote: char) -> RuleError {
    let help = match quote {
        '"' => "end the text with `\"`; a double quote within it is escaped with a back-tick",
        _ => "end the text with `'`; a single quote within it is doubled",
    };
    RuleError::new(at..rule.len(), format!("the text that begins here with `{quote}` has no end"), help)
}

fn stray_hyphen(at: usize, hyphen: char) -> RuleError {
    let help = "an operator follows its hyphen without a blank, as in `-eq`";
    RuleError::new(at..at + hyphen.len_utf8(), "a hyphen stands alone", help)
}

fn stray(at: usize, c: char) -> RuleError {
    let help = match c {
        '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' => "use straight quotes; these come from a text processor",
        '\\' => "a double quote in a text is escaped with a back-tick; outside of text nothing is escaped",
        _ => "a rule consists of properties, operators, values, parentheses and brackets",
    };
    RuleError::new(at..at + c.len_utf8(), format!("the character `{c}` has no meaning in a rule"), help)
        .invalid_characters(c)
}
