//! What is suggested for a name, and when nothing is.

use super::super::suggest;
use insta::assert_snapshot;

#[test]
fn the_nearest_name_or_none() {
    let names = ["group_tag", "groups", "devices", "name", "licenses", "at", "Autopilot devices", "größe"];
    let told = |name: &str| format!("{name} -> {}\n", suggest(name, names).unwrap_or("-"));
    let wrong = [
        "Group-Tag",
        "grouptag",
        "group",
        "device",
        "NAME",
        "nmae",
        "licences",
        "it",
        "a",
        "",
        "zebra",
        "autopilot device",
        "gröse",
        "grosse",
        "name",
        "auto",
        "na",
    ];
    assert_snapshot!(wrong.map(told).concat(), @r#"
    Group-Tag -> group_tag
    grouptag -> group_tag
    group -> groups
    device -> devices
    NAME -> name
    nmae -> name
    licences -> licenses
    it -> -
    a -> -
     -> -
    zebra -> -
    autopilot device -> Autopilot devices
    gröse -> größe
    grosse -> -
    name -> -
    auto -> Autopilot devices
    na -> -
    "#);
}

#[test]
fn long_names_are_compared_only_as_a_whole() {
    let long = "x".repeat(100);
    assert_eq!(suggest(&long.to_uppercase(), [long.as_str()]), Some(long.as_str()));
    assert_eq!(suggest(&"x".repeat(99), [long.as_str()]), Some(long.as_str()));
    assert_eq!(suggest(&format!("y{}", "x".repeat(99)), [long.as_str()]), None);
}
