//! The enumerations of `microsoft.graph`.

use super::entity::Versions;
use crate::odata::Version;
use std::sync::OnceLock;

/// An enumeration as one version has it.
#[derive(Debug)]
pub struct Enumeration {
    /// Its name, without namespace.
    pub name: &'static str,
    /// Which versions have it so.
    pub versions: Versions,
    /// Whether members are combined.
    pub flags: bool,
    /// The members with their values, in order.
    pub members: Vec<(&'static str, i64)>,
}

/// All enumerations that are known, in alphabetical order.
pub fn enumerations() -> &'static [Enumeration] {
    static ALL: OnceLock<Vec<Enumeration>> = OnceLock::new();
    ALL.get_or_init(|| include_str!("enumerations.txt").lines().filter_map(read).collect())
}

/// The enumeration of that name, if the version has it.
pub fn enumeration(name: &str, version: Version) -> Option<&'static Enumeration> {
    enumerations().iter().find(|e| e.name == name && e.versions.has(version))
}

fn read(line: &'static str) -> Option<Enumeration> {
    let (head, members) = line.split_once(':').filter(|_| !line.starts_with('#'))?;
    let mut head = head.split(' ');
    let (name, versions) = (head.next()?, head.next()?);
    let versions = match versions {
        "v1.0" => Versions::V1,
        "beta" => Versions::Beta,
        _ => Versions::Both,
    };
    let member = |text: &'static str| {
        let (name, value) = text.split_once('=')?;
        Some((name, value.parse().ok()?))
    };
    let members = members.split_whitespace().filter_map(member).collect();
    Some(Enumeration { name, versions, flags: head.next() == Some("flags"), members })
}
