//! Gathers the entities of one page out of all that a collection has.

use super::entity::{Item, Source};
use super::filter::{Seen, sort};
use super::page::Start;
use super::search;
use crate::odata::{Filter, QueryError, Search, Version};

/// Which entities are wanted.
pub(super) struct Wanted<'a, 't> {
    pub source: &'a Source<'t>,
    pub version: Version,
    pub filter: Option<&'a Filter>,
    pub search: Option<&'a Search>,
    /// Paths, and which of them descend.
    pub order: &'a [(String, bool)],
    /// Where the page begins.
    pub start: Start,
    /// How many the page holds.
    pub size: usize,
    /// Whether all are to be counted.
    pub all: bool,
    /// Whether the collection stands in the order of its rows.
    pub by_row: bool,
}

/// One page.
pub(super) struct Page {
    pub items: Vec<Item>,
    /// How many entities there are, if all were to be counted.
    pub total: u64,
    /// How many were shown, with this page.
    pub seen: usize,
    /// Whether there are more.
    pub more: bool,
}

impl Wanted<'_, '_> {
    fn takes(&self, item: &Item) -> Result<bool, QueryError> {
        if self.filter.is_none() && self.search.is_none() {
            return Ok(true);
        }
        let seen = Seen { source: self.source, item: *item, version: self.version };
        let found = self.search.is_none_or(|search| search::takes(search, &seen));
        Ok(found && self.filter.map_or(Ok(true), |filter| filter.matches(&seen))?)
    }

    /// How many entities are wanted.
    pub fn count(&self, mut items: impl Iterator<Item = Item>) -> Result<u64, QueryError> {
        if self.filter.is_none() && self.search.is_none() {
            return Ok(items.count() as u64);
        }
        items.try_fold(0, |n, item| Ok(n + u64::from(self.takes(&item)?)))
    }

    /// The page.
    pub fn page(&self, items: impl Iterator<Item = Item>) -> Result<Page, QueryError> {
        let shown = match self.start {
            Start::Skip(skip) => skip,
            Start::After(token) => token.seen as usize,
            Start::First | Start::AfterRow(_) => 0,
        };
        let in_order = self.order.is_empty() && (self.by_row || !matches!(self.start, Start::After(_)));
        let (mut items, total) =
            if self.all || !in_order { self.out_of_all(items, shown)? } else { (self.straight(items)?, 0) };
        let more = items.len() > self.size;
        items.truncate(self.size);
        let seen = shown.saturating_add(items.len());
        Ok(Page { items, total, seen, more })
    }

    /// The page and one more, which tells that there is a next page: no entity beyond it is looked at.
    fn straight(&self, items: impl Iterator<Item = Item>) -> Result<Vec<Item>, QueryError> {
        let enough = self.size.saturating_add(1);
        let mut found = Vec::with_capacity(enough.min(1024));
        let mut skip = if let Start::Skip(skip) = self.start { skip } else { 0 };
        for item in items {
            let passed = match self.start {
                Start::First | Start::Skip(_) => false,
                Start::After(token) => !token.is_before(&item),
                Start::AfterRow(row) => item.row.id <= row,
            };
            if passed || !self.takes(&item)? {
                continue;
            }
            if skip > 0 {
                skip -= 1;
                continue;
            }
            found.push(item);
            if found.len() == enough {
                break;
            }
        }
        Ok(found)
    }

    /// All from the beginning of the page on, and how many there are at all.
    fn out_of_all(&self, items: impl Iterator<Item = Item>, shown: usize) -> Result<(Vec<Item>, u64), QueryError> {
        let mut found = Vec::new();
        for item in items {
            if self.takes(&item)? {
                found.push(item);
            }
        }
        let total = found.len() as u64;
        sort(self.source, self.version, &mut found, self.order);
        let begin = match self.start {
            Start::First => 0,
            Start::Skip(skip) => skip,
            // An entity that is gone since leaves its number.
            Start::After(token) => found.iter().position(|item| token.is(item)).map_or(shown, |at| at + 1),
            Start::AfterRow(row) => found.iter().position(|item| item.row.id > row).unwrap_or(found.len()),
        };
        found.drain(..begin.min(found.len()));
        Ok((found, total))
    }
}
