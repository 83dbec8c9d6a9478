//! Between the YAML parser and the tree: what is checked before it, its positions and its errors.

use super::diagnostic::{Diagnostic, code, shown};
use super::span::{Span, floor_boundary};
use super::tree::{MAX_BYTES, MAX_DEPTH, MAX_VALUES, closing_quote};

/// A mistake for which the text need not be parsed at all, if there is one.
///
/// The parser holds the tokens of a whole `[ … ]` or `{ … }` before it gives the first one, so they are
/// counted, roughly, before it starts.
pub(super) fn refuse(text: &str) -> Option<Diagnostic> {
    if text.len() > MAX_BYTES {
        let message = format!("the file has {} bytes, the most is {MAX_BYTES}", text.len());
        return Some(
            Diagnostic::error(code::TOO_LARGE, Span::at(0), message)
                .label("too large for a scenario")
                .help("move long lists into CSV or LDIF files"),
        );
    }
    if let Some((offset, c)) = text.char_indices().find(|(_, c)| is_stray(*c)) {
        return Some(
            Diagnostic::error(
                code::CONTROL_CHARACTER,
                Span::new(offset, offset + c.len_utf8()),
                format!("the character U+{:04X} is not possible in a scenario", u32::from(c)),
            )
            .label("this is not text")
            .help("save the file as UTF-8 text"),
        );
    }
    if tokens(text) > 2 * MAX_VALUES {
        return Some(too_many_values(Span::at(0)));
    }
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches('\u{feff}');
        if content.starts_with('%') {
            let start = offset + line.len() - content.len();
            let span = Span::new(start, start + content.trim_end().len());
            return Some(
                Diagnostic::error(code::DIRECTIVE, span, "directives are not possible in a scenario")
                    .label("a line that begins with `%`")
                    .help("remove this line"),
            );
        }
        if !content.trim().is_empty() && !content.trim_start().starts_with('#') {
            break;
        }
        offset += line.len();
    }
    None
}

/// About how many tokens the parser makes of a text: every one but a scalar begins with one of these.
fn tokens(text: &str) -> usize {
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.iter().skip(1).chain([&b'\n']));
    let token = |byte: u8, next: u8| match byte {
        b',' | b'[' | b'{' | b'&' | b'*' | b'!' => true,
        b':' | b'?' => matches!(next, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'[' | b']' | b'{' | b'}'),
        _ => false,
    };
    pairs.filter(|(byte, next)| token(**byte, **next)).count()
}

/// Whether a character has no business in a text file.
pub(super) fn is_stray(c: char) -> bool {
    c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r')
}

/// The diagnostic for more values than is reasonable.
pub(super) fn too_many_values(span: Span) -> Diagnostic {
    Diagnostic::error(code::TOO_MANY_VALUES, span, format!("the file has more than {MAX_VALUES} values"))
        .label("too many values for a scenario")
        .help("move long lists into CSV or LDIF files")
}

/// The diagnostic for deeper nesting than is reasonable.
pub(super) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(code::TOO_DEEP, span, format!("lists and maps are nested more than {MAX_DEPTH} levels deep"))
        .label("nested too deep")
}

/// Converts the parser's positions, in characters, to byte offsets.
///
/// Remembers the last position, because positions mostly move forward: converting all of them walks the
/// text about once.
pub(super) struct Offsets<'t> {
    text: &'t str,
    ascii: bool,
    chars: usize,
    bytes: usize,
}

impl<'t> Offsets<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, ascii: text.is_ascii(), chars: 0, bytes: 0 }
    }

    /// The byte offset of the character with this index; the end of the text for one beyond it.
    pub fn byte(&mut self, index: usize) -> usize {
        if self.ascii {
            return index.min(self.text.len());
        }
        while self.chars < index {
            let Some(c) = self.text[self.bytes..].chars().next() else { break };
            self.chars += 1;
            self.bytes += c.len_utf8();
        }
        while self.chars > index {
            let Some(c) = self.text[..self.bytes].chars().next_back() else { break };
            self.chars -= 1;
            self.bytes -= c.len_utf8();
        }
        self.bytes
    }
}

/// The diagnostic for an error of the YAML parser at a byte offset.
pub(super) fn explain(text: &str, offset: usize, info: &str) -> Diagnostic {
    let offset = floor_boundary(text, offset);
    if info.contains("recursion limit") {
        return too_deep(place(text, offset));
    }
    if let Some(tab) = tab(text, offset, info) {
        return Diagnostic::error(code::TAB, tab, "a tab where only spaces are possible")
            .label("a tab")
            .help("indent and separate with spaces");
    }
    if info.contains("unknown anchor") {
        let span = word(text, offset);
        return Diagnostic::error(code::UNKNOWN_ALIAS, span, format!("nothing is named by {}", shown(span.of(text))))
            .label(format!("there is no anchor {} before this", shown(&span.of(text).replacen('*', "&", 1))))
            .help("quote it if it is meant as text");
    }
    let (span, message, label, help) = wording(text, offset, info);
    Diagnostic::error(code::SYNTAX, span, message).label(label).maybe_help(help.map(String::from))
}

type Wording = (Span, String, &'static str, Option<&'static str>);

/// Place, message, label and help for what the parser says.
fn wording(text: &str, offset: usize, info: &str) -> Wording {
    const BRACKETS: &str = "close it, and quote a value with brackets, commas or `: ` in it";
    const INDENT: &str = "keys of one map, and entries of one list, begin in the same column";
    const QUOTE: &str = "quote the value";
    let here = place(text, offset);
    let at_end = text[offset..].trim_start().is_empty();
    let has = |part: &str| info.contains(part);
    if has("quoted scalar, found unexpected") || has("indentation in quoted scalar") {
        let line = Span::new(offset, text.len()).first_line(text);
        (
            line,
            "a quote is not closed".into(),
            "this quote has no partner",
            Some("double a single quote inside single quotes"),
        )
    } else if has("parsing a quoted scalar") {
        let help = "use single quotes where backslashes are meant, as in 'CORP\\ada'";
        let span = Span::new(offset, closing_quote(text, offset));
        (span, "an unknown escape in double quotes".into(), "in double quotes a `\\` begins an escape", Some(help))
    } else if has("trailing content") {
        let help = "quote the whole value; double a single quote inside single quotes";
        (here, "text after the closing quote".into(), "the value has already ended", Some(help))
    } else if has("mapping values are not allowed") || has("placement of ':'") {
        let help = "quote a value with `: ` in it; otherwise check indentation and brackets above";
        (here, "a `:` that cannot begin a value".into(), "no key is possible here", Some(help))
    } else if has("flow mapping") {
        let label = if at_end { "`}` is missing after this" } else { "`,` or `}` is needed before this" };
        (here, "a `{` is not closed properly".into(), label, Some(BRACKETS))
    } else if has("flow sequence") {
        let label = if at_end { "`]` is missing after this" } else { "`,` or `]` is needed before this" };
        (here, "a `[` is not closed properly".into(), label, Some(BRACKETS))
    } else if has("misplaced bracket") {
        (here, "a bracket that was not opened".into(), "nothing to close here", Some(QUOTE))
    } else if has("unexpected character") || has("alphabetic or numeric") {
        let message = match here.of(text) {
            "`" => "a value cannot begin with a backquote".into(),
            c => format!("a value cannot begin with {}", shown(c)),
        };
        (here, message, "not possible without quotes", Some(QUOTE))
    } else if has("simple key") {
        let line = last_line(text, offset);
        (line, "a line that is neither a key nor a list entry".into(), "a key ends with `:`", Some(INDENT))
    } else if has("block scalar") {
        let help = "indent the text evenly below the `|` or `>`";
        (here, "a block of text is not written properly".into(), "not understood", Some(help))
    } else if has("flow construct") || info == "invalid indentation" {
        let help = "indent what is inside brackets further than the key before them";
        (here, "a line inside brackets is not indented enough".into(), "further to the right is possible", Some(help))
    } else if has("indent") || has("did not find expected key") || has("expected '-'") {
        (here, "a line is not indented as those around it".into(), "this column fits nothing above", Some(INDENT))
    } else if has("block sequence entries") || has("inside a block") {
        let help = "begin the list on the next line, or write it in `[ … ]`";
        (here, "a `-` where no list entry is possible".into(), "not possible here", Some(help))
    } else if has("comment intercepting") {
        (here, "a comment in the middle of a value".into(), "the value goes on after this", Some(QUOTE))
    } else if at_end {
        (here, "the file ends too early".into(), "something is not finished here", Some(BRACKETS))
    } else {
        (here, format!("not YAML: {info}"), "not understood", Some(QUOTE))
    }
}

/// The character at an offset; after the end of the line, the one before it.
fn place(text: &str, offset: usize) -> Span {
    match text[offset..].chars().next() {
        Some(c) if c != '\n' && c != '\r' => Span::new(offset, offset + c.len_utf8()),
        _ => {
            let before = text[..offset].trim_end();
            let last = before.chars().next_back().map_or(0, char::len_utf8);
            Span::new(before.len() - last, before.len())
        }
    }
}

/// The characters from an offset to the next white space or flow punctuation.
fn word(text: &str, offset: usize) -> Span {
    let rest = &text[offset..];
    let end = rest.find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).unwrap_or(rest.len());
    Span::new(offset, offset + end)
}

/// The last line with content that begins before an offset.
fn last_line(text: &str, offset: usize) -> Span {
    let mut end = offset;
    loop {
        let before = text[..end].trim_end();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before[start..].trim_start();
        if !line.starts_with('#') || start == 0 {
            return Span::new(before.len() - line.len(), before.len());
        }
        end = start;
    }
}

/// The tab that an error is about: one in the indentation of its line, else the next or last one if the
/// parser says that it is about a tab.
fn tab(text: &str, offset: usize, info: &str) -> Option<Span> {
    let line_start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let line = &text[line_start..];
    let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
    let tab = match line[..indentation].find('\t') {
        Some(tab) => line_start + tab,
        None if info.contains("YAML whitespace") => text[..offset].rfind('\t')?,
        None if info.contains("tab") => offset + text[offset..].find('\t')?,
        None => return None,
    };
    Some(Span::new(tab, tab + 1))
}
