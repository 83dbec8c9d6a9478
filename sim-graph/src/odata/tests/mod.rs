//! Filters against one made-up device, query strings and targets, mistakes with their messages, and properties over all texts.

mod mistakes;
mod properties;
mod requests;
mod verdicts;

use super::*;

/// A hybrid joined device with one owner.
struct Device;

/// The owner, an item of a navigation property.
struct Owner;

impl Subject for Device {
    fn get(&self, path: &[&str]) -> Option<Value<'_>> {
        Some(match path {
            ["displayName"] => "LAP-0042".into(),
            ["trustType"] => "ServerAd".into(),
            ["accountEnabled"] => Value::Bool(true),
            ["isRooted" | "model" | "mdmAppId"] => Value::Null,
            ["deviceVersion"] => Value::Int(2),
            ["score"] => Value::Double(0.5),
            ["deviceId"] => "4d7d21f6-4f0d-4a16-8d9c-7b9e6b1a0c11".into(),
            ["tenant"] => Value::Guid(0x4d7d21f6_4f0d_4a16_8d9c_7b9e6b1a0c11),
            ["approximateLastSignInDateTime"] => Value::Time(1_668_673_800_000),
            ["physicalIds"] => Value::List(vec!["[ZTDID]:4d7d".into(), "[OrderId]:Berlin".into()]),
            ["systemLabels"] => Value::List(Vec::new()),
            ["alternativeNames"] => Value::Null,
            ["flags"] => "one, two".into(),
            ["extensionAttributes", "extensionAttribute1"] => "O'Brien".into(),
            ["owners"] => Value::List(vec![Value::Object(Box::new(Owner))]),
            ["manager"] => Value::Object(Box::new(Owner)),
            ["manager", "mail"] => "ann@contoso.com".into(),
            _ => return None,
        })
    }

    fn type_name(&self) -> &str {
        "microsoft.graph.device"
    }

    fn is_of(&self, type_name: &str) -> bool {
        ["microsoft.graph.device", "microsoft.graph.directoryObject"].iter().any(|t| t.eq_ignore_ascii_case(type_name))
    }
}

impl Subject for Owner {
    fn get(&self, path: &[&str]) -> Option<Value<'_>> {
        Some(match path {
            ["mail"] => "ann@contoso.com".into(),
            ["tags"] => Value::List(vec!["a".into(), "b".into()]),
            _ => return None,
        })
    }

    fn type_name(&self) -> &str {
        "microsoft.graph.user"
    }
}
