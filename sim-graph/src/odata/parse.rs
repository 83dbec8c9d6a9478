//! From the words of a `$filter` to a tree.
//!
//! ```text
//! or         := and ( "or" and )*
//! and        := comparison ( "and" comparison )*
//! comparison := unary ( ( "eq" | "ne" | "gt" | "ge" | "lt" | "le" | "has" ) unary | "in" "(" literal, … ")" )*
//! unary      := "not" unary | primary
//! primary    := literal | "(" or ")" | function "(" [ or { "," or } ] ")" | "isof" "(" [ path "," ] type ")"
//!             | path [ "/" ( "any" | "all" ) "(" [ name ":" or ] ")" ]
//! ```
//!
//! Source: OData 4.01, part 2, section 5.1.1, cut down to what Graph's page on `$filter` lists. All comparisons share
//! one level, as in Microsoft's OData library. Tolerated, since Graph's pages write `NOT` and `startsWith`: operators
//! and functions in any case; `true`, `false` and `null` are lower case.

use super::QueryError;
use super::filter::{CompareOp, Expr, Lambda, Quantifier, TextFunction};
use super::function::Function;
use super::lexer::{Kind, Token, tokens};
use super::literal::{Literal, type_name};
use super::path::{MAX_SEGMENTS, Path, Segment};
use std::ops::Range;

/// Parentheses, `not`s, lambdas, functions and chained comparisons within one another; our choice.
const MAX_DEPTH: usize = 64;

/// Reads a whole filter.
pub fn parse(text: &str) -> Result<Expr, QueryError> {
    let mut parser = Parser { text, tokens: tokens(text)?, at: 0, depth: 0, chained: 0 };
    let expr = parser.or()?;
    let token = parser.next();
    match token.kind {
        Kind::End => Ok(expr),
        _ => Err(parser.unexpected(&token, "`and`, `or` or the end of the filter")),
    }
}

/// Reads a path alone, as in `$orderby` and `$select`.
pub fn parse_path(text: &str) -> Option<Path> {
    let mut parser = Parser { text, tokens: tokens(text).ok()?, at: 0, depth: 0, chained: 0 };
    let first = parser.next();
    let path = parser.path(&first).ok()?;
    (first.kind == Kind::Name && parser.peek().kind == Kind::End).then_some(path)
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    at: usize,
    depth: usize,
    /// Comparisons of comparisons, in the whole filter: they too make the tree deeper.
    chained: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> &Token<'a> {
        // `at` stops at the last token, which is `End`.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token<'a> {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let found = self.peek().kind == *kind;
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let token = self.peek();
        let found = token.kind == Kind::Name && token.text.eq_ignore_ascii_case(word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, kind: &Kind, wanted: &str) -> Result<(), QueryError> {
        let token = self.next();
        if token.kind == *kind { Ok(()) } else { Err(self.unexpected(&token, wanted)) }
    }

    fn unexpected(&self, token: &Token<'_>, wanted: &str) -> QueryError {
        let found =
            if token.kind == Kind::End { "the end of the filter".to_owned() } else { format!("`{}`", token.text) };
        QueryError::syntax(self.text, token.span.clone(), format!("expected {wanted}, not {found}"))
    }

    /// One level deeper; an error ends the parse, so only success comes back up.
    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, QueryError>) -> Result<T, QueryError> {
        self.depth += 1;
        self.check_depth()?;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn check_depth(&self) -> Result<(), QueryError> {
        if self.depth.max(self.chained) <= MAX_DEPTH {
            return Ok(());
        }
        let message = format!("more than {MAX_DEPTH} parts stand within one another");
        Err(QueryError::filter(self.peek().span.clone(), message, ""))
    }

    fn or(&mut self) -> Result<Expr, QueryError> {
        let first = self.and()?;
        let mut parts = vec![first];
        while self.take_word("or") {
            parts.push(self.and()?);
        }
        Ok(alone_or(parts, Expr::Or))
    }

    fn and(&mut self) -> Result<Expr, QueryError> {
        let first = self.comparison()?;
        let mut parts = vec![first];
        while self.take_word("and") {
            parts.push(self.comparison()?);
        }
        Ok(alone_or(parts, Expr::And))
    }

    fn comparison(&mut self) -> Result<Expr, QueryError> {
        let mut left = self.unary()?;
        for comparisons in 0.. {
            if self.take_word("in") {
                left = Expr::In(Box::new(left), self.list()?);
            } else if let Some(op) = CompareOp::ALL.into_iter().find(|op| self.take_word(op.name())) {
                left = Expr::Compare(op, Box::new(left), Box::new(self.unary()?));
            } else {
                break;
            }
            self.chained += usize::from(comparisons > 0);
            self.check_depth()?;
        }
        Ok(left)
    }

    fn list(&mut self) -> Result<Vec<Literal>, QueryError> {
        self.expect(&Kind::OpenParen, "`(` and the values of `in`")?;
        let mut list = Vec::new();
        loop {
            let token = self.next();
            match literal(&token) {
                Some(literal) => list.push(literal),
                None => return Err(self.unexpected(&token, "a value such as `'text'`, `5` or `null`")),
            }
            let token = self.next();
            match token.kind {
                Kind::Comma => {}
                Kind::CloseParen => return Ok(list),
                _ => return Err(self.unexpected(&token, "a comma or `)`")),
            }
        }
    }

    fn unary(&mut self) -> Result<Expr, QueryError> {
        if self.take_word("not") {
            return self.deeper(Self::unary).map(|part| Expr::Not(Box::new(part)));
        }
        let token = self.next();
        match token.kind {
            Kind::OpenParen => self.deeper(|parser| {
                let expr = parser.or()?;
                parser.expect(&Kind::CloseParen, "`and`, `or` or `)`")?;
                Ok(expr)
            }),
            Kind::Name if self.peek().kind == Kind::OpenParen => self.call(&token),
            _ => match literal(&token) {
                Some(literal) => Ok(Expr::Literal(literal)),
                None if token.kind == Kind::Name => self.path_or_lambda(&token),
                None => Err(self.unexpected(&token, "a property, a value, a function or `(`")),
            },
        }
    }

    fn call(&mut self, name: &Token<'a>) -> Result<Expr, QueryError> {
        self.at += 1; // the parenthesis
        if name.text.eq_ignore_ascii_case("isof") {
            return self.is_of();
        }
        if let Some(function) = Function::named(name.text) {
            return self.apply(function, name);
        }
        let Some(function) = TextFunction::ALL.into_iter().find(|f| f.name().eq_ignore_ascii_case(name.text)) else {
            return Err(unknown_function(name));
        };
        self.deeper(|parser| {
            let text = parser.or()?;
            parser.expect(&Kind::Comma, "a comma and the text to look for")?;
            let part = parser.or()?;
            parser.expect(&Kind::CloseParen, "`)`")?;
            Ok(Expr::Call(function, Box::new(text), Box::new(part)))
        })
    }

    /// After the name of a function and its parenthesis.
    fn apply(&mut self, function: Function, name: &Token<'a>) -> Result<Expr, QueryError> {
        let arguments = self.deeper(|parser| {
            let mut arguments = Vec::new();
            if parser.take(&Kind::CloseParen) {
                return Ok(arguments);
            }
            loop {
                arguments.push(parser.or()?);
                if arguments.len() > *function.arity().end() || parser.take(&Kind::CloseParen) {
                    return Ok(arguments);
                }
                parser.expect(&Kind::Comma, "a comma or `)`")?;
            }
        })?;
        if function.arity().contains(&arguments.len()) {
            return Ok(Expr::Apply(function, arguments));
        }
        let arity = function.arity();
        let (least, most, name_of) = (arity.start(), arity.end(), function.name());
        let message = format!("`{name_of}` takes {least} to {most} arguments, not {}", arguments.len());
        Err(QueryError::filter(name.span.clone(), message, function.no_signature()))
    }

    /// After `isof(`.
    fn is_of(&mut self) -> Result<Expr, QueryError> {
        let mut token = self.next();
        let mut path = None;
        if token.kind == Kind::Name && (!token.text.contains('.') || self.peek().kind == Kind::Slash) {
            path = Some(self.path(&token)?);
            self.expect(&Kind::Comma, "a comma and a type")?;
            token = self.next();
        }
        let type_name = match &token.kind {
            Kind::Literal(Literal::Text(name)) => type_name(name),
            Kind::Name => type_name(token.text),
            _ => return Err(self.unexpected(&token, "a type such as `'microsoft.graph.device'`")),
        };
        self.expect(&Kind::CloseParen, "`)`")?;
        Ok(Expr::IsOf(path, type_name))
    }

    fn path_or_lambda(&mut self, first: &Token<'a>) -> Result<Expr, QueryError> {
        let path = self.path(first)?;
        let Some(quantifier) = self.quantifier() else { return Ok(Expr::Path(path)) };
        self.at += 3; // slash, any or all, parenthesis
        if self.take(&Kind::CloseParen) {
            return Ok(Expr::Lambda(Lambda { path, quantifier, body: None }));
        }
        let variable = self.next();
        if variable.kind != Kind::Name {
            return Err(self.unexpected(&variable, "a name for the item, as in `any(p:p eq 'x')`"));
        }
        self.expect(&Kind::Colon, "a colon after the name of the item")?;
        let body = self.deeper(Self::or)?;
        self.expect(&Kind::CloseParen, "`and`, `or` or `)`")?;
        Ok(Expr::Lambda(Lambda { path, quantifier, body: Some((variable.text.to_owned(), Box::new(body))) }))
    }

    /// `/any(` or `/all(` ahead.
    fn quantifier(&self) -> Option<Quantifier> {
        let [slash, name, open] = self.tokens.get(self.at..self.at + 3)? else { return None };
        if slash.kind != Kind::Slash || name.kind != Kind::Name || open.kind != Kind::OpenParen {
            return None;
        }
        [Quantifier::Any, Quantifier::All].into_iter().find(|q| q.name().eq_ignore_ascii_case(name.text))
    }

    fn path(&mut self, first: &Token<'a>) -> Result<Path, QueryError> {
        let mut segments = vec![segment(first.text)];
        let mut end = first.span.end;
        while self.peek().kind == Kind::Slash && self.quantifier().is_none() {
            self.at += 1;
            let token = self.next();
            if token.kind != Kind::Name || segments.last() == Some(&Segment::Count) {
                return Err(self.unexpected(&token, "a property, or `$count` as the last step"));
            }
            if segments.len() == MAX_SEGMENTS {
                return Err(self.unexpected(&token, &format!("at most {MAX_SEGMENTS} steps")));
            }
            segments.push(segment(token.text));
            end = token.span.end;
        }
        let span: Range<usize> = first.span.start..end;
        let dollar = segments.iter().skip(1).any(|s| matches!(s, Segment::Property(name) if name.starts_with('$')));
        match &segments[0] {
            Segment::Property(name) if !dollar && (!name.starts_with('$') || name == "$it") => {}
            Segment::Cast(_) if !dollar => {}
            _ => {
                let message = "only `$count`, at the end, and `$it`, at the beginning, have a dollar sign";
                return Err(QueryError::syntax(self.text, span, message));
            }
        }
        Ok(Path { segments, span })
    }
}

fn unknown_function(name: &Token<'_>) -> QueryError {
    let message = format!(
        "`{}` is no function here; there are `startswith`, `endswith`, `contains`, `isof` and those of text, numbers and \
         dates, such as `tolower` and `year`",
        name.text
    );
    let service = format!(
        "An unknown function with name '{}' was found. This may also be a function import or a key lookup on a navigation \
         property, which is not allowed.",
        name.text
    );
    QueryError::filter(name.span.clone(), message, service)
}

fn segment(name: &str) -> Segment {
    if name == "$count" {
        Segment::Count
    } else if name.contains('.') {
        Segment::Cast(type_name(name))
    } else {
        Segment::Property(name.to_owned())
    }
}

fn literal(token: &Token<'_>) -> Option<Literal> {
    match (&token.kind, token.text) {
        (Kind::Literal(literal), _) => Some(literal.clone()),
        (Kind::Name, "null") => Some(Literal::Null),
        (Kind::Name, "true") => Some(Literal::Bool(true)),
        (Kind::Name, "false") => Some(Literal::Bool(false)),
        _ => None,
    }
}

fn alone_or(mut parts: Vec<Expr>, join: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}
