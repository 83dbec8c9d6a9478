//! Batches and what comes of them.

use super::World;
use crate::graph::{BatchItem, Caller, Ids, Reply, batch};
use crate::odata::Version;
use insta::assert_snapshot;
use serde_json::{Value, json};

/// The outcome in a few words, and which requests were carried out, in order.
fn told(world: &World, body: &Value) -> String {
    let mut carried_out = Vec::new();
    let mut answer = |item: &BatchItem| -> Reply {
        carried_out.push(item.id.clone());
        world.ask(&item.target, &Caller::default())
    };
    let reply = batch(Version::V1, body.to_string().as_bytes(), Ids::default(), world.cx.now(), &mut answer);
    let body: Value = serde_json::from_str(&reply.body).expect("JSON");
    if reply.status != 200 {
        return format!("{} {}", reply.status, body["error"]["message"]);
    }
    let line = |response: &Value| {
        let body = &response["body"];
        let shown = body["error"]["code"].as_str().map_or_else(|| body["@odata.context"].clone(), Into::into);
        let shown = if shown.is_null() { body.clone() } else { shown };
        format!("{} {} {shown}", response["id"], response["status"])
    };
    let lines: Vec<String> = body["responses"].as_array().expect("responses").iter().map(line).collect();
    format!("{}\n    carried out: {}", lines.join("\n    "), carried_out.join(" "))
}

#[test]
fn batches() {
    let world = World::new();
    let get = |id: &str, url: &str| json!({ "id": id, "method": "GET", "url": url });
    let after = |id: &str, url: &str, ids: Value| json!({ "id": id, "method": "get", "url": url, "dependsOn": ids });
    let table = [
        ("two", json!({ "requests": [get("1", "/users?$top=1"), get("2", "devices/$count")] })),
        ("one fails", json!({ "requests": [get("1", "/users/nobody"), get("2", "/users")] })),
        (
            "what depends on it fails, too",
            json!({ "requests": [
                after("3", "/users", json!(["2"])), after("2", "/users", json!(["1"])), get("1", "/users/nobody"),
                after("4", "/users", json!(["5"])), get("5", "/users"),
            ] }),
        ),
        ("none", json!({ "requests": [] })),
        ("twenty-one", json!({ "requests": (0..21).map(|n| get(&n.to_string(), "/users")).collect::<Vec<_>>() })),
        ("no list", json!({ "request": [] })),
        ("no object", json!([])),
        ("the same id", json!({ "requests": [get("a", "/users"), get("A", "/users")] })),
        ("no id", json!({ "requests": [{ "method": "GET", "url": "/users" }] })),
        ("no method", json!({ "requests": [{ "id": "1", "url": "/users" }] })),
        ("no url", json!({ "requests": [{ "id": "1", "method": "GET" }] })),
        ("an unknown dependency", json!({ "requests": [after("1", "/users", json!(["7"]))] })),
        ("a circle", json!({ "requests": [after("1", "/users", json!(["2"])), after("2", "/users", json!(["1"]))] })),
        ("no body", json!({ "requests": [{ "id": "1", "method": "POST", "url": "/groups" }] })),
        ("no type", json!({ "requests": [{ "id": "1", "method": "POST", "url": "/groups", "body": {} }] })),
        ("a version in the url", json!({ "requests": [get("1", "/v1.0/users")] })),
    ];
    let text: String = table.iter().map(|(name, body)| format!("{name}\n    {}\n", told(&world, body))).collect();
    assert_snapshot!("batches", text);
}
