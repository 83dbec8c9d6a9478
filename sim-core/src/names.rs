//! Names, kept once. A million devices share their profile's name, and a name is compared by number.

use crate::chance::hash_text;
use hashbrown::HashTable;

/// A name by its number in [`Names`]. Numbers depend on the order of arrival and never decide, order or hash anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sym(u32);

impl Sym {
    /// The empty name, which is also *none* where a name may be missing.
    pub const EMPTY: Self = Self(0);

    /// Whether this is the empty name.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// All names of a world. Names are not given back: what changes often and without bound is not a name.
#[derive(Debug, Clone)]
pub struct Names {
    text: String,
    /// Where each name ends. Four bytes: names fill 4 GiB before they run out.
    ends: Vec<u32>,
    table: HashTable<u32>,
}

impl Default for Names {
    fn default() -> Self {
        Self { text: String::new(), ends: vec![0], table: HashTable::new() }
    }
}

impl Names {
    /// The number of a name, which is kept if it is new.
    pub fn intern(&mut self, name: &str) -> Sym {
        if name.is_empty() {
            return Sym::EMPTY;
        }
        if let Some(sym) = self.find(name) {
            return sym;
        }
        let row = u32::try_from(self.ends.len()).expect("fewer than 2^32 names");
        self.text.push_str(name);
        self.ends.push(u32::try_from(self.text.len()).expect("names of less than 4 GiB"));
        let (text, ends) = (&self.text, &self.ends);
        self.table.insert_unique(hash_text(name), row, |r| {
            hash_text(&text[ends[*r as usize - 1] as usize..ends[*r as usize] as usize])
        });
        Sym(row)
    }

    /// Makes room for that many more names.
    pub fn reserve(&mut self, more: usize) {
        let (text, ends) = (&self.text, &self.ends);
        self.table.reserve(more, |r| hash_text(&text[ends[*r as usize - 1] as usize..ends[*r as usize] as usize]));
        self.ends.reserve(more);
    }

    /// The number of a name that is known already.
    pub fn find(&self, name: &str) -> Option<Sym> {
        if name.is_empty() {
            return Some(Sym::EMPTY);
        }
        self.table.find(hash_text(name), |r| self.get(Sym(*r)) == name).map(|r| Sym(*r))
    }

    /// The text of a name.
    pub fn get(&self, sym: Sym) -> &str {
        match sym.0 as usize {
            0 => "",
            n => &self.text[self.ends[n - 1] as usize..self.ends[n] as usize],
        }
    }

    /// The hash of a name's text.
    pub fn hash(&self, sym: Sym) -> u64 {
        hash_text(self.get(sym))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_number() {
        let mut names = Names::default();
        let a = names.intern("PFEG0D9P");
        let b = names.intern("Ünïcödé");
        assert_eq!(names.intern("PFEG0D9P"), a);
        assert_ne!(a, b);
        assert_eq!((names.get(a), names.get(b), names.get(Sym::EMPTY)), ("PFEG0D9P", "Ünïcödé", ""));
        assert_eq!(names.intern(""), Sym::EMPTY);
        assert_eq!(names.find("nobody"), None);
    }
}
