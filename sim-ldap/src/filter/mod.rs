//! Search filters: RFC 4515 text, and the directory's way of deciding them.

mod eval;

use crate::dn::hex;
use std::fmt;
use std::str::FromStr;

/// A search filter. Values are octets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// All of them hold. Without any it is true.
    And(Vec<Filter>),
    /// One of them holds. Without any it is false.
    Or(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// The attribute has the value.
    Equal(String, Vec<u8>),
    /// The attribute has values.
    Present(String),
    /// The attribute has a value with these parts.
    Substring {
        /// The attribute.
        attr: String,
        /// How it begins.
        initial: Option<Vec<u8>>,
        /// What comes after that, in this order.
        any: Vec<Vec<u8>>,
        /// How it ends.
        last: Option<Vec<u8>>,
    },
    /// The attribute has a value that is not less.
    GreaterOrEqual(String, Vec<u8>),
    /// The attribute has a value that is not greater.
    LessOrEqual(String, Vec<u8>),
    /// About equal; here, equal.
    Approx(String, Vec<u8>),
    /// By a matching rule.
    Extensible {
        /// The attribute.
        attr: Option<String>,
        /// The rule's OID.
        rule: Option<String>,
        /// Whether the parts of the name count too.
        dn: bool,
        /// The value.
        value: Vec<u8>,
    },
}

/// Why a text is not a filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {at} of the filter: {why}")]
pub struct FilterError {
    /// Where, in octets from 0.
    pub at: usize,
    /// What is wrong.
    pub why: &'static str,
}

/// Deeper nesting is refused, so that no request can exhaust the stack.
const DEEPEST: usize = 100;

impl Filter {
    /// What matches every object.
    pub fn any() -> Self {
        Self::Present("objectClass".into())
    }
    /// An attribute has this value.
    pub fn equal(attr: &str, value: &str) -> Self {
        Self::Equal(attr.into(), value.as_bytes().to_vec())
    }
}

impl FromStr for Filter {
    type Err = FilterError;
    /// Reads a filter. The parentheses around the whole may be missing, as many tools allow.
    fn from_str(text: &str) -> Result<Self, FilterError> {
        let mut p = Parser { text: text.as_bytes(), at: 0 };
        p.spaces();
        let filter = if p.peek() == Some(b'(') { p.filter(0)? } else { p.item()? };
        p.spaces();
        if p.at < p.text.len() {
            return Err(p.error("there is something after the filter"));
        }
        Ok(filter)
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn error(&self, why: &'static str) -> FilterError {
        FilterError { at: self.at, why }
    }
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }
    fn spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn filter(&mut self, depth: usize) -> Result<Filter, FilterError> {
        if depth > DEEPEST {
            return Err(self.error("the filter is nested too deeply"));
        }
        if self.peek() != Some(b'(') {
            return Err(self.error("`(` is missing"));
        }
        self.at += 1;
        self.spaces();
        let filter = match self.peek() {
            Some(b'&') => Filter::And(self.list(depth)?),
            Some(b'|') => Filter::Or(self.list(depth)?),
            Some(b'!') => {
                self.at += 1;
                self.spaces();
                let inner = self.filter(depth + 1)?;
                self.spaces();
                Filter::Not(Box::new(inner))
            }
            Some(_) => self.item()?,
            None => return Err(self.error("the filter ends too early")),
        };
        if self.peek() != Some(b')') {
            return Err(self.error("`)` is missing"));
        }
        self.at += 1;
        Ok(filter)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Filter>, FilterError> {
        self.at += 1;
        let mut all = Vec::new();
        loop {
            self.spaces();
            if self.peek() != Some(b'(') {
                return Ok(all);
            }
            all.push(self.filter(depth + 1)?);
        }
    }

    fn item(&mut self) -> Result<Filter, FilterError> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b';' | b'_')) {
            self.at += 1;
        }
        let attr = String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
        self.spaces();
        let named = |p: &Self| if attr.is_empty() { Err(p.error("an attribute is missing")) } else { Ok(()) };
        match (self.peek(), self.text.get(self.at + 1)) {
            (Some(b'='), _) => {
                named(self)?;
                self.at += 1;
                self.equality(attr)
            }
            (Some(sign @ (b'>' | b'<' | b'~')), Some(b'=')) => {
                named(self)?;
                self.at += 2;
                let value = self.value()?;
                Ok(match sign {
                    b'>' => Filter::GreaterOrEqual(attr, value),
                    b'<' => Filter::LessOrEqual(attr, value),
                    _ => Filter::Approx(attr, value),
                })
            }
            (Some(b':'), _) => self.extensible(attr),
            _ => Err(self.error("an operator such as `=` is missing")),
        }
    }

    /// `attr:dn:rule:=value`, where attribute or rule may be missing.
    fn extensible(&mut self, attr: String) -> Result<Filter, FilterError> {
        let (mut dn, mut rule) = (false, None);
        loop {
            self.at += 1;
            if self.peek() == Some(b'=') {
                self.at += 1;
                break;
            }
            let start = self.at;
            while self.peek().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.')) {
                self.at += 1;
            }
            let word = String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
            if word.eq_ignore_ascii_case("dn") && !dn && rule.is_none() {
                dn = true;
            } else if !word.is_empty() && rule.is_none() {
                rule = Some(word);
            } else {
                return Err(self.error("`:=` or a matching rule is missing"));
            }
            if self.peek() != Some(b':') {
                return Err(self.error("`:=` is missing"));
            }
        }
        let attr = (!attr.is_empty()).then_some(attr);
        if attr.is_none() && rule.is_none() {
            return Err(self.error("an attribute or a matching rule is missing"));
        }
        Ok(Filter::Extensible { attr, rule, dn, value: self.value()? })
    }

    /// A value up to `)`; a star stands for itself.
    fn value(&mut self) -> Result<Vec<u8>, FilterError> {
        let mut out = Vec::new();
        while let Some(b) = self.peek().filter(|b| !matches!(b, b')' | b'(')) {
            self.at += 1;
            out.push(if b == b'\\' { self.escape()? } else { b });
        }
        Ok(out)
    }

    /// What follows a backslash: two hexadecimal digits.
    fn escape(&mut self) -> Result<u8, FilterError> {
        let digits = (self.text.get(self.at).copied().and_then(hex), self.text.get(self.at + 1).copied().and_then(hex));
        let (Some(a), Some(b)) = digits else {
            return Err(self.error("`\\` is followed by two hexadecimal digits"));
        };
        self.at += 2;
        Ok(a << 4 | b)
    }

    fn equality(&mut self, attr: String) -> Result<Filter, FilterError> {
        let mut parts: Vec<Vec<u8>> = vec![Vec::new()];
        while let Some(b) = self.peek().filter(|b| !matches!(b, b')' | b'(')) {
            self.at += 1;
            let octet = match b {
                b'*' => {
                    parts.push(Vec::new());
                    continue;
                }
                b'\\' => self.escape()?,
                b => b,
            };
            if let Some(part) = parts.last_mut() {
                part.push(octet);
            }
        }
        let last = parts.pop().unwrap_or_default();
        if parts.is_empty() {
            return Ok(Filter::Equal(attr, last));
        }
        let initial = parts.remove(0);
        let any: Vec<_> = parts.into_iter().filter(|p| !p.is_empty()).collect();
        if initial.is_empty() && last.is_empty() && any.is_empty() {
            return Ok(Filter::Present(attr));
        }
        let some = |part: Vec<u8>| (!part.is_empty()).then_some(part);
        Ok(Filter::Substring { attr, initial: some(initial), any, last: some(last) })
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, sign: &str, all: &[Filter]| {
            write!(f, "({sign}")?;
            all.iter().try_for_each(|x| write!(f, "{x}"))?;
            f.write_str(")")
        };
        match self {
            Self::And(all) => list(f, "&", all),
            Self::Or(all) => list(f, "|", all),
            Self::Not(inner) => write!(f, "(!{inner})"),
            Self::Equal(attr, value) => write!(f, "({attr}={})", Escaped(value)),
            Self::Present(attr) => write!(f, "({attr}=*)"),
            Self::GreaterOrEqual(attr, value) => write!(f, "({attr}>={})", Escaped(value)),
            Self::LessOrEqual(attr, value) => write!(f, "({attr}<={})", Escaped(value)),
            Self::Approx(attr, value) => write!(f, "({attr}~={})", Escaped(value)),
            Self::Substring { attr, initial, any, last } => {
                write!(f, "({attr}={}*", Escaped(initial.as_deref().unwrap_or_default()))?;
                any.iter().try_for_each(|part| write!(f, "{}*", Escaped(part)))?;
                write!(f, "{})", Escaped(last.as_deref().unwrap_or_default()))
            }
            Self::Extensible { attr, rule, dn, value } => {
                write!(f, "({}", attr.as_deref().unwrap_or_default())?;
                if *dn {
                    f.write_str(":dn")?;
                }
                if let Some(rule) = rule {
                    write!(f, ":{rule}")?;
                }
                write!(f, ":={})", Escaped(value))
            }
        }
    }
}

/// Octets of a value with the escapes that they need.
struct Escaped<'a>(&'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escape = |f: &mut fmt::Formatter<'_>, b: u8| write!(f, "\\{b:02x}");
        match std::str::from_utf8(self.0) {
            Ok(text) => text.chars().try_for_each(|c| match c {
                '*' | '(' | ')' | '\\' => escape(f, c as u8),
                c if c < ' ' || c == '\u{7f}' => escape(f, c as u8),
                c => write!(f, "{c}"),
            }),
            Err(_) => self.0.iter().try_for_each(|b| escape(f, *b)),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn filters_are_read_and_printed() {
        for (text, want) in [
            ("(objectClass=*)", "(objectClass=*)"),
            ("objectClass=*", "(objectClass=*)"),
            ("(&(a=1)(|(b=2)(c=3))(!(d=4)))", "(&(a=1)(|(b=2)(c=3))(!(d=4)))"),
            ("( & ( a=1 ) (b=2) )", "(&(a=1 )(b=2))"),
            ("(&)", "(&)"),
            ("(cn=AP-*)", "(cn=AP-*)"),
            ("(cn=*a*b*)", "(cn=*a*b*)"),
            ("(cn=a**b)", "(cn=a*b)"),
            (r"(cn=a\2ab)", r"(cn=a\2ab)"),
            (r"(objectGUID=\8c\ff)", r"(objectGUID=\8c\ff)"),
            ("(uSNChanged>=5)", "(uSNChanged>=5)"),
            ("(a~=b)", "(a~=b)"),
            ("(userAccountControl:1.2.840.113556.1.4.803:=2)", "(userAccountControl:1.2.840.113556.1.4.803:=2)"),
            ("(ou:dn:=Staff)", "(ou:dn:=Staff)"),
            ("(:caseExactMatch:=x)", "(:caseExactMatch:=x)"),
            ("(cn=)", "(cn=)"),
        ] {
            assert_eq!(text.parse::<Filter>().map(|f| f.to_string()).as_deref(), Ok(want), "{text}");
        }
        for bad in [
            "",
            "(",
            "()",
            "(a=b",
            "(a=b))",
            "(a)",
            "(=b)",
            r"(a=\zz)",
            r"(a=\2)",
            "(!)",
            "(:=x)",
            "(a:b=x)",
            "(a=b)(c=d)",
        ] {
            assert!(bad.parse::<Filter>().is_err(), "{bad}");
        }
        let deep = format!("{}(a=b){}", "(!".repeat(100_000), ")".repeat(100_000));
        assert!(deep.parse::<Filter>().is_err());
    }

    pub(crate) fn any_filter() -> impl Strategy<Value = Filter> {
        let attr = prop_oneof![
            Just("cn".to_owned()),
            Just("sAMAccountName".to_owned()),
            Just("objectClass".to_owned()),
            Just("userAccountControl".to_owned()),
            Just("noSuchAttribute".to_owned()),
            Just("member".to_owned()),
        ];
        let value = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..6),
            "[A-Za-z0-9*() -]{1,8}".prop_map(String::into_bytes),
            Just(b"computer".to_vec()),
        ];
        let full = prop::collection::vec(1u8.., 1..4);
        let leaf = prop_oneof![
            (attr.clone(), value.clone()).prop_map(|(a, v)| Filter::Equal(a, v)),
            attr.clone().prop_map(Filter::Present),
            (attr.clone(), value.clone()).prop_map(|(a, v)| Filter::GreaterOrEqual(a, v)),
            (attr.clone(), value.clone()).prop_map(|(a, v)| Filter::LessOrEqual(a, v)),
            (attr.clone(), value.clone()).prop_map(|(a, v)| Filter::Approx(a, v)),
            (attr.clone(), full.clone(), prop::collection::vec(full, 0..2))
                .prop_map(|(attr, i, any)| { Filter::Substring { attr, initial: Some(i), any, last: None } }),
            (attr, any::<bool>(), value).prop_map(|(a, dn, value)| Filter::Extensible {
                attr: Some(a),
                rule: Some("1.2.840.113556.1.4.803".into()),
                dn,
                value
            }),
        ];
        leaf.prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::And),
                prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::Or),
                inner.prop_map(|f| Filter::Not(Box::new(f))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(filter in any_filter()) {
            prop_assert_eq!(filter.to_string().parse(), Ok(filter));
        }
        #[test]
        fn no_text_panics(text in "\\PC{0,40}") { let _ = text.parse::<Filter>(); }
        #[test]
        fn no_filter_like_text_panics(text in "[()&|!=*a-z:\\\\0-9é<>~]{0,40}") { let _ = text.parse::<Filter>(); }
    }
}
