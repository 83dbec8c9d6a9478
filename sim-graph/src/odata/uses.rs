//! What a filter asks of which property, for whoever decides what may be asked.

use super::filter::{CompareOp, Expr, Filter, Lambda, Quantifier, TextFunction};
use super::function::Function;
use super::literal::Literal;
use super::path::{Path, Segment};

/// One operator on one property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The property from the object on, range variables replaced: the `p` of `physicalIds/any(p:p eq 'x')` is
    /// `physicalIds`. Without casts and without `$count`. Empty for the object itself.
    pub path: String,
    /// The types that the path was cast to.
    pub casts: Vec<String>,
    /// What is asked.
    pub operator: Operator,
    /// Within a `not`, which Graph allows or refuses per property like an operator.
    pub negated: bool,
    /// Compared with null, which some properties allow and others do not.
    pub with_null: bool,
    /// Where the property stands in the filter: first byte and number of bytes.
    pub span: (usize, usize),
}

/// What is asked of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// `eq` and its kin, on either side.
    Compare(CompareOp),
    /// Listed in `in`.
    In,
    /// `startswith` and its kin.
    Text(TextFunction),
    /// Handed to a function whose value is then compared, such as `tolower`.
    Function(Function),
    /// `any` or `all` of its items.
    Lambda(Quantifier),
    /// The number of its items; the comparison of that number is not a use of its own.
    Count,
    /// `isof`.
    IsOf,
    /// The property alone as a condition: `accountEnabled and …`.
    Condition,
}

impl Operator {
    /// As written in a filter; a bare condition is `eq`, which it stands for.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compare(op) => op.name(),
            Self::In => "in",
            Self::Text(function) => function.name(),
            Self::Function(function) => function.name(),
            Self::Lambda(quantifier) => quantifier.name(),
            Self::Count => "$count",
            Self::IsOf => "isof",
            Self::Condition => "eq",
        }
    }
}

impl Filter {
    /// Every use of a property, from left to right.
    pub fn uses(&self) -> Vec<Use> {
        let mut walk = Walk { uses: Vec::new(), variables: Vec::new(), negated: false };
        walk.expr(&self.root, Operator::Condition, false);
        walk.uses
    }
}

struct Walk<'a> {
    uses: Vec<Use>,
    /// Range variables with the path and the casts that they stand for, innermost last.
    variables: Vec<(&'a str, String, Vec<String>)>,
    negated: bool,
}

impl<'a> Walk<'a> {
    fn expr(&mut self, expr: &'a Expr, operator: Operator, with_null: bool) {
        match expr {
            Expr::Literal(_) => {}
            Expr::Path(path) => self.found(path, operator, with_null),
            Expr::Not(part) => {
                let before = std::mem::replace(&mut self.negated, true);
                self.expr(part, Operator::Condition, false);
                self.negated = before;
            }
            Expr::And(parts) | Expr::Or(parts) => {
                parts.iter().for_each(|part| self.expr(part, Operator::Condition, false));
            }
            Expr::Compare(op, left, right) => {
                let is_null = |expr: &Expr| *expr == Expr::Literal(Literal::Null);
                let with_null = is_null(left) || is_null(right);
                self.expr(left, Operator::Compare(*op), with_null);
                self.expr(right, Operator::Compare(*op), with_null);
            }
            Expr::In(part, list) => self.expr(part, Operator::In, list.contains(&Literal::Null)),
            Expr::Call(function, text, part) => {
                self.expr(text, Operator::Text(*function), false);
                self.expr(part, Operator::Text(*function), false);
            }
            Expr::Apply(function, arguments) => {
                arguments.iter().for_each(|argument| self.expr(argument, Operator::Function(*function), false));
            }
            Expr::Lambda(Lambda { path, quantifier, body }) => {
                self.found(path, Operator::Lambda(*quantifier), false);
                if let Some((variable, body)) = body {
                    let (path, casts) = self.resolve(path);
                    self.variables.push((variable, path, casts));
                    self.expr(body, Operator::Condition, false);
                    self.variables.pop();
                }
            }
            Expr::IsOf(Some(path), _) => self.found(path, Operator::IsOf, false),
            Expr::IsOf(None, _) => {
                let use_of_it = Use {
                    path: String::new(),
                    casts: Vec::new(),
                    operator: Operator::IsOf,
                    negated: self.negated,
                    with_null: false,
                    span: (0, 0),
                };
                self.uses.push(use_of_it);
            }
        }
    }

    fn found(&mut self, written: &Path, operator: Operator, with_null: bool) {
        let counted = written.segments.last() == Some(&Segment::Count);
        let operator = if counted { Operator::Count } else { operator };
        let with_null = with_null && !counted;
        let (path, casts) = self.resolve(written);
        self.uses.push(Use { path, casts, operator, negated: self.negated, with_null, span: written.span() });
    }

    fn resolve(&self, written: &Path) -> (String, Vec<String>) {
        let (mut path, mut casts) = (String::new(), Vec::new());
        for (i, segment) in written.segments.iter().enumerate() {
            match segment {
                Segment::Property(name) if i == 0 && name == "$it" => {}
                Segment::Property(name) => {
                    let variable = self.variables.iter().rev().find(|variable| i == 0 && variable.0 == name);
                    if let Some((_, start, start_casts)) = variable {
                        (path, casts) = (start.clone(), start_casts.clone());
                        continue;
                    }
                    if !path.is_empty() {
                        path.push('/');
                    }
                    path.push_str(name);
                }
                Segment::Cast(name) => casts.push(name.clone()),
                Segment::Count => {}
            }
        }
        (path, casts)
    }
}
