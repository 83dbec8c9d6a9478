//! Rules against one made-up device, mistakes with their messages, and properties over all texts.

mod mistakes;
mod properties;
mod verdicts;

use super::*;

/// A hybrid Autopilot machine's pre-created device, tagged Berlin.
struct Anchor {
    physical_ids: &'static [&'static str],
    system_labels: &'static [&'static str],
}

const TAGGED: Anchor = Anchor {
    physical_ids: &[
        "[ZTDID]:4d7d21f6-4f0d-4a16-8d9c-7b9e6b1a0c11",
        "[OrderId]:Berlin",
        "[PurchaseOrderId]:76222342342",
        "[HWID]:h:6825802348231234",
    ],
    system_labels: &["M365Managed", "Pilot"],
};
const BARE: Anchor = Anchor { physical_ids: &[], system_labels: &[] };

impl RuleDevice for Anchor {
    fn property(&self, property: DeviceProperty) -> PropertyValue<'_> {
        let text = match property {
            DeviceProperty::AccountEnabled => return PropertyValue::Bool(true),
            DeviceProperty::DisplayName => "LAP-0042",
            DeviceProperty::ObjectId => "5f3d1a52-3c1c-4d3e-9a55-0f5f0b0f7a10",
            DeviceProperty::DeviceTrustType => "AzureAd",
            DeviceProperty::DeviceOsType => "Windows",
            DeviceProperty::DeviceOsVersion => "10.0.19045.2251",
            DeviceProperty::DeviceModel => "Straße 5",
            DeviceProperty::DeviceCategory => "null",
            DeviceProperty::ExtensionAttribute(1) => "O'Brien \"Bob\"",
            DeviceProperty::ExtensionAttribute(2) => "5",
            DeviceProperty::ExtensionAttribute(3) => "",
            _ => return PropertyValue::Null,
        };
        PropertyValue::Text(text.into())
    }

    fn each_item(&self, property: DeviceProperty, visit: &mut dyn FnMut(&str) -> ControlFlow<()>) {
        let items = if property == DeviceProperty::SystemLabels { self.system_labels } else { self.physical_ids };
        let _ = items.iter().try_for_each(|item| visit(item));
    }

    fn member_of(&self, group_object_id: &str) -> bool {
        group_object_id.eq_ignore_ascii_case("0d9b9a6e-28a5-4c9b-9a52-2d6f1f4a3e01")
    }
}

fn rule(text: &str) -> MembershipRule {
    MembershipRule::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
