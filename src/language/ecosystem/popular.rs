//! Names of packages: how registries compare them, and which are much used.
//!
//! Does not catch: a slip of a name that is not among the first of its list.

use std::collections::HashSet;

use crate::budget;

/// How many names of a list, from the top, a new name is compared with.
const TARGETS: usize = 2_000;

/// A name as the registries compare it: lower case, runs of `-`, `_`, `.` as one `-` (PEP 503; cargo
/// does the same with `-` and `_`).
pub fn normal(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for c in name.chars() {
        if matches!(c, '-' | '_' | '.') {
            if !normal.ends_with('-') {
                normal.push('-');
            }
        } else {
            normal.extend(c.to_lowercase());
        }
    }
    normal
}

/// A list of much used names.
pub struct Popular {
    /// Most used first.
    order: Vec<Much>,
    known: HashSet<String>,
}

/// A much used name.
struct Much {
    /// Normalised.
    name: String,
    /// As written.
    written: &'static str,
    length: usize,
    letters: u64,
}

/// The characters of a name as bits, several to a bit. An edit brings in one at most and takes out one at most.
fn letters(name: &str) -> u64 {
    name.chars().fold(0, |bits, c| bits | 1 << (c as u32 % 64))
}

impl Popular {
    /// A list, most used first.
    pub fn of(names: impl Iterator<Item = &'static str>) -> Self {
        let much = |written| {
            let name = normal(written);
            let (length, letters) = (name.chars().count(), letters(&name));
            Much {
                name,
                written,
                length,
                letters,
            }
        };
        let order: Vec<Much> = names.map(much).collect();
        let known = order.iter().map(|much| much.name.clone()).collect();
        Self { order, known }
    }

    /// Whether the list holds a normalised name.
    pub fn holds(&self, name: &str) -> bool {
        self.known.contains(name)
    }

    /// Whether the list holds a name as it is written here.
    pub fn spells(&self, name: &str) -> bool {
        self.order.iter().any(|much| much.written == name)
    }

    /// The much used name that a normalised name which is none itself could be a slip of.
    pub fn near(&self, name: &str) -> Option<Near> {
        if self.holds(name) || name.len() < 5 {
            return None;
        }
        let length = name.chars().count();
        let own = letters(name);
        let far = |much: &Much| {
            much.length.abs_diff(length) > 2
                || (own & !much.letters).count_ones() > 2
                || (much.letters & !own).count_ones() > 2
        };
        let of_scope = scope(name);
        let mut best: Option<Near> = None;
        for much in self.order.iter().take(TARGETS) {
            let Much {
                name: target,
                written,
                ..
            } = much;
            // What is in one scope is of one owner.
            let is_kin = of_scope.is_some() && scope(target) == of_scope;
            if target.len() < 5 || is_kin || far(much) || !budget::charge(length) {
                continue;
            }
            let kind = match strsim::damerau_levenshtein(name, target) {
                1 | 2 if folded(name) == folded(target) => NearKind::Separators,
                1 if !numbered(name, target) => NearKind::OneEdit,
                2 if length >= 8 && target.len() >= 8 && !numbered(name, target) => {
                    NearKind::TwoEdits
                }
                _ => continue,
            };
            if best.as_ref().is_none_or(|known| kind < known.kind) {
                best = Some(Near {
                    target: written,
                    kind,
                });
            }
        }
        best
    }
}

/// A much used name near to a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// The much used name.
    pub target: &'static str,
    /// How near.
    pub kind: NearKind,
}

/// How near, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NearKind {
    /// One character changed, added, left out, or two swapped.
    OneEdit,
    /// The same but for separators.
    Separators,
    /// Two such edits in a long name.
    TwoEdits,
}

/// What stands before the name proper and belongs to one owner: `@acme` of `@acme/log`.
fn scope(name: &str) -> Option<&str> {
    name.split_once('/').map(|(scope, _)| scope)
}

/// Names that differ in a digit only (`boto2`, `boto3`) are versions, not slips.
fn numbered(a: &str, b: &str) -> bool {
    let letters = |name: &str| name.replace(|c: char| c.is_ascii_digit() || c == '-', "");
    letters(a) == letters(b)
}

/// A normalised name without its separators.
pub fn folded(name: &str) -> String {
    name.replace('-', "")
}

/// The name among others that was meant, where one is near: it begins the name, or is two characters away at most.
pub fn near<'n>(name: &str, others: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let others = others.filter(|other| other.len() > 2 && budget::charge(other.len()));
    let near = others.max_by_key(|other| {
        let distance = strsim::damerau_levenshtein(name, other);
        (name.starts_with(*other), usize::MAX - distance)
    })?;
    let is_near = name.starts_with(near) || strsim::damerau_levenshtein(name, near) <= 2;
    is_near.then_some(near)
}

/// The lines of a list that is embedded, without its comments.
pub fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_the_registries_do() {
        assert_eq!(normal("Foo__Bar.baz"), "foo-bar-baz");
        assert_eq!(normal("PyYAML"), "pyyaml");
    }

    #[test]
    fn a_slip_of_a_much_used_name_is_near_and_the_name_itself_is_not() {
        let list = Popular::of(["requests", "boto3", "serde_json"].into_iter());
        let near = |name: &str| list.near(name).map(|near| near.target);
        assert_eq!(near("reqeusts"), Some("requests"));
        assert_eq!(near("requests"), None);
        assert_eq!(near("boto4"), None, "a number is a version");
        assert_eq!(near("wholly-other-name"), None);
        assert_eq!(near("serde-jsom"), Some("serde_json"));
    }
}
