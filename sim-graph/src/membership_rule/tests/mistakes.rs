//! Texts that are no rules: what is wrong, where, and in the service's words.

use super::{TAGGED, rule};
use crate::membership_rule::{MAX_RULE_LENGTH, MembershipRule};
use insta::assert_snapshot;
use sim_core::evidence::Unasked;

/// The rule, a mark under the mistake, and everything that is said about it.
fn mistake(text: &str) -> String {
    let error = MembershipRule::parse(text).expect_err(text);
    let (start, len) = error.span();
    let mark = format!(
        "{}{}",
        " ".repeat(text[..start].chars().count()),
        "^".repeat(text[start..start + len].chars().count().max(1))
    );
    let service = error.service_message().map(|service| format!("\nservice: {service}")).unwrap_or_default();
    format!("{text}\n{mark}\n{error}\nhelp: {}{service}", error.help())
}

#[test]
fn mistakes() {
    let table = [
        "",
        "device.displayName",
        "device.displayName -eq",
        "device.displayName -eq LAP",
        "device.displayName -eq true",
        r#"device.displayName -like "LAP""#,
        r#"device.displayName -ge "LAP""#,
        "device.displayName -not null",
        "device.displayName -contains $null",
        r#"device.displayName -in "a""#,
        "device.displayName -in []",
        r#"device.displayName -in ["a", null]"#,
        r#"device.displayName -in ["a" "b"]"#,
        r#"device.displayName -in ["a""#,
        r#"device.displayName -eq ["a"]"#,
        r#"device.displayName -any (_ -eq "a")"#,
        r#"device.displayName -match "a(?=b)""#,
        r#"device.displayName -eq "a" device.displayName -eq "b""#,
        r#"(device.displayName -eq "a""#,
        r#"device.displayName -eq "a")"#,
        r#"(device.displayName -eq "a" "b")"#,
        r#"device.displayName -eq "a"#,
        "device.displayName -eq “a”",
        r#"device.displayName -eq \"a\""#,
        r#"device.displayName - eq "a""#,
        r#"displayName -eq "a""#,
        r#"user.department -eq "Sales""#,
        r#"device.serialNumber -eq "5""#,
        r#"_ -eq "a""#,
        r#"device.accountEnabled -startsWith "t""#,
        r#"device.accountEnabled -eq "yes""#,
        r#"device.devicePhysicalIds -contains "[ZTDId]""#,
        r#"device.devicePhysicalIds -any (device.displayName -eq "a")"#,
        r#"device.devicePhysicalIds -any (group.objectId -eq "a")"#,
        r#"device.devicePhysicalIds -any _ -eq "a" -or _ -eq "b""#,
        r#"device.memberOf -eq "a""#,
        "device.memberOf -all (group.objectId -in ['a'])",
        "device.memberOf -any (group.displayName -in ['a'])",
        r#"device.memberOf -any (group.objectId -in ['a']) -and device.displayName -eq "x""#,
        "device.extensionAttribute16 -eq \"x\"",
        "device.extensionAttribute1 -eq 1.2.3",
    ];
    assert_snapshot!(table.map(mistake).join("\n\n"), @r##"

    ^
    the rule ends where a comparison is expected
    help: a comparison begins with the property, as in `device.displayName -startsWith "LAP-"`

    device.displayName
                      ^
    the rule ends where an operator is expected
    help: there are `-eq`, `-ne`, `-startsWith`, `-endsWith`, `-contains`, `-match` and `-in`, and with `not` in the name `-notIn` and so on

    device.displayName -eq
                          ^
    expected a value, not the end of the rule
    help: a value is `"text"`, a number, `true`, `false`, `null` or a list such as `["a", "b"]`

    device.displayName -eq LAP
                           ^^^
    `LAP` is no value
    help: text is quoted, as in `"LAP"`

    device.displayName -eq true
                           ^^^^
    `true` without quotes is a truth value, and a text is compared here
    help: put the word in quotes if it is meant
    service: Dynamic membership rule validation error: Invalid operands found for operator -eq

    device.displayName -like "LAP"
                       ^^^^^
    there is no operator `-like`
    help: there are `-eq`, `-ne`, `-startsWith`, `-endsWith`, `-contains`, `-match` and `-in`, and with `not` in the name `-notIn` and so on

    device.displayName -ge "LAP"
                       ^^^
    `-ge` does not exist for devices
    help: `-le` and `-ge` compare `user.employeeHireDate` only; for text use `-startsWith`, `-in` or `-match`

    device.displayName -not null
                       ^^^^
    `-not` is no comparison
    help: use `-ne null` for a property that has a value; `-not` goes before a whole comparison

    device.displayName -contains $null
                                 ^^^^^
    `-contains` cannot be asked about null
    help: null goes with `-eq` and `-ne`; the word is written with quotes, `"null"`
    service: Dynamic membership rule validation error: Invalid operands found for operator -contains

    device.displayName -in "a"
                           ^^^
    `-in` needs a list
    help: write `-in ["a", "b"]`
    service: Dynamic membership rule validation error: Invalid operands found for operator -in

    device.displayName -in []
                           ^^
    the list of `-in` is empty
    help: name at least one value
    service: Dynamic membership rule validation error: Invalid operands found for operator -in

    device.displayName -in ["a", null]
                                 ^^^^
    the list of `-in` has something else than text or a number
    help: null is asked with `-eq` or `-ne`, truth values too; as words they are quoted
    service: Dynamic membership rule validation error: Invalid operands found for operator -in

    device.displayName -in ["a" "b"]
                                ^^^
    `"b"` does not follow here
    help: values in a list are separated by commas

    device.displayName -in ["a"
                           ^
    this list is not closed
    help: add `]` where the list ends

    device.displayName -eq ["a"]
                           ^^^^^
    `-eq` takes one value, not a list
    help: for a list use `-in` or `-notIn`
    service: Dynamic membership rule validation error: Invalid operands found for operator -eq

    device.displayName -any (_ -eq "a")
                       ^^^^
    `-any` is asked of `device.displayName`, which has one value
    help: only `devicePhysicalIds`, `systemLabels` and `memberOf` have several
    service: Dynamic membership rule validation error: Invalid operands found for operator -any

    device.displayName -match "a(?=b)"
                              ^^^^^^^^
    `"a(?=b)"` is no regular expression that can be used here: look-around is not supported
    help: look-around and back-references are not supported by the simulator

    device.displayName -eq "a" device.displayName -eq "b"
                               ^^^^^^^^^^^^^^^^^^
    `device.displayName` does not follow here
    help: comparisons are joined with `-and` or `-or`

    (device.displayName -eq "a"
    ^
    this parenthesis is not closed
    help: add `)` where the part ends

    device.displayName -eq "a")
                              ^
    `)` does not follow here
    help: comparisons are joined with `-and` or `-or`

    (device.displayName -eq "a" "b")
                                ^^^
    `"b"` does not follow here
    help: here `)` closes the part, or `-and` or `-or` continues it

    device.displayName -eq "a
                           ^^
    the text that begins here with `"` has no end
    help: end the text with `"`; a double quote within it is escaped with a back-tick

    device.displayName -eq “a”
                           ^
    the character `“` has no meaning in a rule
    help: use straight quotes; these come from a text processor
    service: Dynamic membership rule validation error: Invalid characters found in the rule: “

    device.displayName -eq \"a\"
                           ^
    the character `\` has no meaning in a rule
    help: a double quote in a text is escaped with a back-tick; outside of text nothing is escaped
    service: Dynamic membership rule validation error: Invalid characters found in the rule: \

    device.displayName - eq "a"
                       ^
    a hyphen stands alone
    help: an operator follows its hyphen without a blank, as in `-eq`

    displayName -eq "a"
    ^^^^^^^^^^^
    expected a property of the device, not `displayName`
    help: write `device.displayName`

    user.department -eq "Sales"
    ^^^^^^^^^^^^^^^
    `user.department` is a property of users
    help: a rule for devices reads device properties only; owners' attributes are out of reach
    service: Dynamic membership rule validation error: Wrong property applied. Property 'department' cannot be applied to object 'Device'

    device.serialNumber -eq "5"
    ^^^^^^^^^^^^^^^^^^^
    devices have no property `serialNumber` for rules
    help: rules read accountEnabled, deviceCategory, deviceId, deviceManagementAppId, deviceManufacturer, deviceModel, deviceOSType, deviceOSVersion, deviceOwnership, devicePhysicalIds, deviceTrustType, displayName, enrollmentProfileName, isRooted, managementType, memberOf, objectId, organizationalUnit, profileType, systemLabels and extensionAttribute1 to 15
    service: Dynamic membership rule validation error: Wrong property applied. Property 'serialnumber' cannot be applied to object 'Device'

    _ -eq "a"
    ^
    `_` stands outside of `-any` and `-all`
    help: put parentheses around what is said of the items: `-any (_ -eq "a" -or _ -eq "b")`

    device.accountEnabled -startsWith "t"
                                      ^^^
    `-startsWith` is asked of `device.accountEnabled`, which is true or false
    help: use `-eq true` or `-eq false`
    service: Dynamic membership rule validation error: Invalid operands found for operator -startsWith

    device.accountEnabled -eq "yes"
                              ^^^^^
    `device.accountEnabled` is true or false, never `"yes"`
    help: use `-eq true` or `-eq false`
    service: Dynamic membership rule validation error: Invalid operands found for operator -eq

    device.devicePhysicalIds -contains "[ZTDId]"
                             ^^^^^^^^^
    `-contains` is asked of `device.devicePhysicalIds`, which has several values
    help: ask whether one of them passes: `device.devicePhysicalIds -any (_ -contains "…")`
    service: Dynamic membership rule validation error: Invalid operands found for operator -contains

    device.devicePhysicalIds -any (device.displayName -eq "a")
                                   ^^^^^^^^^^^^^^^^^^
    expected `_`, the item under test, not `device.displayName`
    help: an item is compared as in `-any (_ -startsWith "[ZTDId]")`

    device.devicePhysicalIds -any (group.objectId -eq "a")
                                   ^^^^^^^^^^^^^^
    expected `_`, the item under test, not `group.objectId`
    help: an item is compared as in `-any (_ -startsWith "[ZTDId]")`
    service: Dynamic membership rule validation error: Wrong property applied. Property 'objectid' cannot be applied to object 'Group'

    device.devicePhysicalIds -any _ -eq "a" -or _ -eq "b"
                                                ^
    `_` stands outside of `-any` and `-all`
    help: put parentheses around what is said of the items: `-any (_ -eq "a" -or _ -eq "b")`

    device.memberOf -eq "a"
                    ^^^
    `-eq` does not go with `device.memberOf`
    help: the only form is `device.memberOf -any (group.objectId -in ['…', '…'])`

    device.memberOf -all (group.objectId -in ['a'])
                    ^^^^
    `-all` does not go with `device.memberOf`
    help: the only form is `device.memberOf -any (group.objectId -in ['…', '…'])`

    device.memberOf -any (group.displayName -in ['a'])
                          ^^^^^^^^^^^^^^^^^
    `group.displayName` does not go with `device.memberOf`
    help: the only form is `device.memberOf -any (group.objectId -in ['…', '…'])`
    service: Dynamic membership rule validation error: Wrong property applied. Property 'displayname' cannot be applied to object 'Group'

    device.memberOf -any (group.objectId -in ['a']) -and device.displayName -eq "x"
    ^^^^^^^^^^^^^^^
    `device.memberOf` cannot be combined with anything else in a rule
    help: make one group whose rule is nothing but `device.memberOf -any (group.objectId -in ['…'])`

    device.extensionAttribute16 -eq "x"
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    devices have no property `extensionAttribute16` for rules
    help: rules read accountEnabled, deviceCategory, deviceId, deviceManagementAppId, deviceManufacturer, deviceModel, deviceOSType, deviceOSVersion, deviceOwnership, devicePhysicalIds, deviceTrustType, displayName, enrollmentProfileName, isRooted, managementType, memberOf, objectId, organizationalUnit, profileType, systemLabels and extensionAttribute1 to 15
    service: Dynamic membership rule validation error: Wrong property applied. Property 'extensionattribute16' cannot be applied to object 'Device'

    device.extensionAttribute1 -eq 1.2.3
                                   ^^^^^
    `1.2.3` is no value
    help: text is quoted, as in `"1.2.3"`
    "##);
}

#[test]
fn limits() {
    let padded = |len: usize| format!("device.objectId -ne null{}", " ".repeat(len - 24));
    assert!(MembershipRule::parse(&padded(MAX_RULE_LENGTH)).is_ok());
    let error = MembershipRule::parse(&padded(MAX_RULE_LENGTH + 1)).expect_err("too long");
    assert_eq!(error.to_string(), "the rule has 3073 characters, 3072 are allowed");
    assert_eq!(error.span(), (3072, 1));

    let nested = |n: usize| format!("{}device.objectId -ne null{}", "(".repeat(n), ")".repeat(n));
    assert!(MembershipRule::parse(&nested(64)).is_ok());
    let error = MembershipRule::parse(&nested(65)).expect_err("too deep");
    assert_eq!(error.to_string(), "more than 64 parentheses and `-not`s stand within one another");
    assert!(MembershipRule::parse(&format!("{}device.objectId -ne null", "-not ".repeat(65))).is_err());
    assert!(rule(&vec![nested(64); 10].join(" -and ")).matches(&TAGGED, &mut Unasked), "depth is not length");
    assert!(MembershipRule::parse(r#"device.displayName -match "(a{1000}){1000}""#).is_err());
    let groups = vec!["'a'"; 51].join(",");
    assert!(MembershipRule::parse(&format!("device.memberOf -any (group.objectId -in [{groups}])")).is_err());
}
