//! Fleet files as collection scripts write them: `Device Serial Number,Windows Product ID,Hardware Hash[,Group Tag[,Assigned
//! User]]`, ANSI, no quotation marks, at most 500 devices. What the importer of the service refuses is an error here.
//!
//! Source: Add devices (memdocs, editions of 2022 and 2025).

use base64::Engine as _;

/// A row of a fleet file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetRow {
    /// The line of the file, from 1.
    pub line: u32,
    /// The serial number.
    pub serial: String,
    /// The hardware hash, in Base64.
    pub hash: String,
    /// The group tag; empty for none.
    pub group_tag: String,
    /// The assigned user; empty for none.
    pub assigned_user: String,
}

const HEADER: [&str; 5] = ["Device Serial Number", "Windows Product ID", "Hardware Hash", "Group Tag", "Assigned User"];

/// Reads a fleet file, or says everything that is wrong with it: a line of the file each.
pub fn read(bytes: &[u8], limit: u32) -> Result<Vec<FleetRow>, Vec<String>> {
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) || bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(vec!["line 1: the file is Unicode; the importer takes ANSI text only, so save it as ANSI".into()]);
    }
    if !bytes.is_ascii() {
        let at = bytes.iter().take_while(|b| b.is_ascii()).filter(|b| **b == b'\n').count() + 1;
        return Err(vec![format!("line {at}: a character outside of ASCII; the importer takes ANSI text only")]);
    }
    // ASCII was just checked.
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines().enumerate().map(|(i, line)| (i as u32 + 1, line.trim_end_matches('\r')));
    let Some((_, header)) = lines.next() else { return Err(vec!["line 1: the file is empty".into()]) };
    let columns = match check_header(header) {
        Ok(columns) => columns,
        Err(why) => return Err(vec![format!("line 1: {why}")]),
    };
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    for (line, text) in lines.filter(|(_, text)| !text.trim().is_empty()) {
        match read_row(line, text, columns) {
            Ok(row) => rows.push(row),
            Err(why) if wrong.len() < 20 => wrong.push(format!("line {line}: {why}")),
            Err(_) => {}
        }
    }
    if rows.len() as u64 > u64::from(limit) {
        wrong.push(format!("{} devices; the importer takes at most {limit} in one file", rows.len()));
    }
    if rows.is_empty() && wrong.is_empty() {
        wrong.push("there is no device in it".into());
    }
    if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
}

fn check_header(header: &str) -> Result<usize, String> {
    if header.contains('"') {
        return Err("quotation marks in the header; the importer takes none".into());
    }
    let names: Vec<&str> = header.split(',').collect();
    for (i, name) in names.iter().enumerate() {
        match HEADER.get(i) {
            Some(want) if name == want => {}
            Some(want) => {
                return Err(format!("column {} is `{name}`, not `{want}`; letter case and blanks matter", i + 1));
            }
            None => {
                return Err(format!("column {} is `{name}`; the importer takes no columns beyond the fifth", i + 1));
            }
        }
    }
    if names.len() < 3 { Err("the first three columns are needed".into()) } else { Ok(names.len()) }
}

fn read_row(line: u32, text: &str, columns: usize) -> Result<FleetRow, String> {
    if text.contains('"') {
        return Err("quotation marks; the importer takes none".into());
    }
    let fields: Vec<&str> = text.split(',').collect();
    if fields.len() > columns {
        return Err(format!("{} columns where the header has {columns}", fields.len()));
    }
    let field = |n: usize| fields.get(n).map_or("", |f| f.trim());
    let (serial, hash) = (field(0), field(2));
    if serial.is_empty() {
        return Err("no serial number".into());
    }
    if hash.is_empty() {
        return Err("no hardware hash".into());
    }
    let engine = base64::engine::general_purpose::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::GeneralPurposeConfig::new()
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
    );
    if engine.decode(hash).is_err() {
        return Err("the hardware hash is not Base64".into());
    }
    Ok(FleetRow {
        line,
        serial: serial.into(),
        hash: hash.into(),
        group_tag: field(3).into(),
        assigned_user: field(4).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "Device Serial Number,Windows Product ID,Hardware Hash,Group Tag,Assigned User\r\nPF1,,QUJD,Berlin,\r\nPF2,,QUI,,\r\n";

    #[test]
    fn what_a_collection_script_writes_is_read() {
        let rows = read(GOOD.as_bytes(), 500).expect("a good file");
        assert_eq!((rows[0].serial.as_str(), rows[0].group_tag.as_str(), rows[1].line), ("PF1", "Berlin", 3));
        assert_eq!(
            read(b"Device Serial Number,Windows Product ID,Hardware Hash\nPF1,,QUJD\n", 500).map(|r| r.len()),
            Ok(1)
        );
    }

    #[test]
    fn what_the_importer_refuses_is_refused_with_its_line() {
        let header = "Device Serial Number,Windows Product ID,Hardware Hash,Group Tag,Assigned User\n";
        let cases: [(Vec<u8>, &str); 11] = [
            (b"".to_vec(), "line 1: the file is empty"),
            ([b"\xef\xbb\xbf", GOOD.as_bytes()].concat(), "line 1: the file is Unicode"),
            (format!("{header}PF\u{e4},,QUJD,,").into_bytes(), "line 2: a character outside of ASCII"),
            (
                b"\"Device Serial Number\",Windows Product ID,Hardware Hash\n".to_vec(),
                "line 1: quotation marks in the header",
            ),
            (
                b"device serial number,Windows Product ID,Hardware Hash\n".to_vec(),
                "line 1: column 1 is `device serial number`",
            ),
            (header.replace("User", "User,Extra").into_bytes(), "line 1: column 6 is `Extra`"),
            (format!("{header}PF1,,QUJD,,,more").into_bytes(), "line 2: 6 columns where the header has 5"),
            (format!("{header}\"PF1\",,QUJD,,").into_bytes(), "line 2: quotation marks"),
            (format!("{header}PF1,,Q!JD,,").into_bytes(), "line 2: the hardware hash is not Base64"),
            (format!("{header},,QUJD,,").into_bytes(), "line 2: no serial number"),
            (header.as_bytes().to_vec(), "there is no device in it"),
        ];
        for (bytes, want) in cases {
            let wrong = read(&bytes, 500).expect_err(want);
            assert!(wrong[0].starts_with(want), "{wrong:?}");
        }
        let many: String = (0..501).map(|n| format!("S{n},,QUJD,,\n")).collect();
        assert_eq!(
            read(format!("{header}{many}").as_bytes(), 500),
            Err(vec!["501 devices; the importer takes at most 500 in one file".into()])
        );
    }
}
