//! Which filters take the device, and what they ask of which property.

use super::Device;
use crate::odata::Filter;
use insta::assert_snapshot;

#[test]
fn verdicts() {
    let table = [
        ("trustType eq 'ServerAd'", true),
        ("trustType eq 'serverad'", true),
        ("trustType ne 'AzureAd'", true),
        ("trustType in ('AzureAd', 'ServerAd')", true),
        ("not (trustType in ('Workplace'))", true),
        ("startswith(displayName,'lap-')", true),
        ("startsWith(displayName, 'DESKTOP-')", false),
        ("NOT startsWith(displayName, 'DESKTOP-')", true),
        ("startswith(displayName,'lap-') eq true", true),
        ("endswith(displayName,'42') and contains(displayName,'P-0')", true),
        ("displayName ge 'LAP' and displayName lt 'laq'", true),
        ("accountEnabled eq true", true),
        ("accountEnabled", true),
        ("not accountEnabled", false),
        ("accountEnabled eq false or trustType eq 'ServerAd' and displayName eq 'x'", false),
        ("(accountEnabled eq true or trustType eq 'x') and displayName eq 'LAP-0042'", true),
        ("true", true),
        ("'a' eq 'A'", true),
        // Null.
        ("model eq null", true),
        ("model ne null", false),
        ("model ne 'x'", true),
        ("model eq 'x'", false),
        ("model ge 'x'", false),
        ("not (model ge 'x')", true),
        ("contains(model,'x')", false),
        ("not contains(model,'x')", false),
        ("contains(model,'x') or accountEnabled", true),
        ("model in ('x', null)", true),
        ("not isRooted", false),
        ("isRooted and false", false),
        ("null", false),
        // Numbers, times, GUIDs.
        ("deviceVersion gt 1 and deviceVersion le 2", true),
        ("deviceVersion eq 2.0", true),
        ("score lt 1", true),
        ("-3 lt deviceVersion", true),
        ("approximateLastSignInDateTime ge 2022-11-17T08:30:00Z", true),
        ("approximateLastSignInDateTime ge 2022-11-17T09:30:00.0000001+01:00", true),
        ("approximateLastSignInDateTime lt 2022-11-17", false),
        ("approximateLastSignInDateTime ne null", true),
        ("deviceId eq '4D7D21F6-4f0d-4a16-8d9c-7b9e6b1a0c11'", true),
        ("deviceId eq 4d7d21f6-4f0d-4a16-8d9c-7b9e6b1a0c11", true),
        ("tenant eq 4D7D21F6-4f0d-4a16-8d9c-7b9e6b1a0c11", true),
        ("tenant eq '4d7d21f6-4f0d-4a16-8d9c-7b9e6b1a0c12'", false),
        ("trustType eq microsoft.graph.trust'ServerAd'", true),
        ("flags has 'TWO'", true),
        ("flags has 'one,three'", false),
        // Collections.
        ("physicalIds/any(p:p eq '[OrderID]:berlin')", true),
        ("physicalIds/any(p: startswith(p, '[ZTDID]'))", true),
        ("physicalIds/any(p:startswith(p,'[HWID]'))", false),
        ("physicalIds/all(p:startswith(p,'['))", true),
        ("not physicalIds/any(p:startswith(p,'[HWID]'))", true),
        ("physicalIds/$count eq 2", true),
        ("systemLabels/$count eq 0 and alternativeNames/$count eq 0", true),
        ("systemLabels/any()", false),
        ("physicalIds/any()", true),
        ("systemLabels/any(s:s eq 'x')", false),
        ("systemLabels/all(s:s eq 'x')", true),
        ("alternativeNames/any(s:s eq 'x')", false),
        ("physicalIds/any(p:p eq displayName or endswith(p,'lin'))", true),
        ("owners/any(o:o/mail eq 'ANN@contoso.com')", true),
        ("owners/any(o:o/tags/any(t:t eq 'b' and o/mail ne null and $it/accountEnabled))", true),
        ("owners/any(o:o/tags/$count gt 2)", false),
        ("owners/any(o:isof(o,'microsoft.graph.user'))", true),
        // Paths and types.
        ("extensionAttributes/extensionAttribute1 eq 'O''Brien'", true),
        ("isof('microsoft.graph.device') and isof('#microsoft.graph.directoryObject')", true),
        ("isof(microsoft.graph.user)", false),
        ("microsoft.graph.device/trustType eq 'ServerAd'", true),
        ("graph.user/mail eq null", true),
        ("manager/microsoft.graph.user/mail eq 'ann@contoso.com'", true),
        ("manager/microsoft.graph.device/mail eq 'ann@contoso.com'", false),
    ];
    for (text, expected) in table {
        let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(filter.matches(&Device), Ok(expected), "{text}");
        let written = filter.root().to_string();
        assert_eq!(Filter::parse(&written).as_ref().map(Filter::root), Ok(filter.root()), "{written}");
    }
}

#[test]
fn uses() {
    let uses = |text: &str| {
        let filter = Filter::parse(text).expect(text);
        let line = |u: crate::odata::Use| {
            let flag = |set: bool, name: &'static str| if set { name } else { "" };
            let casts = u.casts.iter().map(|cast| format!(" as {cast}")).collect::<String>();
            let (start, len) = u.span;
            let written = &text[start..start + len];
            let flags = format!("{}{}", flag(u.negated, " negated"), flag(u.with_null, " with null"));
            format!("{}{casts} {}{flags} ({written})", u.path, u.operator.name())
        };
        filter.uses().into_iter().map(line).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(
        uses("accountEnabled and not (model eq null or trustType in ('a')) and physicalIds/$count eq 0"),
        @r"
    accountEnabled eq (accountEnabled)
    model eq negated with null (model)
    trustType in negated (trustType)
    physicalIds $count (physicalIds/$count)
    "
    );
    assert_snapshot!(
        uses("owners/any(o:o/tags/all(t:startswith(t,'a') and $it/displayName ne o/mail)) or microsoft.graph.device/trustType eq 'x'"),
        @r"
    owners any (owners)
    owners/tags all (o/tags)
    owners/tags startswith (t)
    displayName ne ($it/displayName)
    owners/mail ne (o/mail)
    trustType as microsoft.graph.device eq (microsoft.graph.device/trustType)
    "
    );
}
