//! The device properties that a rule may read.

use std::fmt;

/// A property of a device, as rules name it.
///
/// Source: the table of device attributes in Entra's article on dynamic membership rules (19 December 2024).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the documentation's own")]
pub enum DeviceProperty {
    AccountEnabled,
    DeviceCategory,
    DeviceId,
    DeviceManagementAppId,
    DeviceManufacturer,
    DeviceModel,
    DeviceOsType,
    DeviceOsVersion,
    DeviceOwnership,
    DevicePhysicalIds,
    DeviceTrustType,
    DisplayName,
    EnrollmentProfileName,
    IsRooted,
    ManagementType,
    /// Groups that the device belongs to; only in the form `device.memberOf -any (group.objectId -in ['…'])`.
    MemberOf,
    ObjectId,
    /// Accepted in a rule, but no device has it any more: whatever compares it is false.
    OrganizationalUnit,
    ProfileType,
    SystemLabels,
    /// `extensionAttribute1` to `extensionAttribute15`.
    ExtensionAttribute(u8),
}

/// What can be asked of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyType {
    /// `true` or `false`, with `-eq` and `-ne`.
    Boolean,
    /// Text, GUIDs included, with every operator.
    Text,
    /// Several texts, with `-any` and `-all`.
    Texts,
    /// Groups, with `-any` and `group.objectId`.
    Groups,
    /// Text that no device has.
    Gone,
}

use DeviceProperty as P;

/// Every property but the extension attributes: its name in rules and its path in Graph.
const PROPERTIES: [(DeviceProperty, &str, Option<&str>); 20] = [
    (P::AccountEnabled, "accountEnabled", Some("accountEnabled")),
    (P::DeviceCategory, "deviceCategory", Some("deviceCategory")),
    (P::DeviceId, "deviceId", Some("deviceId")),
    (P::DeviceManagementAppId, "deviceManagementAppId", Some("mdmAppId")),
    (P::DeviceManufacturer, "deviceManufacturer", Some("manufacturer")),
    (P::DeviceModel, "deviceModel", Some("model")),
    (P::DeviceOsType, "deviceOSType", Some("operatingSystem")),
    (P::DeviceOsVersion, "deviceOSVersion", Some("operatingSystemVersion")),
    (P::DeviceOwnership, "deviceOwnership", Some("deviceOwnership")),
    (P::DevicePhysicalIds, "devicePhysicalIds", Some("physicalIds")),
    (P::DeviceTrustType, "deviceTrustType", Some("trustType")),
    (P::DisplayName, "displayName", Some("displayName")),
    (P::EnrollmentProfileName, "enrollmentProfileName", Some("enrollmentProfileName")),
    (P::IsRooted, "isRooted", Some("isRooted")),
    (P::ManagementType, "managementType", Some("managementType")),
    (P::MemberOf, "memberOf", Some("memberOf")),
    (P::ObjectId, "objectId", Some("id")),
    (P::OrganizationalUnit, "organizationalUnit", None),
    (P::ProfileType, "profileType", Some("profileType")),
    (P::SystemLabels, "systemLabels", Some("systemLabels")),
];

/// `extensionAttribute1` to `15`, as paths in Graph; their last segment is the name in rules.
const EXTENSION_ATTRIBUTES: [&str; 15] = [
    "extensionAttributes/extensionAttribute1",
    "extensionAttributes/extensionAttribute2",
    "extensionAttributes/extensionAttribute3",
    "extensionAttributes/extensionAttribute4",
    "extensionAttributes/extensionAttribute5",
    "extensionAttributes/extensionAttribute6",
    "extensionAttributes/extensionAttribute7",
    "extensionAttributes/extensionAttribute8",
    "extensionAttributes/extensionAttribute9",
    "extensionAttributes/extensionAttribute10",
    "extensionAttributes/extensionAttribute11",
    "extensionAttributes/extensionAttribute12",
    "extensionAttributes/extensionAttribute13",
    "extensionAttributes/extensionAttribute14",
    "extensionAttributes/extensionAttribute15",
];
const BEFORE_NAME: usize = "extensionAttributes/".len();

impl DeviceProperty {
    /// Every property, the extension attributes last.
    pub fn all() -> impl Iterator<Item = Self> {
        PROPERTIES.iter().map(|row| row.0).chain((1..=15).map(Self::ExtensionAttribute))
    }

    /// The property of that name, without the `device.` before it.
    ///
    /// Case is ignored: the documentation calls names case-sensitive, and then writes `devicePhysicalIds` and
    /// `devicePhysicalIDs` side by side.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|property| property.name().eq_ignore_ascii_case(name))
    }

    /// The name in a rule, as the documentation writes it, without `device.`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExtensionAttribute(n) => EXTENSION_ATTRIBUTES
                .get(usize::from(n).wrapping_sub(1))
                .map_or("extensionAttribute", |path| &path[BEFORE_NAME..]),
            _ => PROPERTIES.iter().find(|row| row.0 == self).map_or("", |row| row.1),
        }
    }

    /// The path of the property in Graph's `device`, where it has one: a rule's `deviceOSType` is Graph's
    /// `operatingSystem`.
    pub fn graph_name(self) -> Option<&'static str> {
        match self {
            Self::ExtensionAttribute(n) => EXTENSION_ATTRIBUTES.get(usize::from(n).wrapping_sub(1)).copied(),
            _ => PROPERTIES.iter().find(|row| row.0 == self).and_then(|row| row.2),
        }
    }

    /// What can be asked of it.
    pub fn kind(self) -> PropertyType {
        match self {
            Self::AccountEnabled | Self::IsRooted => PropertyType::Boolean,
            Self::DevicePhysicalIds | Self::SystemLabels => PropertyType::Texts,
            Self::MemberOf => PropertyType::Groups,
            Self::OrganizationalUnit => PropertyType::Gone,
            _ => PropertyType::Text,
        }
    }

    fn bit(self) -> u64 {
        let index = match self {
            Self::ExtensionAttribute(n) => PROPERTIES.len() + usize::from(n.min(15)),
            _ => PROPERTIES.iter().position(|row| row.0 == self).unwrap_or(0),
        };
        1 << index
    }
}

impl fmt::Display for DeviceProperty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of properties: those that a rule reads, or those that changed on a device.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct DeviceProperties(u64);

impl DeviceProperties {
    /// No property.
    pub const NONE: Self = Self(0);

    /// Whether `property` is in the set.
    pub fn contains(self, property: DeviceProperty) -> bool {
        self.0 & property.bit() != 0
    }

    /// Whether the two sets share a property: a change need not be judged by a rule that reads none of it.
    pub fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Adds a property.
    pub fn insert(&mut self, property: DeviceProperty) {
        self.0 |= property.bit();
    }

    /// The properties in the order of [`DeviceProperty::all`].
    pub fn iter(self) -> impl Iterator<Item = DeviceProperty> {
        DeviceProperty::all().filter(move |property| self.contains(*property))
    }
}

impl FromIterator<DeviceProperty> for DeviceProperties {
    fn from_iter<T: IntoIterator<Item = DeviceProperty>>(properties: T) -> Self {
        let mut set = Self::NONE;
        properties.into_iter().for_each(|property| set.insert(property));
        set
    }
}

impl fmt::Debug for DeviceProperties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_property() {
        for property in DeviceProperty::all() {
            assert_eq!(DeviceProperty::from_name(property.name()), Some(property));
            assert_eq!(DeviceProperty::from_name(&property.name().to_uppercase()), Some(property));
            let alone: DeviceProperties = [property].into_iter().collect();
            assert_eq!(alone.iter().collect::<Vec<_>>(), [property]);
        }
        assert_eq!(DeviceProperty::all().count(), 35);
        assert_eq!(DeviceProperty::ExtensionAttribute(15).name(), "extensionAttribute15");
        assert_eq!(DeviceProperty::ExtensionAttribute(3).graph_name(), Some("extensionAttributes/extensionAttribute3"));
        assert_eq!(DeviceProperty::ExtensionAttribute(99).name(), "extensionAttribute");
        assert_eq!(DeviceProperty::DeviceOsType.graph_name(), Some("operatingSystem"));
        assert_eq!(DeviceProperty::OrganizationalUnit.graph_name(), None);
    }
}
