//! From words to a tree.
//!
//! ```text
//! rule       := and ( -or and )*
//! and        := not ( -and not )*
//! not        := -not not | "(" rule ")" | test
//! test       := device.property operator value
//!             | device.property ( -any | -all ) ( "(" rule over _ ")" | _ operator value )
//!             | device.memberOf -any ( "(" group.objectId -in list ")" )
//! ```
//!
//! A hyphen before an operator is optional and case does not matter. Published precedence, from the tightest:
//! comparisons, `-not`, `-and`, `-or`; `-any` and `-all` come last in that list, which only matters for the bare form
//! `-any _ operator value`. Here that form takes one comparison, as in the published Autopilot rules, and what follows
//! belongs to the device again.

use super::comparison::{Comparison, Operator, Value};
use super::error::RuleError;
use super::expression::{DeviceTest, ItemTest, Logic, Quantifier};
use super::lexer::{Kind, Token, tokens};
use super::operands::{Written, fit, list_wanted, texts};
use super::property::{DeviceProperty, PropertyType};
use std::ops::Range;

/// Characters that a rule may have. Source: the article on dynamic membership rules.
pub const MAX_RULE_LENGTH: usize = 3072;
/// Parentheses and `-not`s within one another; our choice.
const MAX_DEPTH: usize = 64;
/// Groups that `memberOf` may name. Source: the article on `memberOf` in dynamic rules.
const MAX_GROUPS: usize = 50;

/// Reads a whole rule.
pub fn parse(text: &str) -> Result<Logic<DeviceTest>, RuleError> {
    if let Some((start, _)) = text.char_indices().nth(MAX_RULE_LENGTH) {
        let message = format!("the rule has {} characters, {MAX_RULE_LENGTH} are allowed", text.chars().count());
        return Err(RuleError::new(start..text.len(), message, "shorten it, or spread it over several groups"));
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, member_of: None };
    let rule = parser.logic(Parser::device_test)?;
    let end = parser.peek();
    if end.kind != Kind::End {
        let help = "comparisons are joined with `-and` or `-or`";
        return Err(RuleError::new(end.span.clone(), format!("`{}` does not follow here", end.text), help));
    }
    match parser.member_of {
        Some(span) if !matches!(rule, Logic::Leaf(_)) => {
            let help = "make one group whose rule is nothing but `device.memberOf -any (group.objectId -in ['…'])`";
            Err(RuleError::new(span, "`device.memberOf` cannot be combined with anything else in a rule", help))
        }
        _ => Ok(rule),
    }
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    depth: usize,
    /// Where the rule speaks of `device.memberOf`.
    member_of: Option<Range<usize>>,
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

    fn take_operator(&mut self, name: &str) -> bool {
        let found = self.peek().is_operator(name);
        self.at += usize::from(found);
        found
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let found = self.peek().kind == *kind;
        self.at += usize::from(found);
        found
    }

    fn logic<L>(&mut self, leaf: fn(&mut Self) -> Result<L, RuleError>) -> Result<Logic<L>, RuleError> {
        let mut parts = vec![self.and(leaf)?];
        while self.take_operator("or") {
            parts.push(self.and(leaf)?);
        }
        Ok(alone_or(parts, Logic::Or))
    }

    fn and<L>(&mut self, leaf: fn(&mut Self) -> Result<L, RuleError>) -> Result<Logic<L>, RuleError> {
        let mut parts = vec![self.not(leaf)?];
        while self.take_operator("and") {
            parts.push(self.not(leaf)?);
        }
        Ok(alone_or(parts, Logic::And))
    }

    fn not<L>(&mut self, leaf: fn(&mut Self) -> Result<L, RuleError>) -> Result<Logic<L>, RuleError> {
        let first = self.peek().span.clone();
        if self.take_operator("not") {
            self.descend(first)?;
            let part = self.not(leaf)?;
            self.depth -= 1;
            Ok(Logic::Not(Box::new(part)))
        } else if self.take(&Kind::OpenParen) {
            self.descend(first.clone())?;
            let rule = self.logic(leaf)?;
            self.close_paren(first)?;
            self.depth -= 1;
            Ok(rule)
        } else {
            leaf(self).map(Logic::Leaf)
        }
    }

    fn descend(&mut self, span: Range<usize>) -> Result<(), RuleError> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        let message = format!("more than {MAX_DEPTH} parentheses and `-not`s stand within one another");
        Err(RuleError::new(span, message, "most of them can go: `-and` binds tighter than `-or`"))
    }

    fn close_paren(&mut self, open: Range<usize>) -> Result<(), RuleError> {
        let token = self.next();
        match token.kind {
            Kind::CloseParen => Ok(()),
            Kind::End => Err(RuleError::new(open, "this parenthesis is not closed", "add `)` where the part ends")),
            _ => {
                let message = format!("`{}` does not follow here", token.text);
                Err(RuleError::new(token.span, message, "here `)` closes the part, or `-and` or `-or` continues it"))
            }
        }
    }

    fn device_test(&mut self) -> Result<DeviceTest, RuleError> {
        let token = self.next();
        let property = device_property(&token)?;
        let span = token.span;
        let operator = self.peek().clone();
        let quantifier = [Quantifier::Any, Quantifier::All].into_iter().find(|q| self.take_operator(&q.name()[1..]));
        match (quantifier, property.kind()) {
            (None, PropertyType::Groups) => Err(member_of_form(operator.span, operator.text)),
            (None, _) => {
                let comparison = self.comparison(property)?;
                if property == DeviceProperty::DevicePhysicalIds && !matches!(comparison.value, Value::Null) {
                    return Err(items_form(property, operator.span, comparison.operator));
                }
                Ok(DeviceTest::Property(property, comparison))
            }
            (Some(Quantifier::Any), PropertyType::Groups) => {
                self.member_of = Some(span.clone());
                self.member_of(span)
            }
            (Some(Quantifier::All), PropertyType::Groups) => Err(member_of_form(operator.span, operator.text)),
            (Some(quantifier), PropertyType::Texts) => {
                let rule = match self.peek().kind {
                    Kind::OpenParen => self.not(Self::item_test)?,
                    _ => Logic::Leaf(self.item_test()?),
                };
                Ok(DeviceTest::Items { property, quantifier, rule })
            }
            (Some(quantifier), _) => {
                let message = format!("`{}` is asked of `device.{property}`, which has one value", quantifier.name());
                let help = "only `devicePhysicalIds`, `systemLabels` and `memberOf` have several";
                Err(RuleError::new(operator.span, message, help).invalid_operands(quantifier.name()))
            }
        }
    }

    fn item_test(&mut self) -> Result<ItemTest, RuleError> {
        let token = self.next();
        if token.kind != Kind::Word || token.text != "_" {
            let found = quoted_or_end(token.text);
            let message = format!("expected `_`, the item under test, not {found}");
            let help = "an item is compared as in `-any (_ -startsWith \"[ZTDId]\")`";
            let error = RuleError::new(token.span, message, help);
            return Err(match token.text.split_once('.') {
                Some((object, name)) if object.eq_ignore_ascii_case("group") => error.wrong_property(name, "Group"),
                _ => error,
            });
        }
        self.comparison(DeviceProperty::DevicePhysicalIds).map(ItemTest)
    }

    /// After `device.memberOf -any`.
    fn member_of(&mut self, span: Range<usize>) -> Result<DeviceTest, RuleError> {
        let open = self.peek().span.clone();
        let parenthesised = self.take(&Kind::OpenParen);
        let left = self.next();
        if left.kind != Kind::Word || !left.text.eq_ignore_ascii_case("group.objectId") {
            let error = member_of_form(left.span, left.text);
            return Err(match left.text.split_once('.') {
                Some((object, name)) if object.eq_ignore_ascii_case("group") => error.wrong_property(name, "Group"),
                _ => error,
            });
        }
        let operator = self.next();
        let groups = match operator.word().and_then(Operator::from_name) {
            Some(Operator::In) => match self.value()? {
                (Written::List(items), span) => texts(items, Operator::In, span)?,
                (_, span) => return Err(list_wanted(Operator::In, span)),
            },
            _ => return Err(member_of_form(operator.span, operator.text)),
        };
        if groups.len() > MAX_GROUPS {
            let message = format!("`device.memberOf` names {} groups, {MAX_GROUPS} are allowed", groups.len());
            return Err(RuleError::new(span, message, "gather the groups in fewer groups"));
        }
        if parenthesised {
            self.close_paren(open)?;
        }
        Ok(DeviceTest::MemberOf(groups))
    }

    /// Operator and value. Items are compared as texts that are never null; for them too `property` says what goes.
    fn comparison(&mut self, property: DeviceProperty) -> Result<Comparison, RuleError> {
        let token = self.next();
        let Some(operator) = token.word().and_then(Operator::from_name) else { return Err(operator_wanted(&token)) };
        let (value, span) = self.value()?;
        let value = fit(property, operator, value, span)?;
        Ok(Comparison { operator, value })
    }

    fn value(&mut self) -> Result<(Written, Range<usize>), RuleError> {
        if self.peek().kind != Kind::OpenBracket {
            return self.single_value();
        }
        let open = self.next().span;
        let mut items = Vec::new();
        loop {
            if self.peek().kind == Kind::CloseBracket {
                let close = self.next().span;
                return Ok((Written::List(items), open.start..close.end));
            }
            items.push(self.single_value()?);
            let token = self.peek().clone();
            match token.kind {
                Kind::Comma => self.at += 1,
                Kind::CloseBracket => {}
                Kind::End => {
                    return Err(RuleError::new(open, "this list is not closed", "add `]` where the list ends"));
                }
                _ => {
                    let message = format!("`{}` does not follow here", token.text);
                    return Err(RuleError::new(token.span, message, "values in a list are separated by commas"));
                }
            }
        }
    }

    fn single_value(&mut self) -> Result<(Written, Range<usize>), RuleError> {
        let token = self.next();
        let word = match token.kind {
            Kind::Word => token.text.to_ascii_lowercase(),
            _ => String::new(),
        };
        let value = match (token.kind, word.as_str()) {
            (Kind::Text(text), _) => Written::Text(text),
            (Kind::Number, _) if is_number(token.text) => Written::Text(token.text.replace('\u{2013}', "-")),
            (_, "null" | "$null") => Written::Null,
            (_, "true" | "$true") => Written::Bool(true),
            (_, "false" | "$false") => Written::Bool(false),
            (Kind::Word | Kind::Number, _) => {
                let help = format!("text is quoted, as in `\"{}\"`", token.text);
                return Err(RuleError::new(token.span, format!("`{}` is no value", token.text), help));
            }
            _ => {
                let found = quoted_or_end(token.text);
                let help =
                    "a value is `\"text\"`, a number, `true`, `false`, `null` or a list such as `[\"a\", \"b\"]`";
                return Err(RuleError::new(token.span, format!("expected a value, not {found}"), help));
            }
        };
        Ok((value, token.span))
    }
}

fn alone_or<L>(mut parts: Vec<Logic<L>>, join: fn(Vec<Logic<L>>) -> Logic<L>) -> Logic<L> {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '\u{2013}']);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

fn device_property(token: &Token<'_>) -> Result<DeviceProperty, RuleError> {
    let error = |message: String, help: &str| RuleError::new(token.span.clone(), message, help);
    let example = "a comparison begins with the property, as in `device.displayName -startsWith \"LAP-\"`";
    if token.kind == Kind::End {
        return Err(error("the rule ends where a comparison is expected".into(), example));
    }
    if token.kind != Kind::Word {
        return Err(error(format!("expected a property of the device, not `{}`", token.text), example));
    }
    if token.text == "_" {
        return Err(error(
            "`_` stands outside of `-any` and `-all`".into(),
            "put parentheses around what is said of the items: `-any (_ -eq \"a\" -or _ -eq \"b\")`",
        ));
    }
    let Some((object, name)) = token.text.split_once('.') else {
        let help = match DeviceProperty::from_name(token.text) {
            Some(property) => format!("write `device.{property}`"),
            None => example.to_owned(),
        };
        return Err(error(format!("expected a property of the device, not `{}`", token.text), &help));
    };
    if object.eq_ignore_ascii_case("user") {
        let help = "a rule for devices reads device properties only; owners' attributes are out of reach";
        return Err(error(format!("`{}` is a property of users", token.text), help).wrong_property(name, "Device"));
    }
    if !object.eq_ignore_ascii_case("device") {
        return Err(error(format!("expected a property of the device, not `{}`", token.text), example));
    }
    DeviceProperty::from_name(name).ok_or_else(|| {
        let known: Vec<_> = DeviceProperty::all().take_while(|p| *p != DeviceProperty::ExtensionAttribute(1)).collect();
        let known = known.iter().map(|p| p.name()).collect::<Vec<_>>().join(", ");
        let help = format!("rules read {known} and extensionAttribute1 to 15");
        error(format!("devices have no property `{name}` for rules"), &help).wrong_property(name, "Device")
    })
}

fn operator_wanted(token: &Token<'_>) -> RuleError {
    let operators = "there are `-eq`, `-ne`, `-startsWith`, `-endsWith`, `-contains`, `-match` and `-in`, \
                     and with `not` in the name `-notIn` and so on";
    let word = token.word().unwrap_or_default().to_ascii_lowercase();
    let (message, help) = match (&token.kind, word.as_str()) {
        (Kind::End, _) => ("the rule ends where an operator is expected".to_owned(), operators),
        (_, "le" | "ge" | "lt" | "gt") => (
            format!("`{}` does not exist for devices", token.text),
            "`-le` and `-ge` compare `user.employeeHireDate` only; for text use `-startsWith`, `-in` or `-match`",
        ),
        (_, "not") => (
            "`-not` is no comparison".to_owned(),
            "use `-ne null` for a property that has a value; `-not` goes before a whole comparison",
        ),
        (_, "any" | "all") => (format!("`{}` goes after the property, not after `_`", token.text), operators),
        (Kind::Word | Kind::Dashed, _) => (format!("there is no operator `{}`", token.text), operators),
        _ => (format!("expected an operator, not `{}`", token.text), operators),
    };
    RuleError::new(token.span.clone(), message, help)
}

/// A word as messages show it; only the end has no text.
fn quoted_or_end(text: &str) -> String {
    if text.is_empty() { "the end of the rule".to_owned() } else { format!("`{text}`") }
}

fn member_of_form(span: Range<usize>, found: &str) -> RuleError {
    let found = quoted_or_end(found);
    let help = "the only form is `device.memberOf -any (group.objectId -in ['…', '…'])`";
    RuleError::new(span, format!("{found} does not go with `device.memberOf`"), help)
}

fn items_form(property: DeviceProperty, span: Range<usize>, operator: Operator) -> RuleError {
    let name = operator.name();
    let message = format!("`{name}` is asked of `device.{property}`, which has several values");
    let help = format!("ask whether one of them passes: `device.{property} -any (_ {name} \"…\")`");
    RuleError::new(span, message, help).invalid_operands(name)
}
