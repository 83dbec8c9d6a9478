//! From text to [`Node`]: YAML events put together, with every mistake of form noted on the way.

use super::diagnostic::{Diagnostic, Diagnostics, code, shown};
use super::node::{Key, Node, Style, Value};
use super::span::{Span, line_col};
use super::syntax::{Offsets, explain, is_stray, refuse, too_deep, too_many_values};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The longest document, in bytes.
pub const MAX_BYTES: usize = 16 << 20;
/// The deepest nesting of lists and maps.
pub const MAX_DEPTH: usize = 64;
/// The most values and keys in a document, aliases written out.
pub const MAX_VALUES: usize = 1_000_000;

/// Reads a YAML document into a tree.
///
/// Mistakes are noted in `diagnostics`. Nothing is returned when the text is no YAML or breaks a bound; after
/// other mistakes (duplicate keys, tags, …) the tree has what remains. An empty document is [`Value::Null`].
///
/// Aliases (`*name`) are written out, so the spans of what they repeat are those at the anchor.
pub fn parse(text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    if let Some(refused) = refuse(text) {
        diagnostics.report(refused);
        return None;
    }
    let skipped = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut builder = Builder {
        text,
        skipped,
        offsets: Offsets::new(&text[skipped..]),
        diagnostics,
        stack: Vec::new(),
        anchors: BTreeMap::new(),
        root: None,
        documents: 0,
        values: 0,
        repeated_bytes: 0,
    };
    for event in Parser::new_from_str(&text[skipped..]) {
        let go_on = match event {
            Ok((event, span)) => {
                let start = builder.byte(span.start.index());
                let end = builder.byte(span.end.index());
                builder.event(event, Span::new(start, end))
            }
            Err(error) => {
                let offset = builder.byte(error.marker().index());
                builder.fail(explain(text, offset, error.info()))
            }
        };
        match go_on {
            Step::On => {}
            Step::Stop => break,
            Step::Fail => return None,
        }
    }
    Some(builder.root.unwrap_or_else(|| Node::new(Value::Null, Span::at(0))))
}

/// What to do after an event.
enum Step {
    On,
    Stop,
    Fail,
}

/// A list or map whose end has not come yet.
struct Frame {
    anchor: usize,
    start: usize,
    open: Open,
}

enum Open {
    Seq(Vec<Node>),
    Map { entries: Vec<(Key, Node)>, key: Pending },
}

/// The key of the entry that is being put together.
enum Pending {
    /// The next node is a key.
    Awaited,
    /// The next node is the value of this key.
    Key(Key),
    /// The next node is the value of something that is no key, and is dropped.
    Unusable,
}

struct Builder<'t, 'd> {
    text: &'t str,
    /// Bytes before the parsed text: a byte order mark.
    skipped: usize,
    offsets: Offsets<'t>,
    diagnostics: &'d mut Diagnostics,
    stack: Vec<Frame>,
    anchors: BTreeMap<usize, Node>,
    root: Option<Node>,
    documents: usize,
    values: usize,
    repeated_bytes: usize,
}

impl Builder<'_, '_> {
    fn byte(&mut self, index: usize) -> usize {
        self.skipped + self.offsets.byte(index)
    }

    fn fail(&mut self, diagnostic: Diagnostic) -> Step {
        self.diagnostics.report(diagnostic);
        Step::Fail
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Step {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.diagnostics.report(
                        Diagnostic::error(
                            code::SEVERAL_DOCUMENTS,
                            Span::new(span.start, span.end.max(span.start)),
                            "a second document in the file",
                        )
                        .label("this begins another document")
                        .help("put every scenario into a file of its own"),
                    );
                    return Step::Stop;
                }
                Step::On
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::Scalar(text, style, anchor, tag) => self.scalar(text, style, anchor, tag, span),
            Event::SequenceStart(anchor, tag) => self.open(Open::Seq(Vec::new()), anchor, tag, span),
            Event::MappingStart(anchor, tag) => {
                self.open(Open::Map { entries: Vec::new(), key: Pending::Awaited }, anchor, tag, span)
            }
            Event::SequenceEnd => self.close(span, ']'),
            Event::MappingEnd => self.close(span, '}'),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Step::On,
        }
    }

    fn count(&mut self, values: usize, span: Span) -> Option<Step> {
        self.values += values;
        (self.values > MAX_VALUES).then(|| self.fail(too_many_values(span)))
    }

    fn open(&mut self, open: Open, anchor: usize, tag: Option<Cow<'_, Tag>>, span: Span) -> Step {
        let start = match &open {
            Open::Seq(_) => self.at_dash(self.after_properties(span.start, anchor, tag.is_some())),
            Open::Map { .. } => self.after_properties(span.start, anchor, tag.is_some()),
        };
        let bracket = Span::new(start, start + self.text[start..].chars().next().map_or(0, char::len_utf8));
        if let Some(stop) = self.count(1, bracket) {
            return stop;
        }
        if self.stack.len() == MAX_DEPTH {
            return self.fail(too_deep(bracket));
        }
        if tag.is_some() {
            self.refuse_tag(span.start);
        }
        self.stack.push(Frame { anchor, start, open });
        Step::On
    }

    fn close(&mut self, span: Span, bracket: char) -> Step {
        let Some(frame) = self.stack.pop() else { return Step::On };
        let flow_end = (!span.is_empty() && self.text[span.start..].starts_with(bracket))
            .then_some(span.start + bracket.len_utf8());
        let (value, last) = match frame.open {
            Open::Seq(items) => {
                let last = items.last().map(|item| item.span.end);
                (Value::Seq(items), last)
            }
            Open::Map { entries, .. } => {
                let last = entries.last().map(|(key, node)| node.span.end.max(key.span.end));
                (Value::Map(self.without_duplicates(entries)), last)
            }
        };
        let end = flow_end.or(last).unwrap_or(frame.start);
        self.place(Node::new(value, Span::new(frame.start, end)), frame.anchor)
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
        span: Span,
    ) -> Step {
        if let Some(stop) = self.count(1, span) {
            return stop;
        }
        if tag.is_some() {
            self.refuse_tag(span.start);
        }
        let plain = style == ScalarStyle::Plain;
        let left_out = plain && text.is_empty();
        if left_out {
            if anchor > 0 && tag.is_none() {
                self.refuse_empty_anchor(span);
            }
            let place = self.left_out_place(span.start);
            return self.place(Node::new(Value::Null, place), anchor);
        }
        let start = self.after_properties(span.start, anchor, tag.is_some());
        let end = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => closing_quote(self.text, start),
            _ => start + Span::new(start, span.end).of(self.text).trim_end().len(),
        };
        let span = Span::new(start, end);
        if let Some(c) = text.chars().find(|c| is_stray(*c)) {
            self.diagnostics.report(
                Diagnostic::error(
                    code::CONTROL_CHARACTER,
                    span,
                    format!("the escapes in this text give the character U+{:04X}", u32::from(c)),
                )
                .label("in double quotes a `\\` begins an escape")
                .help("use single quotes where backslashes are meant, as in 'CORP\\ada'"),
            );
        }
        let is_key = matches!(self.stack.last(), Some(Frame { open: Open::Map { key: Pending::Awaited, .. }, .. }));
        let null = plain && !is_key && matches!(&*text, "~" | "null" | "Null" | "NULL");
        let value = if null {
            Value::Null
        } else {
            let style = if plain { Style::Plain } else { Style::Quoted };
            Value::Scalar { text: text.into_owned(), style }
        };
        self.place(Node::new(value, span), anchor)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Step {
        let Some(extent) = self.anchors.get(&anchor).map(Node::extent) else {
            let message = format!("{} is inside what it stands for", shown(span.of(self.text)));
            return self
                .fail(Diagnostic::error(code::UNKNOWN_ALIAS, span, message).label("an alias cannot hold itself"));
        };
        if self.stack.len() + extent.depth > MAX_DEPTH {
            return self.fail(too_deep(span));
        }
        if let Some(stop) = self.repeat(extent.values, extent.bytes, span) {
            return stop;
        }
        match self.anchors.get(&anchor).cloned() {
            Some(node) => self.place(node, 0),
            None => Step::On,
        }
    }

    /// Accounts for a part of the tree that is copied.
    fn repeat(&mut self, values: usize, bytes: usize, span: Span) -> Option<Step> {
        self.values += values;
        self.repeated_bytes += bytes;
        (self.values > MAX_VALUES || self.repeated_bytes > MAX_BYTES).then(|| {
            self.fail(
                Diagnostic::error(code::ALIASES_TOO_LARGE, span, "anchors and aliases repeat too much")
                    .label(format!("with this there are more than {MAX_VALUES} values or {MAX_BYTES} bytes"))
                    .help("move long lists into CSV or LDIF files"),
            )
        })
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, node: Node, anchor: usize) -> Step {
        if anchor > 0 {
            let extent = node.extent();
            if let Some(stop) = self.repeat(extent.values, extent.bytes, node.span) {
                return stop;
            }
            self.anchors.insert(anchor, node.clone());
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return Step::On;
        };
        match &mut frame.open {
            Open::Seq(items) => items.push(node),
            Open::Map { entries, key } => match std::mem::replace(key, Pending::Awaited) {
                Pending::Awaited => *key = usable_key(node, self.diagnostics),
                Pending::Key(key) => entries.push((key, node)),
                Pending::Unusable => {}
            },
        }
        Step::On
    }

    /// Drops the entries whose key came before, and says so.
    fn without_duplicates(&mut self, entries: Vec<(Key, Node)>) -> Vec<(Key, Node)> {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by(|a, b| entries[*a].0.text.cmp(&entries[*b].0.text)); // stable: document order among equals
        let mut dropped = vec![false; entries.len()];
        let mut first = 0;
        for position in 1..order.len() {
            let (original, key) = (&entries[order[first]].0, &entries[order[position]].0);
            if original.text != key.text {
                first = position;
                continue;
            }
            dropped[order[position]] = true;
            if self.diagnostics.is_full() {
                continue;
            }
            let line = line_col(self.text, original.span.start).0;
            self.diagnostics.report(
                Diagnostic::error(
                    code::DUPLICATE_KEY,
                    key.span,
                    format!("the key {} is given twice", shown(&key.text)),
                )
                .label(format!("already given in line {line}")),
            );
        }
        entries.into_iter().zip(dropped).filter(|(_, dropped)| !dropped).map(|(entry, _)| entry).collect()
    }

    fn refuse_tag(&mut self, start: usize) {
        let properties = &self.text[start..];
        let start = start + if properties.starts_with('&') { properties.find('!').unwrap_or(0) } else { 0 };
        let rest = &self.text[start..];
        let span = Span::new(start, start + rest.find(char::is_whitespace).unwrap_or(rest.len()));
        self.diagnostics.report(
            Diagnostic::error(
                code::TAG,
                span,
                format!("the tag {} is not possible in a scenario", shown(span.of(self.text))),
            )
            .label("what begins with `!` is a tag")
            .help("remove it, or quote the value if it is meant as text"),
        );
    }

    fn refuse_empty_anchor(&mut self, span: Span) {
        let span = Span::new(span.start, span.start + span.of(self.text).trim_end().len());
        self.diagnostics.report(
            Diagnostic::error(
                code::EMPTY_ANCHOR,
                span,
                format!("the anchor {} names nothing", shown(span.of(self.text))),
            )
            .label("what begins with `&` is an anchor")
            .help("quote the value if it is meant as text"),
        );
    }

    /// The place of a value that is left out: its key, the `-` of its list entry, or the `:` without a key.
    fn left_out_place(&self, offset: usize) -> Span {
        let before = self.text[..offset].trim_end();
        match self.stack.last().map(|frame| &frame.open) {
            Some(Open::Map { key: Pending::Key(key), .. }) => key.span,
            Some(Open::Map { .. }) if self.text[offset..].starts_with([':', '?']) => Span::new(offset, offset + 1),
            Some(Open::Seq(_)) if before.ends_with('-') => Span::new(before.len() - 1, before.len()),
            _ => Span::at(before.len()),
        }
    }

    /// Where a list begins: of one that is not indented below its key, the parser gives the place after the
    /// first `-`.
    fn at_dash(&self, start: usize) -> usize {
        let before = self.text[..start].trim_end();
        if !self.text[start..].starts_with(['-', '[']) && before.ends_with('-') { before.len() - 1 } else { start }
    }

    /// Where a value begins after its anchor and tag.
    fn after_properties(&self, start: usize, anchor: usize, tagged: bool) -> usize {
        let mut start = start;
        for _ in 0..usize::from(anchor > 0) + usize::from(tagged) {
            let rest = &self.text[start..];
            if !rest.starts_with(['&', '!']) {
                break;
            }
            start += rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
            loop {
                let rest = &self.text[start..];
                let content = rest.trim_start();
                start += rest.len() - content.len();
                if !content.starts_with('#') {
                    break;
                }
                start += content.find('\n').unwrap_or(content.len());
            }
        }
        start
    }
}

/// A node as the key of a map.
fn usable_key(node: Node, diagnostics: &mut Diagnostics) -> Pending {
    let problem = match node.value {
        Value::Scalar { text, .. } if text == "<<" => {
            diagnostics.report(
                Diagnostic::error(code::MERGE_KEY, node.span, "merge keys are not possible in a scenario")
                    .label("`<<` does not take over keys here")
                    .help("write the keys out, or give the whole value as an alias"),
            );
            return Pending::Unusable;
        }
        Value::Scalar { text, .. } => return Pending::Key(Key { text, span: node.span }),
        Value::Null => "nothing",
        Value::Seq(_) => "a list",
        Value::Map(_) => "a map",
    };
    diagnostics.report(
        Diagnostic::error(code::KEY_NOT_TEXT, node.span, format!("{problem} cannot be a key"))
            .label("a key is a single word or text")
            .help("quote the value if brackets are part of it"),
    );
    Pending::Unusable
}

/// The offset after the quote that closes the one at `start`.
pub(super) fn closing_quote(text: &str, start: usize) -> usize {
    let bytes = &text.as_bytes()[start..];
    let Some(quote @ (b'"' | b'\'')) = bytes.first().copied() else { return start };
    let mut index = 1;
    while let Some(byte) = bytes.get(index) {
        match *byte {
            b'\\' if quote == b'"' => index += 1,
            b if b != quote => {}
            _ if quote == b'\'' && bytes.get(index + 1) == Some(&quote) => index += 1,
            _ => return start + index + 1,
        }
        index += 1;
    }
    text.len()
}
