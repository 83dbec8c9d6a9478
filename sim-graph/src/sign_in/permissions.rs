//! Which permissions open which operation: the table in `permissions.txt`, as a trie.

use crate::graph::GraphError;
use crate::odata::{Arguments, PathSegment, Target, Version};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Scopes and roles that open an operation; any one of them does.
#[derive(Debug, Default)]
struct Block {
    delegated: Vec<&'static str>,
    application: Vec<&'static str>,
}

/// A step of the paths of the table.
#[derive(Debug, Default)]
struct Node {
    /// What follows, by the folded segment; `{id}` for any key.
    below: BTreeMap<String, Node>,
    /// The block of an operation, by method and version.
    operations: BTreeMap<(&'static str, Version), usize>,
}

#[derive(Debug, Default)]
struct Table {
    blocks: Vec<Block>,
    root: Node,
}

/// What is known of an operation.
#[derive(Debug)]
pub(super) struct Found<'t> {
    /// The scopes that a user may have delegated.
    pub delegated: &'t [&'static str],
    /// The roles that an application may have.
    pub application: &'t [&'static str],
    /// The path, keys in parentheses.
    path: String,
    version: Version,
}

/// Finds an operation by its method and request target. What the table does not name needs what the nearest path above it
/// needs.
pub(super) fn of(method: &str, target: &str) -> Option<Found<'static>> {
    // A query that cannot be read is for the router to refuse.
    let path = target.split('?').next().unwrap_or(target);
    let target = Target::parse(path).ok()?;
    let mut segments: Vec<&PathSegment> = target.segments.iter().collect();
    if segments.last().is_some_and(|last| last.name.eq_ignore_ascii_case("$count")) && segments.len() > 1 {
        segments.pop();
    }
    let table = table();
    let block = |node: &Node| {
        let known = node.operations.iter().find(|((m, v), _)| m.eq_ignore_ascii_case(method) && *v == target.version);
        known.map(|(_, block)| *block)
    };
    let (mut node, mut nearest) = (Some(&table.root), None);
    let mut shown = String::new();
    for segment in segments {
        node = node.and_then(|node| step(node, &segment.name));
        nearest = node.and_then(block).or(nearest);
        shown.push('/');
        shown.push_str(&segment.name);
        let key = match &segment.arguments {
            Arguments::None | Arguments::Empty => None,
            Arguments::Key(key) => Some(key.as_str()),
            Arguments::Named(named) => named.first().map(|(_, value)| value.as_str()),
        };
        if let Some(key) = key {
            // The arguments of a function are no key.
            if let Some(below) = node.and_then(|node| node.below.get(KEY)) {
                node = Some(below);
                nearest = block(below).or(nearest);
                shown.push_str(&format!("('{key}')"));
            }
        }
    }
    let Block { delegated, application } = &table.blocks[nearest?];
    Some(Found { delegated, application, path: shown, version: target.version })
}

const KEY: &str = "{id}";

fn step<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    node.below.get(&folded(name)).or_else(|| node.below.get(KEY))
}

/// Segments compare without case, and casts and functions may leave out their namespace.
fn folded(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let short = name.strip_prefix("microsoft.graph.").or(name.strip_prefix("graph.")).map(str::to_owned);
    short.unwrap_or(name)
}

impl Found<'_> {
    /// Whether the operation is at or below that path.
    pub fn is_below(&self, path: &str) -> bool {
        let beginning = self.path.get(..path.len());
        let rest = self.path.get(path.len()..).unwrap_or_default();
        beginning.is_some_and(|b| b.eq_ignore_ascii_case(path)) && (rest.is_empty() || rest.starts_with(['/', '(']))
    }

    /// How the service that has the operation refuses it.
    pub fn refusal(&self, wanted: &[&'static str]) -> GraphError {
        if !self.is_below("/deviceManagement") {
            return GraphError::Denied;
        }
        let path = self.path.trim_start_matches('/').to_owned();
        GraphError::Forbidden { scopes: wanted.join(", "), path, version: self.version }
    }
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| read(include_str!("permissions.txt")))
}

/// Reads the table. It is ours, so what is wrong with it is found by the tests.
fn read(text: &'static str) -> Table {
    let mut table = Table::default();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut words = line.split(' ');
        let first = words.next().unwrap_or_default();
        let names = || line.split(' ').skip(1).filter(|name| *name != "-").collect();
        match first {
            "delegated" => table.blocks.push(Block { delegated: names(), ..Block::default() }),
            "application" => {
                if let Some(block) = table.blocks.last_mut() {
                    block.application = names();
                }
            }
            methods => {
                let versions: &[Version] = match words.next() {
                    Some("v1.0") => &[Version::V1],
                    Some("beta") => &[Version::Beta],
                    _ => &[Version::V1, Version::Beta],
                };
                let mut node = &mut table.root;
                for segment in words.next().unwrap_or_default().split('/').filter(|segment| !segment.is_empty()) {
                    // A function with arguments is found by its name.
                    let segment = if segment == KEY { segment } else { segment.split('(').next().unwrap_or(segment) };
                    node = node.below.entry(folded(segment)).or_default();
                }
                for (method, version) in methods.split(',').flat_map(|m| versions.iter().map(move |v| (m, *v))) {
                    node.operations.insert((method, version), table.blocks.len() - 1);
                }
            }
        }
    }
    table
}

/// All permissions that the table names, as applications or as users have them.
fn all(delegated: bool) -> Vec<&'static str> {
    let names = table().blocks.iter().flat_map(|block| if delegated { &block.delegated } else { &block.application });
    let mut names: Vec<_> = names.copied().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Every permission that the operations of this tenant know, but those for agents.
pub fn everything(delegated: bool) -> Vec<String> {
    all(delegated).into_iter().filter(|name| !name.starts_with("Agent")).map(str::to_owned).collect()
}

/// Whether the table names a permission.
pub fn is_known(name: &str, delegated: bool) -> bool {
    all(delegated).binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let table = table();
        assert!(table.blocks.len() > 80);
        for block in &table.blocks {
            assert!(!block.delegated.is_empty() || !block.application.is_empty());
        }
        // Every route that is answered has permissions, in every version that has it.
        let bare = crate::graph::ROUTES.iter().map(|route| route.template).filter(|template| {
            let path = template.replace("{id}", "x").replace("(deviceId=x)", "/x");
            ["/v1.0", "/beta"].iter().all(|v| of("GET", &format!("{v}{path}")).is_none())
        });
        assert_eq!(bare.collect::<Vec<_>>(), Vec::<&str>::new());
        for name in ["User.Read", "Device.Read.All", "DeviceManagementServiceConfig.ReadWrite.All"] {
            assert!(is_known(name, true), "{name}");
        }
        assert!(!is_known("User.Read", false) && is_known("Device.ReadWrite.All", false));
    }
}
