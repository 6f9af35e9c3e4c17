//! The distributions of PyPI that are much used, and what each lets one import.
//!
//! `lists/pypi.txt` holds them, most used first, each with its modules where they are not its own name; its first
//! line says date and source, and `eval/lists/` renews it.
//!
//! Does not catch: a distribution that the list does not hold may import under any name.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::language::ecosystem::popular::{Popular, folded, lines, normal};

static LIST: &str = include_str!("lists/pypi.txt");

/// The most used distributions of PyPI.
pub(crate) static PYPI: LazyLock<Popular> =
    LazyLock::new(|| Popular::of(lines(LIST).filter_map(|line| line.split_whitespace().next())));

/// What the embedded list knows of a distribution's modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Provides {
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
    for line in lines(LIST) {
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
pub(crate) fn provides(distribution: &str, module: &str) -> Option<bool> {
    match MODULES.of.get(distribution) {
        Some(Provides::Modules(modules)) => Some(modules.contains(&module)),
        Some(Provides::Unknown) => None,
        None if PYPI.holds(distribution) => Some(distribution.replace('-', "_") == module),
        None => None,
    }
}

/// Whether a distribution may let one import this top-level module: its list says so or, without one, its name.
pub(crate) fn may_bring(distribution: &str, module: &str) -> bool {
    provides(distribution, module).unwrap_or_else(|| alike(distribution, module))
}

/// Much used distributions that hold this top-level module, most used first.
pub(crate) fn providers(module: &str) -> &'static [&'static str] {
    MODULES.providers.get(module).map_or(&[], Vec::as_slice)
}

/// Names of modules under which something else, or nothing that works, was registered: they are much asked for by mistake.
const TAKEN: [&str; 7] = [
    "sklearn",
    "dotenv",
    "docx",
    "imblearn",
    "jose",
    "skimage",
    "websocket",
];

/// The distribution that is meant by the name of its module, where no much used one is rightly called like that:
/// `scikit-learn` for `sklearn`.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    let module = name.replace('-', "_");
    let is_known = PYPI.holds(&normal(name)) && !TAKEN.contains(&name);
    let spelt = [module.as_str(), "PIL"]
        .into_iter()
        .find(|it| it.eq_ignore_ascii_case(&module))?;
    let first = providers(spelt).first();
    first
        .copied()
        .filter(|first| !is_known && normal(first) != normal(name))
}

/// Whether the names of a distribution that the list knows nothing of and of a module are alike: one
/// holds the other, or they share a word of four letters or more.
pub(crate) fn alike(distribution: &str, module: &str) -> bool {
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
    fn modules_of_much_used_distributions_are_known() {
        assert_eq!(provides("pyyaml", "yaml"), Some(true));
        assert_eq!(provides("pyyaml", "pyyaml"), Some(false));
        assert_eq!(provides("requests", "requests"), Some(true));
        assert_eq!(provides("no-such-distribution-here", "x"), None);
        assert!(providers("yaml").contains(&"pyyaml"));
        assert_eq!(meant("sklearn"), Some("scikit-learn"));
        assert_eq!(meant("cv2"), Some("opencv-python"));
        assert_eq!(meant("requests"), None);
        assert_eq!(meant("no-such-distribution-here"), None);
    }

    #[test]
    fn unknown_distributions_may_provide_what_resembles_them() {
        assert!(alike("python-frobnicate", "frobnicate"));
        assert!(alike("acme-billing-sdk", "acme_billing"));
        assert!(!alike("acme-billing-sdk", "fastjsonkit"));
    }
}
