//! Runs the cases of `data/cases.jsonl`: one JSON object a line, with what a Windows server answers.
//!
//! `as` is who asks (ADMIN, ANON, NONE, a name with the users' password, or name and password), `transport` how (ldap, ldaps,
//! starttls). `setup`, `then` and `cleanup` are the administrator's; of `op` or `ops` the last answer is judged by `expect`.
//! `remember` keeps a value of an answer for `<NAME…>` in what follows.

use crate::answer::{Got, search};
use crate::ber::*;
use crate::check::attribute;
use crate::client::Client;
use crate::server::Server;
use serde_json::Value as Json;
use sim_ldap::Sid;

const BASE: &str = "DC=corp,DC=contoso,DC=com";
const ADMIN: &str = "Administrator@corp.contoso.com";
const ADMIN_PASSWORD: &str = "Adm1n.Pass!";
const USER_PASSWORD: &str = "Passw0rd!23";

pub fn oid(name: &str) -> &str {
    match name {
        "paged" => "1.2.840.113556.1.4.319",
        "sort" => "1.2.840.113556.1.4.473",
        "sdflags" => "1.2.840.113556.1.4.801",
        "extdn" => "1.2.840.113556.1.4.529",
        "deleted" => "1.2.840.113556.1.4.417",
        "recycled" => "1.2.840.113556.1.4.2064",
        "dirsync" => "1.2.840.113556.1.4.841",
        "domainscope" => "1.2.840.113556.1.4.1339",
        "treedelete" => "1.2.840.113556.1.4.805",
        "searchopts" => "1.2.840.113556.1.4.1340",
        "vlv" => "2.16.840.1.113730.3.4.9",
        "asq" => "1.2.840.113556.1.4.1504",
        "permissive" => "1.2.840.113556.1.4.1413",
        "rangeretrieval" => "1.2.840.113556.1.4.1948",
        other => other,
    }
}

/// A line with its placeholders filled in.
pub fn case(line: &str) -> Json {
    let mut line = line.to_owned();
    for (name, value) in [
        ("{BASE}", BASE),
        ("{DNS}", "corp.contoso.com"),
        ("{NETBIOS}", "CORP"),
        ("{ADMIN}", ADMIN),
        ("{ADMINPW}", ADMIN_PASSWORD),
        ("{USERPW}", USER_PASSWORD),
        ("{SVCPW}", "Svc.Passw0rd!23"),
        ("{MACHPW}", "Machine.Passw0rd!23"),
    ] {
        line = line.replace(name, value);
    }
    serde_json::from_str(&line).expect("JSON")
}

fn text(json: &Json) -> &str {
    json.as_str().expect("text")
}
fn list(json: &Json) -> Vec<Json> {
    json.as_array().cloned().unwrap_or_else(|| vec![json.clone()])
}
fn unhex(digits: &str) -> Vec<u8> {
    (0..digits.len() / 2).map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).expect("hex")).collect()
}
fn number(json: Option<&Json>) -> i64 {
    json.and_then(Json::as_i64).unwrap_or(0)
}

fn value(json: &Json) -> Vec<u8> {
    match json {
        Json::String(text) => text.as_bytes().to_vec(),
        Json::Object(o) if o.contains_key("hex") => unhex(text(&o["hex"])),
        Json::Object(o) if o.contains_key("b64") => sim_ldap::ldif::decode_base64(text(&o["b64"])).expect("base64"),
        Json::Object(o) => format!("\"{}\"", text(&o["pwd"])).encode_utf16().flat_map(u16::to_le_bytes).collect(),
        other => other.to_string().into_bytes(),
    }
}

fn controls(op: &Json, cookie: &[u8]) -> Vec<Vec<u8>> {
    let all = op.get("controls").and_then(Json::as_array).into_iter().flatten();
    all.map(|spec| {
        let name = text(&spec[0]);
        let v = &spec[2];
        let value = match name {
            "paged" => Some(seq(0x30, &[int(2, number(v.get("size"))), octs(cookie)])),
            "sort" => Some(seq(0x30, &list(v).iter().map(|key| seq(0x30, &[octs(text(key))])).collect::<Vec<_>>())),
            "sdflags" | "searchopts" => Some(seq(0x30, &[int(2, number(Some(v)))])),
            "extdn" => v.as_i64().map(|n| seq(0x30, &[int(2, n)])),
            "dirsync" => Some(seq(0x30, &[int(2, number(v.get("flags"))), int(2, number(v.get("max"))), octs(b"")])),
            "vlv" => {
                let at = seq(0xa0, &[int(2, number(v.get("offset"))), int(2, 0)]);
                Some(seq(0x30, &[int(2, number(v.get("before"))), int(2, number(v.get("after"))), at]))
            }
            "asq" => Some(seq(0x30, &[octs(text(v))])),
            _ => None,
        };
        let critical = if spec[1].as_bool() == Some(true) { boolean(1, true) } else { Vec::new() };
        seq(0x30, &[octs(oid(name)), critical, value.map(octs).unwrap_or_default()])
    })
    .collect()
}

/// What the last operation of a case was answered, and how often it had to be asked.
#[derive(Debug, Default)]
pub struct Answer {
    pub got: Got,
    pub stopped_at: Option<i64>,
    pub pages: Option<i64>,
}

impl From<Got> for Answer {
    fn from(got: Got) -> Self {
        Self { got, ..Self::default() }
    }
}

/// One operation of a case.
fn run_op(client: &mut Client, op: &Json) -> Answer {
    let field = |name: &str| op.get(name).map(text).unwrap_or_default();
    let values = |json: &Json| seq(0x31, &list(json).iter().map(|v| octs(value(v))).collect::<Vec<_>>());
    let body = match field("op") {
        "search" => return run_search(client, op),
        "add" => {
            let attrs = op["attrs"].as_object().expect("attributes").iter();
            let attrs: Vec<_> = attrs.map(|(name, v)| seq(0x30, &[octs(name), values(v)])).collect();
            seq(0x68, &[octs(field("dn")), seq(0x30, &attrs)])
        }
        "modify" => {
            let parts = list(&op["changes"]).into_iter().map(|m| {
                let kind = ["add", "delete", "replace", "increment"].iter().position(|k| *k == text(&m[0]));
                let set = m.get(2).map_or_else(|| seq(0x31, &[]), values);
                seq(0x30, &[int(10, kind.expect("a kind") as i64), seq(0x30, &[octs(text(&m[1])), set])])
            });
            seq(0x66, &[octs(field("dn")), seq(0x30, &parts.collect::<Vec<_>>())])
        }
        "delete" => tlv(0x4a, field("dn").as_bytes()),
        "rename" => {
            let delete = op.get("deleteoldrdn").and_then(Json::as_bool).unwrap_or(true);
            let superior = op.get("newsuperior").map(|s| tlv(0x80, text(s).as_bytes())).unwrap_or_default();
            seq(0x6c, &[octs(field("dn")), octs(field("newrdn")), boolean(1, delete), superior])
        }
        "compare" => seq(0x6e, &[octs(field("dn")), seq(0x30, &[octs(field("attr")), octs(value(&op["value"]))])]),
        "extended" => {
            let value = op.get("value").map(|v| tlv(0x81, &value(v))).unwrap_or_default();
            seq(0x77, &[tlv(0x80, field("oid").as_bytes()), value])
        }
        "bind" => return client.bind(field("dn"), field("password").as_bytes()).into(),
        "bind_raw" => unhex(field("hex")),
        "sasl" => {
            let credentials = op.get("creds").filter(|c| !c.is_null()).map(|c| octs(value(c))).unwrap_or_default();
            seq(0x60, &[int(2, 3), octs(""), seq(0xa3, &[octs(field("mech")), credentials])])
        }
        "raw" => {
            return client.exchange(&unhex(field("hex"))).into();
        }
        "repeat" => {
            let stop = op.get("until_not").map_or(Some(0), Json::as_i64);
            let mut answer = Answer::default();
            for i in number(op.get("from"))..=number(op.get("to")) {
                let body = op["body"].to_string().replace("{i}", &format!("{i:02}"));
                answer = run_op(client, &serde_json::from_str(&body).expect("JSON"));
                if stop.is_some_and(|stop| answer.got.code != stop) {
                    answer.stopped_at = Some(i);
                    break;
                }
            }
            return answer;
        }
        other => panic!("an unknown operation {other}"),
    };
    client.request(&body, &controls(op, b"")).into()
}

fn run_search(client: &mut Client, op: &Json) -> Answer {
    let field = |name: &str| op.get(name).map(text).unwrap_or_default();
    let scope = ["base", "one", "sub"].iter().position(|s| *s == field("scope")).unwrap_or(2) as i64;
    let attrs: Vec<String> = op.get("attrs").map(list).unwrap_or_default().iter().map(|a| text(a).to_owned()).collect();
    let attrs: Vec<&str> = attrs.iter().map(String::as_str).collect();
    let filter = op.get("filter").map_or("(objectClass=*)", text);
    let body = search(field("base"), scope, number(op.get("sizelimit")), filter, &attrs);
    let mut got = client.request(&body, &controls(op, b""));
    if op.get("all_pages").and_then(Json::as_bool) != Some(true) {
        return got.into();
    }
    let (mut entries, mut pages) = (std::mem::take(&mut got.entries), 1);
    while got.code == 0 {
        let cookie = got.controls.get(oid("paged")).map(|v| items(&items(v)[0].1)[1].1.clone()).unwrap_or_default();
        if cookie.is_empty() {
            break;
        }
        got = client.request(&body, &controls(op, &cookie));
        entries.append(&mut got.entries);
        pages += 1;
    }
    got.entries = entries;
    Answer { got, pages: Some(pages), ..Answer::default() }
}

/// Values that answers gave, by the name under which they are wanted later.
type Remembered = Vec<(String, String)>;

fn remember(op: &Json, Answer { got, .. }: &Answer, known: &mut Remembered) {
    let wanted = op.get("remember").and_then(Json::as_object).into_iter().flatten();
    for (name, attr) in wanted {
        let Some((dn, attributes)) = got.entries.first() else { continue };
        if text(attr) == "dn" {
            known.push((format!("<{name}>"), dn.clone()));
            continue;
        }
        let Some(value) = attribute(attributes, text(attr)).and_then(|v| v.first()) else { continue };
        known.push((format!("<{name}_ESC>"), value.iter().map(|b| format!("\\{b:02x}")).collect()));
        known.push((format!("<{name}_HEX>"), value.iter().map(|b| format!("{b:02x}")).collect()));
        if let Ok(guid) = <[u8; 16]>::try_from(&value[..]) {
            known.push((format!("<{name}_GUID>"), sim_core::Guid::from_bytes_le(guid).to_string()));
        }
        if let Some(sid) = Sid::from_bytes(value) {
            known.push((format!("<{name}_SID>"), sid.to_string()));
        }
        if let Ok(text) = String::from_utf8(value.clone()) {
            known.push((format!("<{name}>"), text));
        }
    }
}

fn with(op: &Json, known: &Remembered) -> Json {
    let mut line = op.to_string();
    for (name, value) in known {
        let quoted = Json::from(value.as_str()).to_string();
        line = line.replace(name, &quoted[1..quoted.len() - 1]);
    }
    serde_json::from_str(&line).expect("JSON")
}

/// Runs one case; the answer that is judged.
pub fn run(server: &Server, case: &Json) -> Answer {
    let mut admin = Client::connect(server, "ldaps");
    assert_eq!(admin.bind(ADMIN, ADMIN_PASSWORD.as_bytes()).code, 0);
    let mut known = Remembered::new();
    let every = |name: &str| case.get(name).map(list).unwrap_or_default();
    for op in every("setup") {
        let got = run_op(&mut admin, &with(&op, &known));
        remember(&op, &got, &mut known);
    }
    if let Some(ping) = case.get("cldap") {
        return crate::client::ping(server.ready("cldap"), &search("", 0, 0, text(&ping["filter"]), &["Netlogon"]))
            .into();
    }
    let transport = case.get("transport").map_or("ldap", text);
    let mut client = Client::connect(server, if transport == "ldaps" { "ldaps" } else { "ldap" });
    let mut answer = Answer::default();
    if transport == "starttls" {
        let got;
        (client, got) = client.start_tls(server);
        answer = got.into();
    }
    let who = case.get("as").cloned().unwrap_or_else(|| "ADMIN".into());
    let bound = match &who {
        Json::String(name) if name == "ADMIN" => client.bind(ADMIN, ADMIN_PASSWORD.as_bytes()),
        Json::String(name) if name == "ANON" || name == "NONE" => Got::default(),
        Json::String(name) => client.bind(name, USER_PASSWORD.as_bytes()),
        pair => client.bind(text(&pair[0]), text(&pair[1]).as_bytes()),
    };
    assert_eq!(bound.code, 0, "bind of {who}: {}", bound.message);
    let ops = case.get("ops").or(case.get("op")).map(list).unwrap_or_default();
    for op in ops {
        let by_admin = op.get("by").is_some_and(|by| by == "ADMIN");
        answer = run_op(if by_admin { &mut admin } else { &mut client }, &with(&op, &known));
        remember(&op, &answer, &mut known);
    }
    if let Some(then) = case.get("then") {
        answer = run_op(&mut admin, &with(then, &known));
    }
    for op in every("cleanup") {
        run_op(&mut admin, &with(&op, &known));
    }
    answer
}
