//! Judges an answer by the fields of a case.

use crate::answer::{Attributes, hex, netlogon};
use crate::ber::items;
use crate::case::{Answer, oid};
use regex_lite::{Regex, RegexBuilder};
use serde_json::Value as Json;

fn found(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).expect(pattern).is_match(text)
}
fn found_any_case(pattern: &str, text: &str) -> bool {
    RegexBuilder::new(pattern).case_insensitive(true).build().expect(pattern).is_match(text)
}

fn normal(dn: &str) -> String {
    dn.split(',').map(str::trim).collect::<Vec<_>>().join(",").to_lowercase()
}

fn texts(list: &Json) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|t| t.as_str().expect("text").to_owned()).collect()
}

pub fn attribute<'a>(all: &'a Attributes, name: &str) -> Option<&'a Vec<Vec<u8>>> {
    all.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
}

/// All that is not as expected.
pub fn check(expect: &Json, answer: &Answer) -> Vec<String> {
    let got = &answer.got;
    let mut bad = Vec::new();
    let mut judge = |ok: bool, why: String| {
        if !ok {
            bad.push(why);
        }
    };
    let dns = || got.entries.iter().map(|(d, _)| normal(d)).collect::<Vec<_>>();
    for (key, want) in expect.as_object().expect("an object") {
        let pattern = want.as_str().unwrap_or_default();
        match key.as_str() {
            "resultCode" => {
                let ok = want.as_i64() == Some(got.code)
                    || want.as_array().is_some_and(|l| l.iter().any(|n| n.as_i64() == Some(got.code)));
                judge(ok, format!("result {}, expected {want} ({})", got.code, got.message));
            }
            "diag" => judge(found(pattern, &got.message), format!("{:?} does not match {want}", got.message)),
            "matchedDN" => judge(normal(pattern) == normal(&got.matched), format!("matched {:?}", got.matched)),
            "count" => judge(want.as_u64() == Some(got.entries.len() as u64), format!("{} entries", got.entries.len())),
            "min" => judge(want.as_u64() <= Some(got.entries.len() as u64), format!("{} entries", got.entries.len())),
            "dns" => {
                let (mut have, mut want) = (dns(), texts(want).iter().map(|d| normal(d)).collect::<Vec<_>>());
                have.sort();
                want.sort();
                judge(have == want, format!("entries {have:?}, expected {want:?}"));
            }
            "dns_order" => {
                let want: Vec<_> = texts(want).iter().map(|d| normal(d)).collect();
                judge(dns() == want, format!("order {:?}", dns()));
            }
            "dn_match" => {
                let ok = got.entries.iter().any(|(d, _)| found_any_case(pattern, d));
                judge(
                    ok,
                    format!("no name of {:?} matches {want}", got.entries.iter().map(|e| &e.0).collect::<Vec<_>>()),
                );
            }
            "references" => judge(want.as_bool() == Some(!got.references.is_empty()), format!("{:?}", got.references)),
            "reference_match" => {
                judge(got.references.iter().any(|u| found_any_case(pattern, u)), format!("{:?}", got.references));
            }
            "referral_match" => {
                judge(got.referral.iter().any(|u| found_any_case(pattern, u)), format!("{:?}", got.referral));
            }
            "closed" => judge(want.as_bool() == Some(got.closed), format!("closed {}", got.closed)),
            "unsolicited" => judge(want.as_bool() == Some(got.unsolicited), "a notice".into()),
            "stopped_at" => {
                let ok = answer.stopped_at.is_some_and(|at| {
                    want.as_i64() == Some(at) || want.as_array().is_some_and(|l| l.contains(&at.into()))
                });
                judge(ok, format!("stopped at {:?}", answer.stopped_at));
            }
            "pages" => judge(want.as_i64() == answer.pages, format!("{:?} pages", answer.pages)),
            "ext_value" => {
                let value = String::from_utf8_lossy(&got.value);
                judge(found_any_case(pattern, &value), format!("value {value:?}"));
            }
            "controls" => {
                for name in texts(want) {
                    judge(got.controls.contains_key(oid(&name)), format!("no response control {name}"));
                }
            }
            "cookie" => {
                let value = got.controls.get(oid("paged"));
                let cookie = value.map(|v| items(&items(v)[0].1)[1].1.clone()).unwrap_or_default();
                judge(want.as_bool() == Some(!cookie.is_empty()), format!("cookie {cookie:?}"));
            }
            "sort_code" => {
                let value = got.controls.get("1.2.840.113556.1.4.474").map(|v| items(&items(v)[0].1)[0].1.clone());
                let code = value.and_then(|v| v.first().copied()).map(u64::from);
                judge(want.as_u64() == code, format!("sort result {code:?}"));
            }
            "attrs" | "absent" | "only" | "entry" => {}
            other => judge(false, format!("an unknown check {other}")),
        }
    }
    let looks = ["attrs", "absent", "only"].iter().any(|k| expect.get(k).is_some());
    let at = expect.get("entry").and_then(Json::as_u64).unwrap_or(0) as usize;
    let Some((_, have)) = got.entries.get(at).filter(|_| looks) else {
        if looks {
            bad.push("no entry to look at".into());
        }
        return bad;
    };
    for (name, want) in expect.get("attrs").and_then(Json::as_object).into_iter().flatten() {
        match attribute(have, name) {
            None => bad.push(format!("no {name}")),
            Some(values) => bad.extend(check_values(want, values).map(|why| format!("{name}: {why}"))),
        }
    }
    for name in expect.get("absent").map(texts).unwrap_or_default() {
        if attribute(have, &name).is_some() {
            bad.push(format!("{name} is there"));
        }
    }
    if let Some(only) = expect.get("only") {
        let lower = |names: Vec<String>| {
            let mut names: Vec<_> = names.iter().map(|n| n.to_lowercase()).collect();
            names.sort();
            names
        };
        let names = have.iter().map(|(n, _)| n.clone()).collect();
        if lower(texts(only)) != lower(names) {
            bad.push(format!("attributes {:?}", have.iter().map(|(n, _)| n).collect::<Vec<_>>()));
        }
    }
    bad
}

fn check_values(want: &Json, values: &[Vec<u8>]) -> Option<String> {
    let mut have: Vec<String> = values.iter().map(|v| String::from_utf8_lossy(v).into_owned()).collect();
    have.sort();
    let says = |ok: bool| (!ok).then(|| format!("{have:?}, expected {want}"));
    match want {
        Json::Bool(true) => None,
        Json::String(text) => says(have.len() == 1 && have[0] == *text),
        Json::Array(_) => {
            let mut want = texts(want);
            want.sort();
            says(have == want)
        }
        Json::Object(rules) => rules.iter().find_map(|(key, rule)| {
            let text = rule.as_str().unwrap_or_default();
            let n = rule.as_u64().map(|n| n as usize);
            says(match key.as_str() {
                "has" => texts(rule).iter().all(|t| have.iter().any(|h| h.eq_ignore_ascii_case(t))),
                "re" => have.iter().any(|h| found_any_case(text, h)),
                "len" => n == Some(values.len()),
                "bytes" => values.iter().all(|v| n == Some(v.len())),
                "sid" => sim_ldap::Sid::from_bytes(&values[0]).is_some_and(|s| found(text, &s.to_string())),
                "hexre" => found(text, &hex(&values[0])),
                "netlogon" => {
                    let said = netlogon(&values[0]);
                    let all = rule.as_object().expect("fields");
                    all.iter().all(|(k, p)| {
                        let is = said.iter().find(|(n, _)| n == k).map(|(_, v)| v.as_str()).unwrap_or_default();
                        found_any_case(p.as_str().expect("a pattern"), is)
                    })
                }
                _ => false,
            })
        }),
        _ => Some("an unknown check".into()),
    }
}
