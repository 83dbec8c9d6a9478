//! A `$filter` as a tree, and the tree written out again.

use super::function::Function;
use super::literal::Literal;
use super::path::Path;
use super::{QueryError, Subject, evaluate, parse};
use std::fmt;

/// A filter that has been read. Displays as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    pub(super) source: String,
    pub(super) root: Expr,
}

/// An expression. Its value is a boolean, or that of a literal, a property or a count.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A written value.
    Literal(Literal),
    /// A property, a range variable, a count.
    Path(Path),
    /// `not a`. Binds tighter than a comparison: `not (a eq 1)` needs its parentheses, `not startswith(a,'b')` does
    /// not.
    Not(Box<Self>),
    /// At least two parts.
    And(Vec<Self>),
    /// At least two parts.
    Or(Vec<Self>),
    /// `a eq b`.
    Compare(CompareOp, Box<Self>, Box<Self>),
    /// `a in ('b','c')`.
    In(Box<Self>, Vec<Literal>),
    /// `startswith(a,'b')`.
    Call(TextFunction, Box<Self>, Box<Self>),
    /// `tolower(a)`, `year(a)`, `substring(a,1,2)`.
    Apply(Function, Vec<Self>),
    /// `a/any(x:…)`.
    Lambda(Lambda),
    /// `isof('microsoft.graph.device')`, `isof(a,'…')`; the type without `#` and with `microsoft.` before `graph.`.
    IsOf(Option<Path>, String),
}

/// `physicalIds/any(p:startswith(p,'[ZTDID]'))`.
#[derive(Debug, Clone, PartialEq)]
pub struct Lambda {
    /// The collection.
    pub path: Path,
    /// `any` or `all`.
    pub quantifier: Quantifier,
    /// Range variable and what is said of it; `any()` alone asks whether there are items.
    pub body: Option<(String, Box<Expr>)>,
}

/// How many items have to fulfil a lambda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantifier {
    /// At least one.
    Any,
    /// Every one; also when there is none.
    All,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "OData's own names")]
pub enum CompareOp {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
    Has,
}

/// A function of two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "OData's own names")]
pub enum TextFunction {
    StartsWith,
    EndsWith,
    Contains,
}

impl Filter {
    /// Reads the value of `$filter`, decoded.
    ///
    /// # Errors
    ///
    /// The first place that does not follow the grammar.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        Ok(Self { source: text.to_owned(), root: parse::parse(text)? })
    }

    /// Whether the object is among the answers. A filter that comes out as null does not take it.
    ///
    /// # Errors
    ///
    /// A property that the object does not have, values that cannot be compared. Only what is evaluated is noticed: to
    /// refuse a filter whatever the objects, check its [`uses`](Self::uses) first.
    pub fn matches(&self, subject: &dyn Subject) -> Result<bool, QueryError> {
        evaluate::matches(&self.root, subject)
    }

    /// The expression.
    pub fn root(&self) -> &Expr {
        &self.root
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.source
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl Quantifier {
    /// As written in a filter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
        }
    }
}

impl CompareOp {
    pub(super) const ALL: [Self; 7] = [Self::Eq, Self::Ne, Self::Gt, Self::Ge, Self::Lt, Self::Le, Self::Has];

    /// As written in a filter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
            Self::Has => "has",
        }
    }

    /// As the service names it in messages.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Eq => "Equal",
            Self::Ne => "NotEqual",
            Self::Gt => "GreaterThan",
            Self::Ge => "GreaterThanOrEqual",
            Self::Lt => "LessThan",
            Self::Le => "LessThanOrEqual",
            Self::Has => "Has",
        }
    }
}

impl TextFunction {
    pub(super) const ALL: [Self; 3] = [Self::StartsWith, Self::EndsWith, Self::Contains];

    /// As OData writes it; a filter may use any case, since Graph's own documentation does.
    pub fn name(self) -> &'static str {
        match self {
            Self::StartsWith => "startswith",
            Self::EndsWith => "endswith",
            Self::Contains => "contains",
        }
    }
}

/// Parentheses around every part that is not a single one.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(literal) => literal.fmt(f),
            Self::Path(path) => path.fmt(f),
            Self::Not(part) => write!(f, "not {}", Grouped(part)),
            Self::And(parts) => joined(f, parts, " and "),
            Self::Or(parts) => joined(f, parts, " or "),
            Self::Compare(op, left, right) => write!(f, "{} {} {}", Grouped(left), op.name(), Grouped(right)),
            Self::In(part, list) => {
                write!(f, "{} in (", Grouped(part))?;
                for (i, literal) in list.iter().enumerate() {
                    write!(f, "{}{literal}", if i == 0 { "" } else { "," })?;
                }
                f.write_str(")")
            }
            Self::Call(function, text, part) => write!(f, "{}({text},{part})", function.name()),
            Self::Apply(function, arguments) => {
                write!(f, "{}(", function.name())?;
                for (i, argument) in arguments.iter().enumerate() {
                    write!(f, "{}{argument}", if i == 0 { "" } else { "," })?;
                }
                f.write_str(")")
            }
            Self::Lambda(Lambda { path, quantifier, body }) => match body {
                Some((variable, body)) => write!(f, "{path}/{}({variable}:{body})", quantifier.name()),
                None => write!(f, "{path}/{}()", quantifier.name()),
            },
            Self::IsOf(None, type_name) => write!(f, "isof('{type_name}')"),
            Self::IsOf(Some(path), type_name) => write!(f, "isof({path},'{type_name}')"),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Expr], operator: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        write!(f, "{}{}", if i == 0 { "" } else { operator }, Grouped(part))?;
    }
    Ok(())
}

struct Grouped<'a>(&'a Expr);

impl fmt::Display for Grouped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Expr::Not(_) | Expr::And(_) | Expr::Or(_) | Expr::Compare(..) | Expr::In(..) => write!(f, "({})", self.0),
            single => single.fmt(f),
        }
    }
}
