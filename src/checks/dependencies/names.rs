//! Names of distributions and crates: how they are compared, which are much used, and what a
//! distribution lets one import.
//!
//! The lists are embedded: `lists/pypi.txt` (most used first, each with its modules where they are not its
//! own name) and `lists/crates.txt` (by number of dependents). Their first line says date and source;
//! `eval/lists/` renews them.
//!
//! Does not catch: a distribution that the list does not hold may import under any name.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// How many names of a list, from the top, a new name is compared with.
const TARGETS: usize = 2_000;

/// A name as the registries compare it: lower case, runs of `-`, `_`, `.` as one `-` (PEP 503; cargo
/// does the same with `-` and `_`).
pub(super) fn normal(name: &str) -> String {
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
pub(super) struct Popular {
    /// Normalised, and as written; most used first.
    order: Vec<(String, &'static str)>,
    known: HashSet<String>,
}

impl Popular {
    fn of(names: impl Iterator<Item = &'static str>) -> Self {
        let order: Vec<(String, &'static str)> = names.map(|name| (normal(name), name)).collect();
        let known = order.iter().map(|(name, _)| name.clone()).collect();
        Self { order, known }
    }

    /// Whether the list holds a normalised name.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.known.contains(name)
    }

    /// Whether the list holds a name as it is written here.
    pub(super) fn spells(&self, name: &str) -> bool {
        self.order.iter().any(|(_, written)| *written == name)
    }

    /// The much used name that a normalised name which is none itself could be a slip of.
    pub(super) fn near(&self, name: &str) -> Option<Near> {
        if self.holds(name) || name.len() < 5 {
            return None;
        }
        let length = name.chars().count();
        let mut best: Option<Near> = None;
        for (target, written) in self.order.iter().take(TARGETS) {
            if target.len() < 5 || target.chars().count().abs_diff(length) > 2 {
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
pub(super) struct Near {
    /// The much used name.
    pub(super) target: &'static str,
    /// How near.
    pub(super) kind: NearKind,
}

/// How near, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NearKind {
    /// One character changed, added, left out, or two swapped.
    OneEdit,
    /// The same but for separators.
    Separators,
    /// Two such edits in a long name.
    TwoEdits,
}

/// Names that differ in a digit only (`boto2`, `boto3`) are versions, not slips.
fn numbered(a: &str, b: &str) -> bool {
    let letters = |name: &str| name.replace(|c: char| c.is_ascii_digit() || c == '-', "");
    letters(a) == letters(b)
}

fn folded(name: &str) -> String {
    name.replace('-', "")
}

static PYPI_TEXT: &str = include_str!("lists/pypi.txt");
static CRATES_TEXT: &str = include_str!("lists/crates.txt");

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The most used crates.
pub(super) static CRATES: LazyLock<Popular> = LazyLock::new(|| Popular::of(lines(CRATES_TEXT)));

/// The most used distributions of PyPI.
pub(super) static PYPI: LazyLock<Popular> = LazyLock::new(|| {
    Popular::of(lines(PYPI_TEXT).filter_map(|line| line.split_whitespace().next()))
});

/// What the embedded list knows of a distribution's modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Provides {
    /// These top-level modules.
    Modules(Vec<&'static str>),
    /// Not known: any name that resembles its own.
    Unknown,
}

struct Modules {
    of: HashMap<&'static str, Provides>,
    providers: HashMap<String, Vec<&'static str>>,
}

static MODULES: LazyLock<Modules> = LazyLock::new(|| {
    let mut known = Modules {
        of: HashMap::new(),
        providers: HashMap::new(),
    };
    for line in lines(PYPI_TEXT) {
        let mut words = line.split_whitespace();
        let Some(name) = words.next() else { continue };
        let modules: Vec<&'static str> = words.collect();
        match modules.as_slice() {
            ["?"] => {
                known.of.insert(name, Provides::Unknown);
                let own = name.replace('-', "_");
                known.providers.entry(own).or_default().push(name);
                continue;
            }
            ["-"] => {
                known.of.insert(name, Provides::Modules(Vec::new()));
            }
            [] => {
                let own = name.replace('-', "_");
                known.providers.entry(own).or_default().push(name);
            }
            several => {
                for module in several {
                    let providers = known.providers.entry((*module).to_owned()).or_default();
                    providers.push(name);
                }
                known.of.insert(name, Provides::Modules(several.to_vec()));
            }
        }
    }
    known
});

/// Whether a distribution (normalised) lets one import this top-level module: `Some(false)` where its
/// modules are known and this is none of them, `None` where nothing is known.
pub(super) fn provides(distribution: &str, module: &str) -> Option<bool> {
    match MODULES.of.get(distribution) {
        Some(Provides::Modules(modules)) => Some(modules.contains(&module)),
        Some(Provides::Unknown) => None,
        None if PYPI.holds(distribution) => Some(distribution.replace('-', "_") == module),
        None => None,
    }
}

/// Much used distributions that hold this top-level module, most used first.
pub(super) fn providers(module: &str) -> &'static [&'static str] {
    MODULES.providers.get(module).map_or(&[], Vec::as_slice)
}

/// Whether the names of a distribution that the list knows nothing of and of a module are alike: one
/// holds the other, or they share a word of four letters or more.
pub(super) fn alike(distribution: &str, module: &str) -> bool {
    let module = normal(module);
    let (a, b) = (folded(distribution), folded(&module));
    if a == b || (a.len() >= 3 && b.len() >= 3 && (a.contains(&b) || b.contains(&a))) {
        return true;
    }
    const COMMON: &[&str] = &[
        "python", "pytest", "django", "flask", "utils", "tools", "client", "core",
    ];
    distribution.split('-').any(|word| {
        word.len() >= 4 && !COMMON.contains(&word) && module.split('-').any(|other| other == word)
    })
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
        let near = |name: &str| PYPI.near(name).map(|near| near.target);
        assert_eq!(near("reqeusts"), Some("requests"));
        assert_eq!(near("requests"), None);
        assert_eq!(near("boto4"), None, "a number is a version");
        assert_eq!(near("wholly-other-name"), None);
        assert_eq!(
            CRATES.near("serde-jsom").map(|near| near.target),
            Some("serde_json")
        );
    }

    #[test]
    fn modules_of_much_used_distributions_are_known() {
        assert_eq!(provides("pyyaml", "yaml"), Some(true));
        assert_eq!(provides("pyyaml", "pyyaml"), Some(false));
        assert_eq!(provides("requests", "requests"), Some(true));
        assert_eq!(provides("no-such-distribution-here", "x"), None);
        assert!(providers("yaml").contains(&"pyyaml"));
    }

    #[test]
    fn unknown_distributions_may_provide_what_resembles_them() {
        assert!(alike("python-frobnicate", "frobnicate"));
        assert!(alike("acme-billing-sdk", "acme_billing"));
        assert!(!alike("acme-billing-sdk", "fastjsonkit"));
    }
}
