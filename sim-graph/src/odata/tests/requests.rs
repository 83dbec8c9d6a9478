//! Query strings and targets.

use crate::odata::{Arguments, Query, Target, Version};

#[test]
fn a_query_with_everything() {
    let query = Query::parse(
        "$filter=startswith(displayName,'A%26B+c')&$select=id, displayName,extensionAttributes/extensionAttribute1\
         &$orderBy=displayName desc,a/b&$top=5&$skip=0&$skiptoken=LastSerialNumber%3D%275%27&$count=true\
         &$search=\"displayName:abc\"&$expand=members($select=id)&$format=json&model=x+y&&source",
    )
    .expect("a good query");
    assert_eq!(query.filter.map(|filter| filter.to_string()).as_deref(), Some("startswith(displayName,'A&B c')"));
    assert_eq!(
        query.select.as_deref(),
        Some(&["id", "displayName", "extensionAttributes/extensionAttribute1"].map(String::from)[..])
    );
    assert_eq!(query.orderby.iter().map(ToString::to_string).collect::<Vec<_>>(), ["displayName desc", "a/b"]);
    assert_eq!((query.top, query.skip, query.count), (Some(5), Some(0), Some(true)));
    assert_eq!(query.skiptoken.as_deref(), Some("LastSerialNumber='5'"));
    assert_eq!(query.search.as_deref(), Some("\"displayName:abc\""));
    assert_eq!(query.expand.as_deref(), Some("members($select=id)"));
    assert_eq!(query.format.as_deref(), Some("json"));
    assert_eq!(query.others, [("model".to_owned(), "x y".to_owned()), ("source".to_owned(), String::new())]);
    assert_eq!(Query::parse(""), Ok(Query::default()));
}

#[test]
fn the_dollar_sign_is_optional_on_beta() {
    let v1 = Query::parse("top=5").expect("kept");
    assert_eq!((v1.top, v1.others.len()), (None, 1));
    let beta = Query::parse_for(Version::Beta, "top=5&model=x").expect("read");
    assert_eq!((beta.top, beta.others.len()), (Some(5), 1));
    assert!(Query::parse_for(Version::Beta, "top=5&$top=5").is_err());
}

#[test]
fn targets() {
    let key = |key: &str| Arguments::Key(key.to_owned());
    let named = |name: &str, value: &str| Arguments::Named(vec![(name.to_owned(), value.to_owned())]);
    let table = [
        ("/v1.0/devices", vec![("devices", Arguments::None)]),
        ("v1.0//devices/5f3d/", vec![("devices", Arguments::None), ("5f3d", Arguments::None)]),
        ("/beta/devices('5f3d')", vec![("devices", key("5f3d"))]),
        ("/beta/devices%28%275f3d%27%29", vec![("devices", key("5f3d"))]),
        ("/BETA/devices(5f3d)/$ref", vec![("devices", key("5f3d")), ("$ref", Arguments::None)]),
        ("/v1.0/devices(deviceId='4d7d')", vec![("devices", named("deviceId", "4d7d"))]),
        ("/v1.0/devices(deviceId=4d7d)", vec![("devices", named("deviceId", "4d7d"))]),
        (
            "/v1.0/x(a='it''s, a/b=c' , b=2)",
            vec![(
                "x",
                Arguments::Named(vec![("a".to_owned(), "it's, a/b=c".to_owned()), ("b".to_owned(), "2".to_owned())]),
            )],
        ),
        ("/v1.0/devices('a=b')", vec![("devices", key("a=b"))]),
        ("/v1.0/users/delta()", vec![("users", Arguments::None), ("delta", Arguments::Empty)]),
        (
            "/v1.0/groups/a%2Fb+c/$count",
            vec![("groups", Arguments::None), ("a/b+c", Arguments::None), ("$count", Arguments::None)],
        ),
        ("https://graph.microsoft.com/v1.0/devices?$top=1", vec![("devices", Arguments::None)]),
    ];
    for (text, expected) in table {
        let target = Target::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let segments: Vec<_> = target.segments.iter().map(|s| (s.name.as_str(), s.arguments.clone())).collect();
        assert_eq!(segments, expected, "{text}");
    }
    let target =
        Target::parse("/beta/devices('5f3d')/owners?$filter=trustType eq 'ServerAd'&$top=3").expect("a good target");
    assert_eq!(target.version, Version::Beta);
    assert_eq!(target.names().collect::<Vec<_>>(), ["devices", "5f3d", "owners"]);
    assert_eq!(target.query.top, Some(3));
    assert_eq!(target.query.filter.map(|filter| filter.to_string()).as_deref(), Some("trustType eq 'ServerAd'"));
    let relative = Target::parse_relative(Version::V1, "/devices?$top=3").expect("a good target");
    assert_eq!((relative.names().collect::<Vec<_>>(), relative.query.top), (vec!["devices"], Some(3)));
}
