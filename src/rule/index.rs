//! What the rules and the library say of a path, found by its last segment.
//!
//! Does not catch: a name whose path is not known.

use std::collections::{BTreeSet, HashMap};

use super::effect::Effect;
use super::path::Glob;

/// What a path is to the rules and the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A call site of a rule: rule, site.
    Call(usize, usize),
    /// A place that a rule watches for assignments: rule, site.
    Assign(usize, usize),
    /// A name whose mention a rule tells.
    Use(usize),
    /// A source of this kind.
    Source(u8),
    /// Its result is clean for these sink kinds.
    Sanitizer(u64),
    /// Its truth makes its arguments clean for these sink kinds.
    Guard(u64),
    /// It returns normally only if its arguments are clean for these sink kinds.
    Check(u64),
    /// Its result is for these sink kinds what it was before it was cleaned.
    Undo(u64),
    /// Its result has nothing of its arguments.
    Drop,
    /// Its result has all of its arguments.
    Keep,
    /// A function so decorated has parameters of this source kind.
    Handler(u8),
    /// It does not return.
    Exit,
    /// What a function that the language brings along does.
    Does(Effect),
}

/// Globs by last segment.
#[derive(Default)]
pub struct Index {
    plain: HashMap<String, Vec<(Glob, Role)>>,
    other: Vec<(Glob, Role)>,
    roots: BTreeSet<String>,
}

impl Index {
    /// Adds a glob.
    pub fn add(&mut self, text: &str, role: Role) {
        let root = text.split('.').next().unwrap_or_default();
        if text.contains('.') && !root.contains(['*', '?', '(']) {
            self.roots.insert(root.to_owned());
        }
        self.add_own(text, role);
    }

    /// Adds a glob that makes no module known.
    pub fn add_own(&mut self, text: &str, role: Role) {
        let glob = Glob::new(text);
        match glob.last() {
            Some(last) => self
                .plain
                .entry(last.to_owned())
                .or_default()
                .push((glob, role)),
            None => self.other.push((glob, role)),
        }
    }

    /// Whether a rule or the library speaks of a module of this name.
    pub fn knows(&self, root: &str) -> bool {
        self.roots.contains(root)
    }

    /// What is said of a path.
    pub fn roles(&self, segments: &[String]) -> Vec<Role> {
        let Some(last) = segments.last() else {
            return Vec::new();
        };
        let plain = self.plain.get(last).map_or(&[][..], Vec::as_slice);
        let mut roles: Vec<Role> = Vec::new();
        for (glob, role) in plain.iter().chain(&self.other) {
            if !roles.contains(role) && glob.matches(segments) {
                roles.push(*role);
            }
        }
        roles
    }
}
