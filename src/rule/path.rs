//! Canonical dotted names: what a value is called once imports and aliases are resolved, and how it
//! came about. `cur = sqlite3.connect(f).cursor()` makes `cur` the path `sqlite3.connect().cursor()`,
//! so a receiver's kind is its path. An unresolved name stands as `?name`.
//!
//! Each path is met with the globs of the rules once, when first seen; so a hundred rules cost one walk.

use std::collections::HashMap;
use std::rc::Rc;

use super::index::{Index, Role};
use crate::language::ir::{Names, Sym};

/// A path; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(pub u32);

impl PathId {
    /// Whether there is one.
    pub fn known(self) -> bool {
        self.0 != 0
    }
}

/// Longest path.
const SEGMENTS: u16 = 14;

struct Node {
    parent: PathId,
    sym: Sym,
    call: bool,
    depth: u16,
    roles: Rc<[Role]>,
}

/// All paths of a session.
pub struct Paths<'e> {
    index: &'e Index,
    nodes: Vec<Node>,
    known: HashMap<(PathId, Sym, bool), PathId>,
}

impl<'e> Paths<'e> {
    /// No paths yet.
    pub fn new(index: &'e Index) -> Self {
        Self {
            index,
            nodes: Vec::new(),
            known: HashMap::new(),
        }
    }

    /// Whether a rule or the library speaks of a module of this name.
    pub fn knows(&self, root: &str) -> bool {
        self.index.knows(root)
    }

    fn node(&self, id: PathId) -> Option<&Node> {
        self.nodes.get((id.0 as usize).checked_sub(1)?)
    }

    /// The path with one more segment.
    pub fn child(&mut self, names: &Names, parent: PathId, sym: Sym, call: bool) -> PathId {
        if let Some(known) = self.known.get(&(parent, sym, call)) {
            return *known;
        }
        let depth = self.node(parent).map_or(0, |node| node.depth) + 1;
        if depth > SEGMENTS {
            return PathId(0);
        }
        self.nodes.push(Node {
            parent,
            sym,
            call,
            depth,
            roles: Rc::new([]),
        });
        let id = PathId(u32::try_from(self.nodes.len()).unwrap_or(0));
        let segments = self.segments(names, id);
        let roles = self.index.roles(&segments);
        if let Some(node) = self.nodes.last_mut() {
            node.roles = roles.into();
        }
        self.known.insert((parent, sym, call), id);
        id
    }

    /// The name of a path of one segment, which is no call.
    pub fn root(&self, names: &Names, id: PathId) -> Option<Rc<str>> {
        let node = self.node(id)?;
        (node.depth == 1 && !node.call).then(|| names.text(node.sym))
    }

    /// The result of calling it.
    pub fn called(&mut self, names: &Names, id: PathId) -> PathId {
        match self.node(id) {
            Some(node) if !node.call => {
                let (parent, sym) = (node.parent, node.sym);
                self.child(names, parent, sym, true)
            }
            _ => PathId(0),
        }
    }

    /// What the rules and the library say of it.
    pub fn roles(&self, id: PathId) -> Rc<[Role]> {
        match self.node(id) {
            Some(node) => Rc::clone(&node.roles),
            None => Rc::new([]),
        }
    }

    /// Its segments, `()` behind a call.
    pub fn segments(&self, names: &Names, id: PathId) -> Vec<String> {
        let mut segments = Vec::new();
        let mut at = self.node(id);
        while let Some(node) = at {
            let text = names.text(node.sym);
            segments.push(if node.call {
                format!("{text}()")
            } else {
                text.to_string()
            });
            at = self.node(node.parent);
        }
        segments.reverse();
        segments
    }

    /// How it is written in rules.
    pub fn text(&self, names: &Names, id: PathId) -> String {
        self.segments(names, id).join(".")
    }
}

/// A pattern over paths: `**` stands for any segments (also none), `*` for any text in one segment.
#[derive(Clone, Debug)]
pub struct Glob(Vec<String>);

impl Glob {
    /// Reads one.
    pub fn new(text: &str) -> Self {
        Self(text.split('.').map(str::to_owned).collect())
    }

    /// The last segment, where it is plain.
    pub fn last(&self) -> Option<&str> {
        self.0
            .last()
            .map(String::as_str)
            .filter(|last| !last.contains('*'))
    }

    /// Whether it matches.
    pub fn matches(&self, segments: &[String]) -> bool {
        fn go(pattern: &[String], segments: &[String]) -> bool {
            match pattern.split_first() {
                None => segments.is_empty(),
                Some((first, rest)) if first == "**" => {
                    (0..=segments.len()).any(|skip| go(rest, segments.get(skip..).unwrap_or(&[])))
                }
                Some((first, rest)) => match segments.split_first() {
                    Some((segment, others)) => wild(first, segment) && go(rest, others),
                    None => false,
                },
            }
        }
        go(&self.0, segments)
    }
}

/// `*` for any text.
pub(super) fn wild(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(first) = parts.next() else {
        return text.is_empty();
    };
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    if !pattern.contains('*') {
        return rest.is_empty();
    }
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return true;
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        let segments: Vec<String> = path.split('.').map(str::to_owned).collect();
        Glob::new(pattern).matches(&segments)
    }

    #[test]
    fn a_double_star_stands_for_any_receiver() {
        assert!(matches("**.execute", "sqlite3.connect().cursor().execute"));
        assert!(matches("**.execute", "execute"));
        assert!(!matches("**.execute", "sqlite3.executemany"));
    }

    #[test]
    fn a_star_stays_in_its_segment() {
        assert!(matches("?*cur*.execute", "?cursor.execute"));
        assert!(!matches("?*cur*.execute", "?self.cursor.execute"));
        assert!(matches("a.*()", "a.b()"));
        assert!(!matches("a.*()", "a.b"));
    }
}
