//! What a client wishes of the form of an answer: `Prefer` and `Accept`.

/// The wishes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Preferences {
    /// `Prefer: odata.maxpagesize`.
    pub max_page_size: Option<u32>,
    /// `Prefer: return=minimal` (true) or `return=representation`.
    pub minimal: Option<bool>,
    /// `Prefer: include-unknown-enum-members`.
    pub unknown_members: bool,
    /// `Accept: application/json;odata.metadata=…`.
    pub metadata: Metadata,
    /// `Accept: application/json;IEEE754Compatible=true`: numbers of 64 bits are texts.
    pub numbers_as_text: bool,
}

/// How much is said about the data besides the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Metadata {
    /// `none`: no `@odata.context`, no types.
    None,
    /// `minimal`.
    #[default]
    Minimal,
    /// `full`: types, addresses and relationships of everything.
    Full,
}

impl Preferences {
    /// Takes a `Prefer` header in. What is not known is ignored (RFC 7240, section 2).
    pub fn prefer(&mut self, header: &str) {
        for preference in header.split([',', ';']) {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            let is = |known: &str| name.eq_ignore_ascii_case(known);
            if is("odata.maxpagesize") || is("maxpagesize") {
                self.max_page_size = value.parse().ok().filter(|size| *size > 0).or(self.max_page_size);
            } else if is("return") && value.eq_ignore_ascii_case("minimal") {
                self.minimal = Some(true);
            } else if is("return") && value.eq_ignore_ascii_case("representation") {
                self.minimal = Some(false);
            } else if is("include-unknown-enum-members") {
                self.unknown_members = true;
            }
        }
    }

    /// Takes an `Accept` header, or the value of `$format`, in. Other types than JSON are not the service's to refuse.
    pub fn accept(&mut self, header: &str) {
        let Some(json) = header.split(',').find(|part| is_json(part)) else { return };
        for parameter in json.split(';').skip(1) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            if name.eq_ignore_ascii_case("odata.metadata") || name.eq_ignore_ascii_case("odata") {
                self.metadata = match value.to_ascii_lowercase().as_str() {
                    "none" | "nometadata" => Metadata::None,
                    "full" | "fullmetadata" => Metadata::Full,
                    _ => Metadata::Minimal,
                };
            } else if name.eq_ignore_ascii_case("IEEE754Compatible") {
                self.numbers_as_text = value.eq_ignore_ascii_case("true");
            }
        }
    }

    /// The media type of JSON answers (Graph's page on batches shows it).
    pub(super) fn content_type(self) -> &'static str {
        macro_rules! json {
            ($metadata:literal, $compatible:literal) => {
                concat!(
                    "application/json;odata.metadata=",
                    $metadata,
                    ";odata.streaming=true;IEEE754Compatible=",
                    $compatible,
                    ";charset=utf-8"
                )
            };
        }
        match (self.metadata, self.numbers_as_text) {
            (Metadata::None, false) => json!("none", "false"),
            (Metadata::None, true) => json!("none", "true"),
            (Metadata::Minimal, false) => json!("minimal", "false"),
            (Metadata::Minimal, true) => json!("minimal", "true"),
            (Metadata::Full, false) => json!("full", "false"),
            (Metadata::Full, true) => json!("full", "true"),
        }
    }

    /// `Preference-Applied`, if there is something to say.
    pub(super) fn applied(self, paged: bool) -> Option<String> {
        let mut applied = Vec::new();
        if let Some(size) = self.max_page_size.filter(|_| paged) {
            applied.push(format!("odata.maxpagesize={size}"));
        }
        if self.unknown_members {
            applied.push("include-unknown-enum-members".to_owned());
        }
        (!applied.is_empty()).then(|| applied.join(","))
    }
}

/// Whether a value of `$format` or `Accept` is JSON, or anything.
pub(super) fn is_json(format: &str) -> bool {
    let kind = format.split(';').next().unwrap_or_default().trim();
    ["json", "application/json", "application/*", "*/*", "text/json"]
        .iter()
        .any(|known| kind.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let mut wishes = Preferences::default();
        wishes.prefer("odata.maxpagesize=50, return=minimal; include-unknown-enum-members, respond-async");
        wishes.accept("text/html, application/json;odata.metadata=none;IEEE754Compatible=true");
        assert_eq!(wishes.max_page_size, Some(50));
        assert_eq!((wishes.minimal, wishes.unknown_members), (Some(true), true));
        assert_eq!((wishes.metadata, wishes.numbers_as_text), (Metadata::None, true));
        assert!(
            wishes.content_type().contains("odata.metadata=none") && wishes.content_type().contains("=true;charset")
        );
        assert_eq!(wishes.applied(true).as_deref(), Some("odata.maxpagesize=50,include-unknown-enum-members"));
        let mut none = Preferences::default();
        none.prefer("odata.maxpagesize=0");
        none.accept("application/atom+xml");
        assert_eq!((none, none.applied(true)), (Preferences::default(), None));
    }
}
