//! Graph over real sockets, as far as the protocol goes: pages, batches, throttling, and requests that are out of shape.

#![allow(clippy::disallowed_methods)] // tests start programs and write files

mod server;

use serde_json::{Value, json};
use server::{Server, folder};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

#[test]
fn links_lead_to_all_pages() {
    let server = Server::start(&[]);
    let (mut path, mut names) = ("/v1.0/users?$top=1&$select=userPrincipalName".to_owned(), 0);
    loop {
        let (status, page) = server.get(&path);
        assert_eq!(status, 200, "{page}");
        names += page["value"].as_array().expect("a page").len();
        let Some(next) = page["@odata.nextLink"].as_str() else { break };
        path = next.strip_prefix(server.ready("http")).expect("the address that was asked").to_owned();
    }
    let all = server.get("/v1.0/users").1;
    assert_eq!(all["value"].as_array().map(Vec::len), Some(names), "{all}");
}

#[test]
fn a_batch_reads_and_writes() {
    let server = Server::start(&[]);
    let headers = json!({ "Content-Type": "application/json" });
    let group = json!({ "displayName": "Made in a batch", "mailEnabled": false, "mailNickname": "batch", "securityEnabled": true });
    let batch = json!({ "requests": [
        { "id": "1", "method": "POST", "url": "/groups", "headers": headers, "body": group },
        { "id": "2", "dependsOn": ["1"], "method": "GET", "url": "/groups?$filter=displayName eq 'Made in a batch'" },
        { "id": "3", "method": "GET", "url": "/users/nobody" },
        { "id": "4", "dependsOn": ["3"], "method": "GET", "url": "/users" },
        { "id": "5", "method": "GET", "url": "/users/$count", "headers": { "ConsistencyLevel": "eventual" } },
        { "id": "6", "method": "POST", "url": "/$batch", "headers": headers, "body": { "requests": [] } },
    ] });
    let (status, answer) = server.post("/v1.0/$batch", &batch);
    assert_eq!(status, 200, "{answer}");
    let of =
        |id: &str| answer["responses"].as_array().and_then(|all| all.iter().find(|one| one["id"] == id)).expect("one");
    let statuses: Vec<&Value> = ["1", "2", "3", "4", "5", "6"].map(|id| &of(id)["status"]).into();
    assert_eq!(statuses, [201, 200, 404, 424, 200, 400], "{answer}");
    assert_eq!(of("2")["body"]["value"][0]["id"], of("1")["body"]["id"]);
    assert!(of("5")["body"].is_u64(), "{answer}");
}

#[test]
fn too_much_is_throttled() {
    let folder = folder();
    let file = folder.join("throttled.yaml");
    std::fs::write(&file, "scenario: Throttled\nknobs: { throttling: true, throttle_intune: 3 }\n").expect("a file");
    let server = Server::start(&[file.to_str().expect("a path")]);
    let path = "/v1.0/deviceManagement/managedDevices";
    let statuses: Vec<u16> = (0..5).map(|_| server.get("/v1.0/deviceManagement/deviceConfigurations").0).collect();
    assert_eq!((statuses[0], statuses[4]), (200, 429), "{statuses:?}");
    assert_eq!(server.get(path).0, 200, "managed devices have a bucket of their own");
}

#[test]
fn requests_out_of_shape() {
    let server = Server::start(&[]);
    let ask = |request: &str| {
        let mut stream = TcpStream::connect(server.address()).expect("a connection");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        // Whoever is out of shape is hung up on.
        let _ = stream.read_to_string(&mut answer);
        answer.lines().next().unwrap_or_default().to_owned()
    };
    let rest = "Host: x\r\nConnection: close\r\n\r\n";
    let table = [
        (format!("GET /v1.0/$metadata HTTP/1.1\r\n{rest}"), "200"),
        (format!("GET /v1.0/users/100%zz HTTP/1.1\r\n{rest}"), "400"),
        (format!("GET /v1.0/users?$filter={} HTTP/1.1\r\n{rest}", "x".repeat(20_000)), "414"),
        (
            "POST /v1.0/groups HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                .to_owned(),
            "400",
        ),
        (
            "POST /v1.0/groups HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd".to_owned(),
            "400",
        ),
        (
            "POST /v1.0/groups HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n".to_owned(),
            "400",
        ),
        ("POST /v1.0/groups HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".to_owned(), "400"),
        (format!("GET /v1.0/users HTTP/1.1\r\nHost : x\r\n{rest}"), "400"),
    ];
    for (request, status) in table {
        let line = ask(&request);
        assert_eq!(line.split(' ').nth(1), Some(status), "{request:.120}: {line}");
    }
    let (status, body) = server.post("/v1.0/groups", "{ not json");
    assert!(matches!(status, 400 | 415), "{body}");
    assert!(server.get("/v1.0/users").0 == 200);
}
