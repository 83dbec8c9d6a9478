//! What `$search` finds.
//!
//! Source: Graph's pages on `$search` and on advanced queries. `displayName` and `description` are cut into words at blanks,
//! signs, digits and changes of case; other properties begin with the text. Observed: each word searched for begins a word
//! of the value, whichever (microsoft-graph-explorer-v4 issue 3285).

use super::entity::{Edm, EntityType, Property};
use super::error::GraphError;
use super::filter::Seen;
use crate::membership_rule::ignore_case;
use crate::odata::{Search, SearchTerm, Subject, Value, Version};

/// The properties that are cut into words, and searched where a clause names none.
const WORDS: [&str; 2] = ["displayName", "description"];

/// Refuses a search in properties that cannot be searched.
pub(super) fn check(search: &Search, types: &[&'static EntityType], version: Version) -> Result<(), GraphError> {
    for term in search.terms() {
        let Some(name) = &term.property else { continue };
        let property = types.iter().find_map(|ty| ty.property(name, version));
        let searchable = |p: &Property| {
            let text = matches!(p.edm.item(), Edm::String);
            text && (WORDS.contains(&p.name) || p.allows("startswith"))
        };
        if !property.is_some_and(searchable) {
            let resource = types.first().map_or("", |ty| ty.short_name());
            return Err(GraphError::operator(name, resource, "search"));
        }
    }
    Ok(())
}

/// Whether a search takes an entity.
pub(super) fn takes(search: &Search, seen: &Seen<'_, '_>) -> bool {
    search.holds(&mut |term| match &term.property {
        Some(property) => found(term, property, seen),
        None => WORDS.iter().any(|property| found(term, property, seen)),
    })
}

fn found(term: &SearchTerm, property: &str, seen: &Seen<'_, '_>) -> bool {
    let in_words = WORDS.contains(&property);
    seen.get(&[property]).is_some_and(|value| found_in(&value, &term.text, in_words))
}

fn found_in(value: &Value<'_>, text: &str, in_words: bool) -> bool {
    match value {
        Value::Text(value) if in_words => {
            let words: Vec<&str> = words(value).collect();
            self::words(text).all(|wanted| words.iter().any(|word| ignore_case::starts_with(word, wanted)))
        }
        Value::Text(value) => ignore_case::starts_with(value, text),
        Value::List(items) => items.iter().any(|item| found_in(item, text, in_words)),
        _ => false,
    }
}

/// The words of a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let mut before = rest.chars().next()?;
        let ends = |(_, c): &(usize, char)| {
            let last = std::mem::replace(&mut before, *c);
            !c.is_alphanumeric() || c.is_numeric() != last.is_numeric() || (c.is_uppercase() && last.is_lowercase())
        };
        let end = rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn texts_are_cut_into_words() {
        let cut = |text| words(text).collect::<Vec<_>>().join(" ");
        assert_eq!(cut("HelloWorld.com 12ab"), "Hello World com 12 ab");
        assert_eq!(cut("LAP-0042"), "LAP 0042");
        assert_eq!(cut(" -- "), "");
    }
}
