//! A rule as a tree, and the tree written out again.

use super::comparison::{Comparison, quoted};
use super::property::{DeviceProperties, DeviceProperty};
use std::fmt;

/// `-or`, `-and` and `-not` over something that can be true or false.
#[derive(Debug)]
pub enum Logic<L> {
    Or(Vec<Self>),
    And(Vec<Self>),
    Not(Box<Self>),
    Leaf(L),
}

/// What a rule says about a device.
#[derive(Debug)]
pub enum DeviceTest {
    /// `device.displayName -eq "x"`.
    Property(DeviceProperty, Comparison),
    /// `device.devicePhysicalIds -any (_ -eq "x")`.
    Items { property: DeviceProperty, quantifier: Quantifier, rule: Logic<ItemTest> },
    /// `device.memberOf -any (group.objectId -in ['x'])`.
    MemberOf(Box<[Box<str>]>),
}

/// What an item rule says about the item.
#[derive(Debug)]
pub struct ItemTest(pub Comparison);

/// How many items an item rule has to hold for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    Any,
    All,
}

impl Quantifier {
    /// With its hyphen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "-any",
            Self::All => "-all",
        }
    }
}

impl<L> Logic<L> {
    /// Visits the leaves from left to right.
    pub fn each_leaf<'a>(&'a self, visit: &mut impl FnMut(&'a L)) {
        match self {
            Self::Or(parts) | Self::And(parts) => parts.iter().for_each(|part| part.each_leaf(visit)),
            Self::Not(part) => part.each_leaf(visit),
            Self::Leaf(leaf) => visit(leaf),
        }
    }
}

impl Logic<DeviceTest> {
    /// The properties that the rule reads.
    pub fn properties(&self) -> DeviceProperties {
        let mut set = DeviceProperties::NONE;
        self.each_leaf(&mut |leaf| {
            set.insert(match leaf {
                DeviceTest::Property(property, _) | DeviceTest::Items { property, .. } => *property,
                DeviceTest::MemberOf(_) => DeviceProperty::MemberOf,
            });
        });
        set
    }
}

/// Parentheses around every part that is not a single comparison.
impl<L: fmt::Display> fmt::Display for Logic<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(parts) => joined(f, parts, " -or "),
            Self::And(parts) => joined(f, parts, " -and "),
            Self::Not(part) => {
                f.write_str("-not ")?;
                grouped(f, part)
            }
            Self::Leaf(leaf) => leaf.fmt(f),
        }
    }
}

fn joined<L: fmt::Display>(f: &mut fmt::Formatter<'_>, parts: &[Logic<L>], operator: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        f.write_str(if i == 0 { "" } else { operator })?;
        grouped(f, part)?;
    }
    Ok(())
}

fn grouped<L: fmt::Display>(f: &mut fmt::Formatter<'_>, part: &Logic<L>) -> fmt::Result {
    match part {
        Logic::Leaf(leaf) => leaf.fmt(f),
        _ => write!(f, "({part})"),
    }
}

impl fmt::Display for DeviceTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property(property, comparison) => write!(f, "device.{property} {comparison}"),
            Self::Items { property, quantifier, rule } => write!(f, "device.{property} {} ({rule})", quantifier.name()),
            Self::MemberOf(groups) => {
                f.write_str("device.memberOf -any (group.objectId -in [")?;
                for (i, group) in groups.iter().enumerate() {
                    write!(f, "{}{}", if i == 0 { "" } else { ", " }, quoted(group))?;
                }
                f.write_str("])")
            }
        }
    }
}

impl fmt::Display for ItemTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "_ {}", self.0)
    }
}
