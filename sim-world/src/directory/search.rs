//! Searches as expectations.

use super::principal;
use crate::World;
use crate::scenario::model::Scope;
use sim_core::{Cx, Id};
use sim_ldap::{Controller, Filter, Forest, Principal, SearchEntry, SearchRequest, View};

/// A search of a scenario.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    pub base: String,
    pub scope: Scope,
    pub filter: String,
    pub who: Option<String>,
    pub dc: Option<String>,
    pub deleted: bool,
    /// Attributes with a value that every entry must have.
    pub has: Vec<(String, String)>,
    /// Attributes that no entry may have.
    pub absent: Vec<String>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// How many entries.
    pub entries: u64,
    /// The first thing about them that is not as wanted.
    pub amiss: Option<String>,
}

impl Search {
    /// What there is to say of it beside how many entries are wanted.
    pub fn said(&self) -> String {
        let mut said = format!("{} under {}", self.filter, self.base);
        for (name, value) in &self.has {
            said += &format!(" with {name}: {value}");
        }
        for name in &self.absent {
            said += &format!(" without {name}");
        }
        if let Some(who) = &self.who {
            said += &format!(" as {who}");
        }
        if let Some(dc) = &self.dc {
            said += &format!(" at {dc}");
        }
        said
    }

    /// The version of what it reads: between controllers, time alone brings something new.
    pub fn version(&self, world: &World) -> u64 {
        let (forest, now) = (world.forest(), world.now().unix_millis() as u64);
        let moving = self.dc.is_some() && forest.is_replicating();
        forest.version().wrapping_add(if moving { now } else { 0 })
    }

    /// Looks. An error is what a client would be told.
    pub fn look(&self, world: &World) -> Result<Found, String> {
        let (forest, cx) = (world.forest(), world.cx());
        let filter = self.filter.parse::<Filter>().map_err(|why| why.to_string())?;
        let dc = self.dc.as_deref().map(|name| controller(forest, name, cx)).transpose()?;
        let who = match &self.who {
            Some(name) => principal(forest, dc, name, cx)?,
            None => forest.system(),
        };
        let asked = Asked { search: self, view: dc.map_or_else(|| forest.all(cx), |dc| forest.view(dc, cx)), who };
        let entries = asked.count(&filter)?;
        Ok(Found { entries, amiss: asked.amiss(&filter, entries)? })
    }
}

fn controller(forest: &Forest, name: &str, cx: &Cx) -> Result<Id<Controller>, String> {
    let dc = forest.find_controller_named(name, cx).ok_or_else(|| format!("there is no controller {name}"))?;
    if forest.is_up(forest.controller(dc), cx) { Ok(dc) } else { Err(format!("{name} does not answer")) }
}

struct Asked<'a> {
    search: &'a Search,
    view: View<'a>,
    who: Principal,
}

impl Asked<'_> {
    fn page(&self, filter: &Filter, attributes: &[&str], after: Option<Id<sim_ldap::Entry>>) -> Result<Page, String> {
        let scope = match self.search.scope {
            Scope::Base => sim_ldap::Scope::Base,
            Scope::One => sim_ldap::Scope::One,
            Scope::Sub => sim_ldap::Scope::Subtree,
        };
        let request = SearchRequest {
            after,
            deleted: self.search.deleted,
            ..SearchRequest::new(&self.search.base, scope, filter, attributes)
        };
        let found = self
            .view
            .search(&self.who, &request)
            .map_err(|refusal| format!("{} {}", refusal.code as u8, refusal.message.trim_end().replace("\n\t", " ")))?;
        Ok(Page { entries: found.entries, next: found.next })
    }

    fn count(&self, filter: &Filter) -> Result<u64, String> {
        let (mut found, mut after) = (0, None);
        loop {
            let page = self.page(filter, &["1.1"], after)?;
            found += page.entries.len() as u64;
            after = page.next;
            if after.is_none() {
                return Ok(found);
            }
        }
    }

    /// What is not as wanted. An attribute is compared as a filter compares it, and as who looks may read it.
    fn amiss(&self, filter: &Filter, all: u64) -> Result<Option<String>, String> {
        let and = |more: Filter| Filter::And(vec![filter.clone(), more]);
        for (name, value) in &self.search.has {
            let having = self.count(&and(Filter::Equal(name.clone(), value.clone().into_bytes())))?;
            if having != all {
                return Ok(Some(self.values(filter, name, all - having)?));
            }
        }
        for name in &self.search.absent {
            let having = self.count(&and(Filter::Present(name.clone())))?;
            if having != 0 {
                return Ok(Some(self.values(filter, name, having)?));
            }
        }
        Ok(None)
    }

    /// The values of an attribute of the first entry, for who reads why.
    fn values(&self, filter: &Filter, name: &str, wrong: u64) -> Result<String, String> {
        let page = self.page(filter, &[name], None)?;
        let Some(first) = page.entries.first() else { return Ok(format!("{wrong} of them not so")) };
        let text = |v: &Vec<u8>| std::str::from_utf8(v).map_or_else(|_| format!("{} octets", v.len()), str::to_owned);
        let values: Vec<String> = first.values(name).iter().map(text).collect();
        let values = if values.is_empty() { "no value".to_owned() } else { values.join(", ") };
        Ok(format!("{wrong} of them not so; {} has {name}: {values}", first.dn))
    }
}

struct Page {
    entries: Vec<SearchEntry>,
    next: Option<Id<sim_ldap::Entry>>,
}
