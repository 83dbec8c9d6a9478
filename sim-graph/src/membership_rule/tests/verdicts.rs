//! Which devices a rule takes, and what it says about it.

use super::{Anchor, BARE, TAGGED, rule};
use crate::membership_rule::DeviceProperty;
use insta::assert_snapshot;
use sim_core::evidence::{Notes, Unasked};

#[test]
fn verdicts() {
    // Is the device a member?
    let table = [
        // The published Autopilot rules.
        (r#"(device.devicePhysicalIDs -any _ -contains "[ZTDId]")"#, true),
        (r#"(device.devicePhysicalIDs -any _ -startsWith "[ZTDId]")"#, true),
        (r#"(device.devicePhysicalIds -any _ -eq "[OrderID]:179887111881")"#, false),
        (r#"(device.devicePhysicalIds -any _ -eq "[OrderID]:berlin")"#, true),
        (r#"(device.devicePhysicalIds -any _ -eq "[PurchaseOrderId]:76222342342")"#, true),
        (r#"(device.devicePhysicalIds -any (_ -contains "[ZTDId]"))"#, true),
        (
            r#"(device.devicePhysicalIDs -any (_ -eq "[OrderID]:Berlin")) -and ((device.deviceOwnership -eq "Company") -or (device.devicePhysicalIDs -any (_ -contains "[ZTDId]")))"#,
            true,
        ),
        // Items.
        (r#"device.devicePhysicalIds -any (_ -startsWith "[OrderId]" -and _ -endsWith "lin")"#, true),
        (r#"device.devicePhysicalIds -any (_ -startsWith "[HWID]" -and _ -endsWith "lin")"#, false),
        (r#"device.devicePhysicalIds -any (-not (_ -startsWith "[") -or (_ -in ["a", "[orderid]:BERLIN"]))"#, true),
        (r#"device.devicePhysicalIds -all (_ -startsWith "[")"#, true),
        (r#"device.devicePhysicalIds -all _ -startsWith "[Z""#, false),
        (r#"device.devicePhysicalIds -any _ -notContains "ZTD""#, true),
        (r#"device.devicePhysicalIds -any (_ -eq null)"#, false),
        (r#"device.devicePhysicalIds -ne null"#, true),
        (r#"device.systemLabels -startsWith "M365Managed""#, true),
        (r#"device.systemLabels -notContains "pilot""#, false),
        (r#"device.systemLabels -any (_ -eq "pilot")"#, true),
        // Text.
        (r#"device.displayName -eq "lap-0042""#, true),
        (r#"device.displayName -ne "lap-0042""#, false),
        (r#"device.displayName -startsWith "LAP-""#, true),
        (r#"device.displayName -notStartsWith "DESKTOP-""#, true),
        (r#"device.displayName -endsWith"0042""#, true),
        (r#"device.displayName -notEndsWith "42""#, false),
        (r#"device.displayName -contains "P-00""#, true),
        (r#"device.displayName -notContains "P-00""#, false),
        (r#"device.displayName -in ["LAP-0041", "lap-0042"]"#, true),
        (r#"device.displayName -notIn ['LAP-0041',]"#, true),
        (r#"device.displayName -match "^lap-\d{4}$""#, true),
        (r#"device.displayName -match "^la.*""#, true),
        (r#"device.displayName -match "^ap""#, false),
        (r#"device.displayName -match ".*0042""#, true),
        (r#"device.displayName -notMatch "00""#, false),
        (r#"device.deviceModel -eq "STRAßE 5""#, true),
        (r#"device.deviceOSVersion -startsWith "10.0.1""#, true),
        ("device.extensionAttribute2 -eq 5", true),
        ("device.extensionAttribute2 -eq -5", false),
        // Booleans.
        ("device.accountEnabled -eq true", true),
        ("device.accountEnabled -ne True", false),
        (r#"device.accountEnabled -eq "false""#, false),
        ("device.isRooted -eq false", false),
        ("device.isRooted -eq null", true),
        // Null.
        ("device.objectId -ne null", true),
        ("device.enrollmentProfileName -eq $null", true),
        (r#"device.enrollmentProfileName -ne "x""#, true),
        (r#"device.enrollmentProfileName -contains "x""#, false),
        (r#"device.enrollmentProfileName -notContains "x""#, true),
        (r#"device.enrollmentProfileName -match ".*""#, false),
        (r#"device.enrollmentProfileName -notMatch ".*""#, true),
        (r#"device.enrollmentProfileName -in ["x"]"#, false),
        (r#"device.enrollmentProfileName -notIn ["x"]"#, true),
        (r#"device.deviceCategory -eq "null""#, true),
        ("device.deviceCategory -eq null", false),
        ("-not (device.deviceCategory -eq null)", true),
        ("device.extensionAttribute3 -eq null", false),
        (r#"device.extensionAttribute3 -eq """#, true),
        // Escapes.
        (r#"device.extensionAttribute1 -eq "O'Brien `"Bob`"""#, true),
        (r#"device.extensionAttribute1 -eq 'O''Brien "Bob"'"#, true),
        (r#"device.extensionAttribute1 -endsWith `"Bob`""#, true),
        // Precedence, hyphens, case of operators.
        (r#"device.displayName -eq "x" -and device.displayName -eq "y" -or device.objectId -ne null"#, true),
        (r#"device.displayName -eq "x" -and (device.displayName -eq "y" -or device.objectId -ne null)"#, false),
        (r#"-not device.displayName -eq "x" -and device.objectId -ne null"#, true),
        (r#"NOT device.displayName EQ "x" AND DEVICE.OBJECTID ne NULL"#, true),
        (r#"device.displayName –eq "LAP-0042" –and device.accountEnabled –ne false"#, true),
        ("-not -not device.accountEnabled -eq true", true),
        // Groups and what is gone.
        ("device.memberOf -any (group.objectId -in ['0d9b9a6e-28a5-4c9b-9a52-2d6f1f4a3e01'])", true),
        (r#"(device.memberof -any group.objectid -in ["a", "b"])"#, false),
        (r#"device.organizationalUnit -eq "OU=Kiosks""#, false),
        (r#"device.organizationalUnit -ne "OU=Kiosks""#, false),
    ];
    for (text, expected) in table {
        assert_eq!(rule(text).matches(&TAGGED, &mut Unasked), expected, "{text}");
        let mut notes = Notes::default();
        assert_eq!(rule(text).matches(&TAGGED, &mut notes), expected, "{text}");
        assert!(!notes.0.is_empty(), "{text}");
    }
}

#[test]
fn a_device_without_physical_ids() {
    let table = [
        (r#"device.devicePhysicalIds -any _ -contains "[ZTDId]""#, false),
        (r#"device.devicePhysicalIds -any _ -notContains "[ZTDId]""#, false),
        (r#"device.devicePhysicalIds -all (_ -eq null)"#, true),
        ("device.devicePhysicalIds -eq null", true),
        (r#"device.systemLabels -contains "x""#, false),
        (r#"device.systemLabels -notContains "x""#, true),
    ];
    for (text, expected) in table {
        assert_eq!(rule(text).matches(&BARE, &mut Unasked), expected, "{text}");
    }
}

fn why(text: &str, device: &Anchor) -> String {
    let mut notes = Notes::default();
    let verdict = rule(text).matches(device, &mut notes);
    format!("{}\n=> {verdict}", notes.0.join("\n"))
}

#[test]
fn evidence_says_why_not() {
    assert_snapshot!(why(r#"(device.devicePhysicalIds -any _ -eq "[OrderID]:berln")"#, &TAGGED), @r#"
    devicePhysicalIds: "[ZTDID]:4d7d21f6-4f0d-4a16-8d9c-7b9e6b1a0c11" -eq "[OrderID]:berln": no
    devicePhysicalIds: "[OrderId]:Berlin" -eq "[OrderID]:berln": no
    devicePhysicalIds: "[PurchaseOrderId]:76222342342" -eq "[OrderID]:berln": no
    devicePhysicalIds: "[HWID]:h:6825802348231234" -eq "[OrderID]:berln": no
    devicePhysicalIds -any: 4 values seen: no
    => false
    "#);
    assert_snapshot!(why(r#"device.devicePhysicalIds -any _ -contains "[ZTDId]""#, &BARE), @r"
    devicePhysicalIds -any: no values: no
    => false
    ");
    assert_snapshot!(
        why(r#"device.enrollmentProfileName -in ["a", "b"] -or -not device.accountEnabled -eq true -or device.systemLabels -ne "pilot""#, &TAGGED),
        @r#"
    enrollmentProfileName: null -in ["a", "b"]: no
    accountEnabled: true -eq true: yes
    -not: no
    systemLabels: "M365Managed" -ne "pilot": yes
    systemLabels: "Pilot" -ne "pilot": no
    => false
    "#
    );
    assert_snapshot!(why("device.memberOf -any (group.objectId -in ['a', 'b'])", &TAGGED), @r#"
    memberOf: group "a": no
    memberOf: group "b": no
    => false
    "#);
    assert_snapshot!(why(r#"device.displayName -eq "x" -and device.objectId -ne null"#, &TAGGED), @r#"
    displayName: "LAP-0042" -eq "x": no
    => false
    "#);
    assert_snapshot!(why(r#"device.organizationalUnit -eq "x""#, &TAGGED), @r#"
    organizationalUnit: no device has it any more, -eq "x": no
    => false
    "#);
}

#[test]
fn a_rule_knows_itself() {
    let text = r#"NOT device.displayname eq 'a"b' and (device.devicePhysicalIDs -any _ -contains "[ZTDId]" or device.extensionattribute7 in [1,"b"])"#;
    let rule = rule(text);
    assert_eq!(rule.to_string(), text);
    assert_eq!(rule.text(), text);
    assert_eq!(
        rule.canonical(),
        r#"(-not device.displayName -eq "a`"b") -and (device.devicePhysicalIds -any (_ -contains "[ZTDId]") -or device.extensionAttribute7 -in ["1", "b"])"#
    );
    let properties = rule.properties();
    use DeviceProperty as P;
    assert_eq!(properties.iter().collect::<Vec<_>>(), [P::DevicePhysicalIds, P::DisplayName, P::ExtensionAttribute(7)]);
    assert!(properties.overlaps([P::DisplayName].into_iter().collect()));
    assert!(!properties.overlaps([P::AccountEnabled].into_iter().collect()));
}
