//! `$search`: quoted clauses of a property and what to look for, joined by `AND` and `OR`.
//!
//! Source: Graph's page on `$search`. A clause stands in double quotes; `AND`, `OR` and `NOT` are capitals, and two clauses
//! side by side are both wanted. A bare word is a clause without a property, as in OData.

use super::QueryError;

/// A `$search` that has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// One clause.
    Term(SearchTerm),
    /// All of them, at least two.
    All(Vec<Self>),
    /// One of them, at least two.
    Any(Vec<Self>),
    /// The other answers.
    Not(Box<Self>),
}

/// One clause of a `$search`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchTerm {
    /// The property; none for those that are searched by default.
    pub property: Option<String>,
    /// What to look for.
    pub text: String,
}

/// Parentheses and `NOT`s within one another; our choice.
const MAX_DEPTH: usize = 32;

impl Search {
    /// Reads the value of `$search`, decoded.
    ///
    /// # Errors
    ///
    /// The first character that does not fit.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut parser = Parser { text, at: 0, depth: 0 };
        let search = parser.any()?;
        parser.blanks();
        if parser.rest().is_empty() { Ok(search) } else { Err(parser.unexpected()) }
    }

    /// All clauses, from left to right.
    pub fn terms(&self) -> Vec<&SearchTerm> {
        match self {
            Self::Term(term) => vec![term],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::terms).collect(),
            Self::Not(part) => part.terms(),
        }
    }

    /// Whether the search takes what the clauses are asked of.
    pub fn holds(&self, term: &mut dyn FnMut(&SearchTerm) -> bool) -> bool {
        match self {
            Self::Term(clause) => term(clause),
            Self::All(parts) => parts.iter().all(|part| part.holds(term)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(term)),
            Self::Not(part) => !part.holds(term),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// A word in capitals that ends here.
    fn take_word(&mut self, word: &str) -> bool {
        self.blanks();
        let found = self.rest().strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn any(&mut self) -> Result<Search, QueryError> {
        let mut parts = vec![self.all()?];
        while self.take_word("OR") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Search::Any(parts) })
    }

    fn all(&mut self) -> Result<Search, QueryError> {
        let mut parts = vec![self.clause()?];
        loop {
            let joined = self.take_word("AND");
            self.blanks();
            let more = !self.rest().is_empty() && !self.rest().starts_with(')');
            let at = self.at;
            let or = self.take_word("OR");
            self.at = at;
            if !joined && (!more || or) {
                break;
            }
            parts.push(self.clause()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Search::All(parts) })
    }

    fn clause(&mut self) -> Result<Search, QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.wrong(format!("more than {MAX_DEPTH} parts stand within one another"), String::new()));
        }
        let clause = self.bare_clause();
        self.depth -= 1;
        clause
    }

    fn bare_clause(&mut self) -> Result<Search, QueryError> {
        if self.take_word("NOT") {
            return Ok(Search::Not(Box::new(self.clause()?)));
        }
        self.blanks();
        match self.rest().chars().next() {
            Some('(') => {
                self.at += 1;
                let inner = self.any()?;
                self.blanks();
                if !self.rest().starts_with(')') {
                    return Err(self.unexpected());
                }
                self.at += 1;
                Ok(inner)
            }
            Some('"') => self.quoted(),
            Some(first) if first.is_alphabetic() => {
                let len = self.rest().find(|c: char| !c.is_alphabetic()).unwrap_or(self.rest().len());
                let text = self.rest()[..len].to_owned();
                self.at += len;
                Ok(Search::Term(SearchTerm { property: None, text }))
            }
            _ => Err(self.unexpected()),
        }
    }

    /// `"displayName:wa"`; a backslash takes a quote or a backslash in.
    fn quoted(&mut self) -> Result<Search, QueryError> {
        let (mut phrase, mut chars) = (String::new(), self.rest().char_indices().skip(1));
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    let (property, text) = match phrase.split_once(':') {
                        Some((property, text)) => (Some(property.trim().to_owned()), text.trim().to_owned()),
                        None => (None, phrase.trim().to_owned()),
                    };
                    return Ok(Search::Term(SearchTerm { property, text }));
                }
                '\\' => phrase.extend(chars.next().map(|(_, c)| c)),
                c => phrase.push(c),
            }
        }
        let service =
            format!("Syntax error: unterminated string literal at position {} in '{}'.", self.position(), self.text);
        Err(self.wrong("a clause that begins with `\"` has no closing one".to_owned(), service))
    }

    fn position(&self) -> usize {
        self.text[..self.at].encode_utf16().count()
    }

    /// Observed: `Syntax error: character '0' is not valid at position 14 in 'Backup Config 0'.` (msgraph-sdk-powershell
    /// issue 402), the position counted from 0.
    fn unexpected(&self) -> QueryError {
        let message = "clauses are written as in `\"displayName:abc\" AND \"description:x\"`".to_owned();
        let service = match self.rest().chars().next() {
            Some(c) => {
                format!(
                    "Syntax error: character '{c}' is not valid at position {} in '{}'.",
                    self.position(),
                    self.text
                )
            }
            None => format!("Expression expected at position {} in '{}'.", self.position(), self.text),
        };
        self.wrong(message, service)
    }

    fn wrong(&self, message: String, service: String) -> QueryError {
        let service = if service.is_empty() { "Invalid search clause".to_owned() } else { service };
        QueryError::option_value("$search", self.text, message, service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(search: &Search) -> String {
        match search {
            Search::Term(SearchTerm { property: Some(property), text }) => format!("{property}~{text}"),
            Search::Term(SearchTerm { property: None, text }) => format!("~{text}"),
            Search::All(parts) => format!("({})", parts.iter().map(shape).collect::<Vec<_>>().join(" & ")),
            Search::Any(parts) => format!("({})", parts.iter().map(shape).collect::<Vec<_>>().join(" | ")),
            Search::Not(part) => format!("!{}", shape(part)),
        }
    }

    #[test]
    fn clauses() {
        let table = [
            (r#""displayName:abc""#, "displayName~abc"),
            (r#""displayName:a b" OR "mail:x:y""#, "(displayName~a b | mail~x:y)"),
            (r#""a:1" AND ("b:2" OR "c:3") "d:4""#, "(a~1 & (b~2 | c~3) & d~4)"),
            (r#"NOT "a:\"q\"""#, "!a~\"q\""),
            ("lap top", "(~lap & ~top)"),
        ];
        for (text, expected) in table {
            assert_eq!(Search::parse(text).map(|search| shape(&search)), Ok(expected.to_owned()), "{text}");
        }
        for text in ["", "displayName:abc", "\"a", "Backup Config 0", "\"a:1\" OR", "(\"a:1\"", "()"] {
            assert!(Search::parse(text).is_err(), "{text}");
        }
        let error = Search::parse("Backup Config 0").expect_err("a digit");
        assert_eq!(
            error.service_message(),
            "Syntax error: character '0' is not valid at position 14 in 'Backup Config 0'."
        );
        assert!(Search::parse(&"(".repeat(10_000)).is_err() && Search::parse(&"NOT ".repeat(10_000)).is_err());
    }
}
