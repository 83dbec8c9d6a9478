//! What is refused: why, where, and in the service's words.

use super::Device;
use crate::odata::{Filter, Query, QueryError, Target};
use insta::assert_snapshot;

fn described(text: &str, error: &QueryError) -> String {
    let (start, len) = error.span();
    let mark = match text.get(..start) {
        Some(before) => " ".repeat(before.chars().count()) + &"^".repeat(len.max(1)),
        None => "?".to_owned(),
    };
    format!("{text}\n{mark}\n{}\nservice: {}", error.message(), error.service_message())
}

#[test]
fn filters() {
    let table = [
        "",
        "trustType",
        "trustType eq",
        "trustType eq 'ServerAd",
        "trustType eq \"ServerAd\"",
        "trustType eq ServerAd",
        "trustType == 'ServerAd'",
        "trustType like 'x'",
        "jobtitle ge '!' , accountenabled eq true",
        "(trustType eq 'x'",
        "trustType eq 'x')",
        "trustType in 'x'",
        "trustType in ('x' 'y')",
        "serialNumber eq 'x'",
        "extensionAttributes/extensionAttribute16 eq 'x'",
        "displayName eq 5",
        "accountEnabled eq 'true'",
        "approximateLastSignInDateTime ge '2022-11-17'",
        "physicalIds eq 'x'",
        "not displayName eq 'x'",
        "accountEnabled and displayName",
        "displayName/any(d:d eq 'x')",
        "displayName/$count eq 0",
        "physicalIds/any(p eq 'x')",
        "physicalIds/any(p:p/x eq 'x')",
        "physicalIds/any(p:p)",
        "physicalIds/$count/x eq 0",
        "$filter eq 1",
        "matches(displayName) eq 'x'",
        "startswith(displayName)",
        "startswith(displayName, 5)",
        "deviceVersion eq 12x",
        "approximateLastSignInDateTime ge 2022-11-17T08:30:00 01:00",
    ];
    let mistake = |text: &str| {
        let error = Filter::parse(text).and_then(|filter| filter.matches(&Device)).expect_err(text);
        described(text, &error)
    };
    assert_snapshot!(table.map(mistake).join("\n\n"), @r##"

    ^
    expected a property, a value, a function or `(`, not the end of the filter
    service: Invalid filter clause: Syntax error at position 0 in ''.

    trustType
    ^
    the filter is of type `Edm.String`, not true or false
    service: Invalid filter clause: The $filter expression must evaluate to a single boolean value.

    trustType eq
                ^
    expected a property, a value, a function or `(`, not the end of the filter
    service: Invalid filter clause: Syntax error at position 12 in 'trustType eq'.

    trustType eq 'ServerAd
                 ^^^^^^^^^
    the text that begins here has no closing quote; a quote within it is doubled, and `&` is written `%26` in a URL
    service: Invalid filter clause: There is an unterminated string literal at position 22 in 'trustType eq 'ServerAd'.

    trustType eq "ServerAd"
                 ^
    text is written in single quotes, not in double ones
    service: Invalid filter clause: Syntax error at position 14 in 'trustType eq "ServerAd"'.

    trustType eq ServerAd
                 ^^^^^^^^
    `microsoft.graph.device` has no property `ServerAd`; if a text is meant, quote it: `'ServerAd'`
    service: Invalid filter clause: Could not find a property named 'ServerAd' on type 'microsoft.graph.device'.

    trustType == 'ServerAd'
              ^
    the character `=` has no meaning in a filter
    service: Invalid filter clause: Syntax error at position 11 in 'trustType == 'ServerAd''.

    trustType like 'x'
              ^^^^
    expected `and`, `or` or the end of the filter, not `like`
    service: Invalid filter clause: Syntax error at position 14 in 'trustType like 'x''.

    jobtitle ge '!' , accountenabled eq true
                    ^
    expected `and`, `or` or the end of the filter, not `,`
    service: Invalid filter clause: Syntax error at position 17 in 'jobtitle ge '!' , accountenabled eq true'.

    (trustType eq 'x'
                     ^
    expected `and`, `or` or `)`, not the end of the filter
    service: Invalid filter clause: Syntax error at position 17 in '(trustType eq 'x''.

    trustType eq 'x')
                    ^
    expected `and`, `or` or the end of the filter, not `)`
    service: Invalid filter clause: Syntax error at position 17 in 'trustType eq 'x')'.

    trustType in 'x'
                 ^^^
    expected `(` and the values of `in`, not `'x'`
    service: Invalid filter clause: Syntax error at position 16 in 'trustType in 'x''.

    trustType in ('x' 'y')
                      ^^^
    expected a comma or `)`, not `'y'`
    service: Invalid filter clause: Syntax error at position 21 in 'trustType in ('x' 'y')'.

    serialNumber eq 'x'
    ^^^^^^^^^^^^
    `microsoft.graph.device` has no property `serialNumber`; if a text is meant, quote it: `'serialNumber'`
    service: Invalid filter clause: Could not find a property named 'serialNumber' on type 'microsoft.graph.device'.

    extensionAttributes/extensionAttribute16 eq 'x'
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    `microsoft.graph.device` has no property `extensionAttributes/extensionAttribute16`
    service: Invalid filter clause: Could not find a property named 'extensionAttribute16' on type 'microsoft.graph.device'.

    displayName eq 5
    ^^^^^^^^^^^
    `Edm.String` and `Edm.Int32` cannot be compared with `eq`
    service: Invalid filter clause: A binary operator with incompatible types was detected. Found operand types 'Edm.String' and 'Edm.Int32' for operator kind 'Equal'.

    accountEnabled eq 'true'
    ^^^^^^^^^^^^^^
    `Edm.Boolean` and `Edm.String` cannot be compared with `eq`
    service: Invalid filter clause: A binary operator with incompatible types was detected. Found operand types 'Edm.Boolean' and 'Edm.String' for operator kind 'Equal'.

    approximateLastSignInDateTime ge '2022-11-17'
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    `Edm.DateTimeOffset` and `Edm.String` cannot be compared with `ge`
    service: Invalid filter clause: A binary operator with incompatible types was detected. Found operand types 'Edm.DateTimeOffset' and 'Edm.String' for operator kind 'GreaterThanOrEqual'.

    physicalIds eq 'x'
    ^^^^^^^^^^^
    `Collection(Edm.String)` and `Edm.String` cannot be compared with `eq`
    service: Invalid filter clause: A binary operator with incompatible types was detected. Found operand types 'Collection(Edm.String)' and 'Edm.String' for operator kind 'Equal'.

    not displayName eq 'x'
        ^^^^^^^^^^^
    `not` needs what is true or false, not `Edm.String`
    service: Invalid filter clause: A unary operator with an incompatible type was detected. Found operand type 'Edm.String' for operator kind 'Not'.

    accountEnabled and displayName
                       ^^^^^^^^^^^
    `and` needs what is true or false, not `Edm.String`
    service: Invalid filter clause: A binary operator with incompatible types was detected. Found operand types 'Edm.String' and 'Edm.Boolean' for operator kind 'And'.

    displayName/any(d:d eq 'x')
    ^^^^^^^^^^^
    `displayName` is of type `Edm.String` and has no items
    service: Invalid filter clause: Any/All may only be used following a collection.

    displayName/$count eq 0
    ^^^^^^^^^^^^^^^^^^
    `displayName/$count`: only collections have a count, not `Edm.String`
    service: Invalid filter clause

    physicalIds/any(p eq 'x')
                      ^^
    expected a colon after the name of the item, not `eq`
    service: Invalid filter clause: Syntax error at position 20 in 'physicalIds/any(p eq 'x')'.

    physicalIds/any(p:p/x eq 'x')
                      ^^^
    `Edm.String` has no property `p/x`
    service: Invalid filter clause: Could not find a property named 'x' on type 'Edm.String'.

    physicalIds/any(p:p)
                      ^
    `any` needs what is true or false, not `Edm.String`
    service: Invalid filter clause: The Any/All query expression must evaluate to a single boolean value.

    physicalIds/$count/x eq 0
                       ^
    expected a property, or `$count` as the last step, not `x`
    service: Invalid filter clause: Syntax error at position 20 in 'physicalIds/$count/x eq 0'.

    $filter eq 1
    ^^^^^^^
    only `$count`, at the end, and `$it`, at the beginning, have a dollar sign
    service: Invalid filter clause: Syntax error at position 7 in '$filter eq 1'.

    matches(displayName) eq 'x'
    ^^^^^^^
    `matches` is no function here; there are `startswith`, `endswith`, `contains`, `isof` and those of text, numbers and dates, such as `tolower` and `year`
    service: Invalid filter clause: An unknown function with name 'matches' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed.

    startswith(displayName)
                          ^
    expected a comma and the text to look for, not `)`
    service: Invalid filter clause: Syntax error at position 23 in 'startswith(displayName)'.

    startswith(displayName, 5)
               ^^^^^^^^^^^
    `startswith` takes two texts, not `Edm.String` and `Edm.Int32`
    service: Invalid filter clause: No function signature for the function with name 'startswith' matches the specified arguments. The function signatures considered are: startswith(Edm.String Nullable=true, Edm.String Nullable=true).

    deviceVersion eq 12x
                     ^^^
    `12x` is neither a number nor a date nor a GUID
    service: Invalid filter clause: Syntax error at position 20 in 'deviceVersion eq 12x'.

    approximateLastSignInDateTime ge 2022-11-17T08:30:00 01:00
                                     ^^^^^^^^^^^^^^^^^^^
    `2022-11-17T08:30:00` is neither a number nor a date nor a GUID
    service: Invalid filter clause: Syntax error at position 52 in 'approximateLastSignInDateTime ge 2022-11-17T08:30:00 01:00'.
    "##);
}

#[test]
fn options() {
    let table = [
        "$top=ten",
        "$top=-1",
        "$skip=",
        "$count=yes",
        "$apply=groupby((a))",
        "$top=1&$TOP=2",
        "$orderby=displayName upwards",
        "$orderby=displayName,",
        "$select=id,,displayName",
        "$select=id displayName",
        "$filter=displayName eq 'a & b'",
    ];
    let mistake = |text: &str| {
        let error = Query::parse(text).expect_err(text);
        format!("{text}\n{error}\nservice: {}", error.service_message())
    };
    assert_snapshot!(table.map(mistake).join("\n\n"), @r##"
    $top=ten
    $top: `ten` is no number from 0 to 4294967295
    service: Invalid value 'ten' for $top query option found. The $top query option requires a non-negative integer value.

    $top=-1
    $top: `-1` is no number from 0 to 4294967295
    service: Invalid value '-1' for $top query option found. The $top query option requires a non-negative integer value.

    $skip=
    $skip: `` is no number from 0 to 4294967295
    service: Invalid value '' for $skip query option found. The $skip query option requires a non-negative integer value.

    $count=yes
    $count: `yes` is neither `true` nor `false`
    service: Invalid value 'yes' for $count query option found. The $count query option requires a boolean value.

    $apply=groupby((a))
    $apply: there is no such option; there are `$filter`, `$select`, `$orderby`, `$top`, `$skip`, `$skiptoken`, `$deltatoken`, `$count`, `$search`, `$expand`, `$format`
    service: The query parameter '$apply' is not supported.

    $top=1&$TOP=2
    $top: the option is given more than once
    service: Query option '$top' was specified more than once, but it must be specified at most once.

    $orderby=displayName upwards
    $orderby: `displayName upwards` is no order; it is written as in `displayName desc, createdDateTime`
    service: Invalid orderby clause: Syntax error at position 19 in 'displayName upwards'.

    $orderby=displayName,
    $orderby: `displayName,` is no order; it is written as in `displayName desc, createdDateTime`
    service: Invalid orderby clause: Syntax error at position 12 in 'displayName,'.

    $select=id,,displayName
    $select: `` is no property; properties are separated by commas
    service: Parsing OData Select and Expand failed: Term '' is not valid in a $select or $expand expression.

    $select=id displayName
    $select: `id displayName` is no property; properties are separated by commas
    service: Parsing OData Select and Expand failed: Term 'id displayName' is not valid in a $select or $expand expression.

    $filter=displayName eq 'a & b'
    $filter: the text that begins here has no closing quote; a quote within it is doubled, and `&` is written `%26` in a URL
    service: Invalid filter clause: There is an unterminated string literal at position 17 in 'displayName eq 'a'.
    "##);
}

#[test]
fn targets() {
    let table = [
        "",
        "/",
        "/v1.0",
        "/deviceManagement/x",
        "/v1.0/devices('5",
        "/v1.0/devices(a='b'c)",
        "/v1.0/('5')",
        "/beta/devices?filter=a",
    ];
    let mistake = |text: &str| match Target::parse(text) {
        Ok(target) => format!("{text}\n{:?}", target.query.filter.map(|filter| filter.text().to_owned())),
        Err(error) => format!("{text}\n{error}\nservice: {}", error.service_message()),
    };
    assert_snapshot!(table.map(mistake).join("\n\n"), @r##"

    `` is no version of Graph; the path begins with `/v1.0/` or `/beta/`
    service: Invalid version: 

    /
    `` is no version of Graph; the path begins with `/v1.0/` or `/beta/`
    service: Invalid version: 

    /v1.0
    None

    /deviceManagement/x
    `deviceManagement` is no version of Graph; the path begins with `/v1.0/` or `/beta/`
    service: Invalid version: devicemanagement

    /v1.0/devices('5
    `devices('5` is no segment of a path; keys are written `('key')` or `(name='key')`
    service: Resource not found for the segment 'devices('5'.

    /v1.0/devices(a='b'c)
    `devices(a='b'c)` is no segment of a path; keys are written `('key')` or `(name='key')`
    service: Resource not found for the segment 'devices(a='b'c)'.

    /v1.0/('5')
    `('5')` is no segment of a path; keys are written `('key')` or `(name='key')`
    service: Resource not found for the segment '('5')'.

    /beta/devices?filter=a
    Some("a")
    "##);
}

#[test]
fn depth() {
    let nested = |n: usize| format!("{}accountEnabled{}", "(".repeat(n), ")".repeat(n));
    assert_eq!(Filter::parse(&nested(64)).and_then(|filter| filter.matches(&Device)), Ok(true));
    let error = Filter::parse(&nested(65)).expect_err("too deep");
    assert_eq!(error.message(), "more than 64 parts stand within one another");
    assert_eq!(error.service_message(), "Invalid filter clause");
    assert!(Filter::parse(&format!("{}true", "not ".repeat(65))).is_err());
    assert!(Filter::parse(&format!("true{}", " eq true".repeat(66))).is_err());
    assert!(Filter::parse(&format!("{}true{}", "a/any(x:".repeat(65), ")".repeat(65))).is_err());
    assert!(Filter::parse(&format!("{}'a'", "contains(".repeat(9999))).is_err());
    let long = vec![nested(64); 200].join(" and ");
    assert_eq!(Filter::parse(&long).and_then(|filter| filter.matches(&Device)), Ok(true), "depth is not length");
    // As deep as trees get: every kind of node at every level, and the chains on top.
    let mut deep = "true".to_owned();
    for level in 0..64 {
        deep = format!(
            "false or true and ({deep}){} eq true",
            if level == 0 { " eq true".repeat(64) } else { String::new() }
        );
    }
    assert_eq!(Filter::parse(&deep).and_then(|filter| filter.matches(&Device)), Ok(true));
    assert!(Filter::parse(&format!("(true{0}) eq true{0}", " eq true".repeat(40))).is_err());
    assert!(Filter::parse("a/b/c/d/e/f/g/h eq 1").is_ok());
    assert!(Filter::parse("a/b/c/d/e/f/g/h/i eq 1").is_err());
}
