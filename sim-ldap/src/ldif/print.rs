//! Records as text.

use super::{Attributes, Change, Control, Record, encode_base64};
use crate::at::ModOp;
use crate::search::SearchEntry;

/// Prints records.
pub fn print(records: &[Record]) -> String {
    let mut out = String::from("version: 1\n");
    for record in records {
        out.push('\n');
        line(&mut out, "dn", record.dn.as_bytes());
        for Control { oid, critical, value } in &record.controls {
            let value = value.as_ref().map(|v| format!(":: {}", encode_base64(v))).unwrap_or_default();
            line(&mut out, "control", format!("{oid} {critical}{value}").as_bytes());
        }
        match &record.change {
            Change::Content(attributes) => all(&mut out, attributes),
            Change::Add(attributes) => {
                out.push_str("changetype: add\n");
                all(&mut out, attributes);
            }
            Change::Delete => out.push_str("changetype: delete\n"),
            Change::Modify(parts) => {
                out.push_str("changetype: modify\n");
                for part in parts {
                    let op = match part.op {
                        ModOp::Add => "add",
                        ModOp::Delete => "delete",
                        ModOp::Replace => "replace",
                    };
                    line(&mut out, op, part.attr.as_bytes());
                    part.values.iter().for_each(|v| line(&mut out, &part.attr, v));
                    out.push_str("-\n");
                }
            }
            Change::Rename { new_rdn, delete_old_rdn, new_superior } => {
                out.push_str("changetype: modrdn\n");
                line(&mut out, "newrdn", new_rdn.as_bytes());
                line(&mut out, "deleteoldrdn", if *delete_old_rdn { b"1" } else { b"0" });
                if let Some(superior) = new_superior {
                    line(&mut out, "newsuperior", superior.as_bytes());
                }
            }
        }
    }
    out
}

/// Prints the entries of a search as content records.
pub fn print_entries(entries: &[SearchEntry]) -> String {
    let record = |e: &SearchEntry| Record {
        line: 0,
        dn: e.dn.clone(),
        change: Change::Content(e.attributes.iter().map(|(n, v)| (n.to_string(), v.clone())).collect()),
        controls: Vec::new(),
    };
    print(&entries.iter().map(record).collect::<Vec<_>>())
}

fn all(out: &mut String, attributes: &Attributes) {
    for (name, values) in attributes {
        values.iter().for_each(|v| line(out, name, v));
    }
}

/// One line, in base64 where the value needs it, folded after 76 characters.
fn line(out: &mut String, name: &str, value: &[u8]) {
    let safe = value.iter().all(|b| (b' '..=b'~').contains(b))
        && !value.first().is_some_and(|b| b" :<".contains(b))
        && value.last() != Some(&b' ');
    let text = match std::str::from_utf8(value) {
        Ok(text) if safe => format!("{name}: {text}"),
        _ => format!("{name}:: {}", encode_base64(value)),
    };
    let mut width = 0;
    for c in text.chars() {
        if width == 76 {
            out.push_str("\n ");
            width = 1;
        }
        out.push(c);
        width += 1;
    }
    out.push('\n');
}
