//! LDIF (RFC 2849): content and change records, with the line of every mistake.

mod base64;
mod print;
mod text;

pub use base64::{decode as decode_base64, encode as encode_base64};
pub use print::{print, print_entries};
pub use text::{decode, encode_passwords, encode_passwords_of};

use crate::at::{ModOp, Modification};
use crate::error::Refusal;

/// Attributes of a record, in order of first mention.
pub type Attributes = Vec<(String, Vec<Vec<u8>>)>;

/// One record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The line of its `dn:`, from 1.
    pub line: u32,
    /// The name.
    pub dn: String,
    /// What it says.
    pub change: Change,
    /// The controls of a change.
    pub controls: Vec<Control>,
}

/// A control of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Its object identifier.
    pub oid: String,
    /// Whether the request is to be refused by who does not know it.
    pub critical: bool,
    /// What it says beside.
    pub value: Option<Vec<u8>>,
}

/// What a record says.
#[derive(Debug, Clone)]
pub enum Change {
    /// This is an object.
    Content(Attributes),
    /// Add it.
    Add(Attributes),
    /// Delete it.
    Delete,
    /// Change it.
    Modify(Vec<Modification>),
    /// Rename or move it.
    Rename {
        /// The new first part.
        new_rdn: String,
        /// Whether the old one goes.
        delete_old_rdn: bool,
        /// The new container.
        new_superior: Option<String>,
    },
}

impl PartialEq for Change {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

/// A mistake in an LDIF file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct LdifError {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

impl LdifError {
    pub(crate) fn refused(line: u32, dn: &str, refusal: &Refusal) -> Self {
        let text = refusal.message.trim_end().replace("\n\t", " ");
        Self { line, message: format!("`{dn}` is refused with result {}: {text}", refusal.code as u8) }
    }
}

/// A line without its continuations: number, attribute, value. Without attribute it is the end of a record, `-` the end of a
/// modification.
enum Line {
    Value(u32, String, Vec<u8>),
    Dash,
    Blank,
}

/// Reads a file. All mistakes come at once.
pub fn parse(text: &str) -> Result<Vec<Record>, Vec<LdifError>> {
    let mut errors = Vec::new();
    let lines = unfold(text, &mut errors);
    let mut records = Vec::new();
    let mut block: Vec<Line> = Vec::new();
    for line in lines.into_iter().chain([Line::Blank]) {
        if matches!(line, Line::Blank) {
            if !block.is_empty() {
                match record(std::mem::take(&mut block)) {
                    Ok(found) => records.extend(found),
                    Err(error) => errors.push(error),
                }
            }
        } else {
            block.push(line);
        }
    }
    errors.sort_by_key(|e| e.line);
    if errors.is_empty() { Ok(records) } else { Err(errors) }
}

/// Joins continuations, leaves comments out, decodes values.
fn unfold(text: &str, errors: &mut Vec<LdifError>) -> Vec<Line> {
    let mut whole: Vec<(u32, String)> = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix(' '), whole.last_mut()) {
            (Some(rest), Some((_, last))) if !last.is_empty() => last.push_str(rest),
            (Some(rest), _) if !rest.trim().is_empty() => {
                let message = "a line that begins with a space continues nothing".to_owned();
                errors.push(LdifError { line: i as u32 + 1, message });
            }
            (Some(_), _) => whole.push((i as u32 + 1, String::new())),
            (None, _) => whole.push((i as u32 + 1, line.to_owned())),
        }
    }
    let mut lines = Vec::with_capacity(whole.len());
    for (number, line) in whole {
        match line.as_str() {
            "" => lines.push(Line::Blank),
            "-" => lines.push(Line::Dash),
            comment if comment.starts_with('#') => {}
            line => match value_of(line) {
                Ok((name, value)) => lines.push(Line::Value(number, name.to_owned(), value)),
                Err(message) => errors.push(LdifError { line: number, message }),
            },
        }
    }
    lines
}

/// `name: text`, `name:: base64`.
fn value_of(line: &str) -> Result<(&str, Vec<u8>), String> {
    let (name, rest) = line
        .split_once(':')
        .ok_or_else(|| format!("`{}` has no `:` after an attribute", line.chars().take(60).collect::<String>()))?;
    let name = name.trim_end();
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.;_=*".contains(&b)) {
        return Err(format!("`{}` is not the name of an attribute", name.chars().take(60).collect::<String>()));
    }
    if let Some(encoded) = rest.strip_prefix(':') {
        let value = decode_base64(encoded.trim()).ok_or_else(|| format!("the value of `{name}` is not base64"))?;
        return Ok((name, value));
    }
    if rest.starts_with('<') {
        return Err(format!("the value of `{name}` is a URL, which is not read; give it as base64 after `::`"));
    }
    Ok((name, rest.trim_start_matches(' ').as_bytes().to_vec()))
}

fn record(block: Vec<Line>) -> Result<Option<Record>, LdifError> {
    let mut lines = block.into_iter().peekable();
    let first = loop {
        match lines.next() {
            Some(Line::Value(_, name, _)) if name.eq_ignore_ascii_case("version") => {}
            Some(Line::Value(line, name, value)) => break (line, name, value),
            Some(_) => {}
            None => return Ok(None),
        }
    };
    let (line, name, value) = first;
    let wrong = |line, message: &str| LdifError { line, message: message.to_owned() };
    // How `ldapsearch` ends, and the references on its way.
    if ["search", "result", "ref"].iter().any(|n| n.eq_ignore_ascii_case(&name)) {
        return Ok(None);
    }
    if !name.eq_ignore_ascii_case("dn") {
        return Err(wrong(line, &format!("a record begins with `dn:`, not with `{name}:`")));
    }
    let dn = String::from_utf8(value).map_err(|_| wrong(line, "the name is not UTF-8"))?;
    let (mut kind, mut controls) = (None, Vec::new());
    while let Some(Line::Value(line, name, value)) = lines.peek() {
        match name.to_ascii_lowercase().as_str() {
            "control" => controls.push(control(value).map_err(|why| wrong(*line, &why))?),
            "changetype" => kind = Some(String::from_utf8_lossy(value).trim().to_ascii_lowercase()),
            _ => break,
        }
        lines.next();
    }
    let mut rest = Vec::new();
    for line in lines {
        match line {
            Line::Value(n, name, value) => rest.push(Some((n, name, value))),
            _ => rest.push(None),
        }
    }
    let change = match kind.as_deref() {
        None => Change::Content(attributes(rest)),
        Some("add") => Change::Add(attributes(rest)),
        Some("delete") => Change::Delete,
        Some("modify") => Change::Modify(modifications(rest, line)?),
        Some("modrdn" | "moddn") => rename(rest, line)?,
        Some(other) => return Err(wrong(line, &format!("`changetype: {other}` is not add, delete, modify or modrdn"))),
    };
    Ok(Some(Record { line, dn, change, controls }))
}

/// `1.2.840.113556.1.4.805 true`, and a value behind one or two colons.
fn control(text: &[u8]) -> Result<Control, String> {
    let text = String::from_utf8_lossy(text);
    let (head, value) = match text.split_once(':') {
        None => (text.as_ref(), None),
        Some((head, rest)) => match rest.strip_prefix(':') {
            Some(encoded) => {
                let value = decode_base64(encoded.trim()).ok_or("the value of the control is not base64")?;
                (head, Some(value))
            }
            None => (head, Some(rest.trim_start().as_bytes().to_vec())),
        },
    };
    let mut words = head.split_whitespace();
    let oid = words.next().unwrap_or_default().to_owned();
    if oid.is_empty() || !oid.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Err(format!("`{oid}` is not the object identifier of a control"));
    }
    let critical = match words.next() {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => return Err(format!("`{other}` is neither `true` nor `false`")),
    };
    Ok(Control { oid, critical, value })
}

type RawLine = Option<(u32, String, Vec<u8>)>;

fn attributes(lines: Vec<RawLine>) -> Attributes {
    let mut all: Attributes = Vec::new();
    for (_, name, value) in lines.into_iter().flatten() {
        match all.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(&name)) {
            Some((_, values)) => values.push(value),
            None => all.push((name, vec![value])),
        }
    }
    all
}

fn modifications(lines: Vec<RawLine>, at: u32) -> Result<Vec<Modification>, LdifError> {
    let mut all: Vec<Modification> = Vec::new();
    let mut open = false;
    for line in lines {
        let Some((number, name, value)) = line else {
            open = false;
            continue;
        };
        let text = || String::from_utf8_lossy(&value).trim().to_owned();
        if !open {
            let op = match name.to_ascii_lowercase().as_str() {
                "add" => ModOp::Add,
                "delete" => ModOp::Delete,
                "replace" => ModOp::Replace,
                _ => {
                    let message = format!("a modification begins with add, delete or replace, not with `{name}`");
                    return Err(LdifError { line: number, message });
                }
            };
            all.push(Modification { op, attr: text(), values: Vec::new() });
            open = true;
            continue;
        }
        let Some(last) = all.last_mut().filter(|m| m.attr.eq_ignore_ascii_case(&name)) else {
            let message = format!("`{name}` is not the attribute of this modification");
            return Err(LdifError { line: number, message });
        };
        last.values.push(value);
    }
    if all.is_empty() {
        return Err(LdifError { line: at, message: "the record changes nothing".to_owned() });
    }
    Ok(all)
}

fn rename(lines: Vec<RawLine>, at: u32) -> Result<Change, LdifError> {
    let (mut new_rdn, mut delete_old_rdn, mut new_superior) = (None, true, None);
    for (line, name, value) in lines.into_iter().flatten() {
        let text = String::from_utf8_lossy(&value).trim().to_owned();
        match name.to_ascii_lowercase().as_str() {
            "newrdn" => new_rdn = Some(text),
            "deleteoldrdn" => delete_old_rdn = text != "0",
            "newsuperior" => new_superior = Some(text),
            _ => {
                let message = format!("`{name}` is not newrdn, deleteoldrdn or newsuperior");
                return Err(LdifError { line, message });
            }
        }
    }
    let new_rdn = new_rdn.ok_or(LdifError { line: at, message: "`newrdn:` is missing".to_owned() })?;
    Ok(Change::Rename { new_rdn, delete_old_rdn, new_superior })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn records_are_read() {
        let text = "version: 1\n# a comment\n#  folded\n\ndn: CN=a,DC=x\nobjectClass: top\nobjectClass: user\ncn:: YQ==\ndescription: one\n  two\n\n\ndn: CN=a,DC=x\nchangetype: modify\nreplace: description\ndescription: b\n-\ndelete: mail\n-\n\ndn: CN=a,DC=x\nchangetype: modrdn\nnewrdn: CN=b\ndeleteoldrdn: 1\n";
        let records = parse(text).expect("LDIF");
        assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [5, 13, 21]);
        let Change::Content(attributes) = &records[0].change else { panic!("content") };
        assert_eq!(attributes[2], ("description".to_owned(), vec![b"one two".to_vec()]));
        let Change::Modify(parts) = &records[1].change else { panic!("modify") };
        assert_eq!((parts.len(), parts[1].op, parts[1].values.len()), (2, ModOp::Delete, 0));
        assert_eq!(parse(&print(&records)).map(|r| r.len()), Ok(3));
        let text = "version: 1\n\ndn: CN=a\ncontrol: 1.2.840.113556.1.4.805 true\ncontrol: 1.2.840.113556.1.4.801 false:: MAMCAQQ=\nchangetype: delete\n";
        let records = parse(text).expect("LDIF");
        let seen: Vec<_> = records[0].controls.iter().map(|c| (c.critical, c.value.as_deref())).collect();
        assert_eq!(seen, [(true, None), (false, Some(&[0x30, 3, 2, 1, 4][..]))]);
        assert_eq!(parse(&print(&records)), Ok(records));
    }

    #[test]
    fn mistakes_have_lines() {
        let text = "dn: CN=a,DC=x\nno colon here\n\ncn: a\n\ndn: CN=b\nchangetype: frob\n\ndn: CN=c\nx:: %%\n\n oops\n";
        let errors = parse(text).expect_err("mistakes");
        assert_eq!(errors.iter().map(|e| e.line).collect::<Vec<_>>(), [2, 4, 6, 10, 12]);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(
            dn in "CN=\\PC{1,20}",
            values in prop::collection::vec(("[a-z]{1,8}", prop::collection::vec(prop::collection::vec(any::<u8>(), 1..120), 1..3)), 1..4),
        ) {
            let mut attributes: Attributes = Vec::new();
            for (name, values) in values {
                if attributes.iter().all(|(n, _)| *n != name) && !["dn", "control", "version", "changetype"].contains(&name.as_str()) {
                    attributes.push((name, values));
                }
            }
            prop_assume!(!attributes.is_empty());
            let records = vec![Record { line: 3, dn, change: Change::Content(attributes), controls: Vec::new() }];
            prop_assert_eq!(parse(&print(&records)), Ok(records));
        }
        #[test]
        fn no_text_panics(text in "(\\PC|\n| ){0,80}") { let _ = parse(&text); }
        #[test]
        fn no_ldif_like_text_panics(text in "(dn: a\n|\n|-\n|add: b\n|changetype: modify\n| x|é|::){0,20}") { let _ = parse(&text); }
    }
}
