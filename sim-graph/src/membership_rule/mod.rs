//! Dynamic membership rules for devices: the text that decides which devices a group has.
//!
//! [`MembershipRule::parse`] reads a rule or says what is wrong with it, both to its author and in the service's words;
//! [`MembershipRule::matches`] asks it of one device. The same code answers *why not*: given [`Notes`] as evidence,
//! every comparison leaves a line such as `devicePhysicalIds: "[OrderID]:berln" -eq "[OrderID]:Berlin": no`.
//!
//! Source, unless something else is said: Entra's article on dynamic membership rules, edition of 19 December 2024,
//! called *the documentation* here. What it leaves open and we decided is marked *assumed*:
//!
//! - null and case: see `comparison.rs`; precedence of `-any` and `-all`: see `parse.rs`; escapes and hyphens: see
//!   `lexer.rs`.
//! - `-not` in front of a comparison with null is plain negation. The error that the documentation promises for `-not`
//!   with null is about `device.x -not null`, where `-not` stands as the comparison.
//! - `-all` holds for a property without items (documented by the example that finds users without any service plan);
//!   `-any` does not. Items are never null.
//! - `systemLabels` may also be compared without `-any` (documented by an example): then one label has to pass, and for
//!   an operator with `not` in its name every label. `devicePhysicalIds` may not, except with null, which means that it
//!   is empty.
//! - The bare form `-any _ -eq "x"` is accepted. The portal has refused it at times; the published Autopilot rules use
//!   it.
//! - Numbers are compared as the text they are written with, since no device property is a number.
//! - `device.memberOf` stands alone, with `-any` and `-in`, and names at most 50 groups (documented in the article on
//!   it).
//! - `organizationalUnit` is accepted and every comparison with it is false, `-ne` included.
//!
//! [`Notes`]: sim_core::evidence::Notes

mod comparison;
mod error;
mod evaluate;
mod expression;
pub(crate) mod ignore_case;
mod lexer;
mod operands;
mod parse;
mod property;
#[cfg(test)]
mod tests;

pub use error::RuleError;
pub use parse::MAX_RULE_LENGTH;
pub use property::{DeviceProperties, DeviceProperty, PropertyType};

use expression::{DeviceTest, Logic};
use sim_core::evidence::Evidence;
use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

/// A rule that has been read and can be asked. Displays as it was written.
#[derive(Debug)]
pub struct MembershipRule {
    source: Box<str>,
    logic: Logic<DeviceTest>,
    properties: DeviceProperties,
}

/// What a rule sees of a device.
pub trait RuleDevice {
    /// The value of a property with at most one value. Never asked for properties of type [`PropertyType::Texts`],
    /// [`PropertyType::Groups`] or [`PropertyType::Gone`].
    fn property(&self, property: DeviceProperty) -> PropertyValue<'_>;

    /// Shows the values of `devicePhysicalIds` or `systemLabels` one by one until `visit` breaks.
    fn each_item(&self, property: DeviceProperty, visit: &mut dyn FnMut(&str) -> ControlFlow<()>);

    /// Whether the device is a direct member of the group with that object id. Ids come as the rule writes them.
    fn member_of(&self, group_object_id: &str) -> bool;
}

/// The value of one property of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PropertyValue<'a> {
    /// The device has no value. An empty text is a value.
    Null,
    /// `accountEnabled`, `isRooted`.
    Bool(bool),
    /// Everything else; GUIDs in their usual form, with hyphens and without braces.
    Text(Cow<'a, str>),
}

impl MembershipRule {
    /// Reads a rule for a device group.
    ///
    /// # Errors
    ///
    /// The first mistake in the text, see [`RuleError`].
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let logic = parse::parse(text)?;
        let properties = logic.properties();
        Ok(Self { source: text.into(), logic, properties })
    }

    /// Whether the device belongs to the group. Allocates nothing unless evidence is asked for or a regular expression
    /// runs for the first time.
    pub fn matches<D: RuleDevice + ?Sized>(&self, device: &D, evidence: &mut impl Evidence) -> bool {
        evaluate::matches(&self.logic, device, evidence)
    }

    /// The rule as it was written.
    pub fn text(&self) -> &str {
        &self.source
    }

    /// The properties that the rule reads. When none of them changes, neither does the verdict.
    pub fn properties(&self) -> DeviceProperties {
        self.properties
    }

    /// The rule as it was understood: documented spelling, parentheses wherever precedence joined something.
    pub fn canonical(&self) -> String {
        self.logic.to_string()
    }
}

impl fmt::Display for MembershipRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}
