//! What the change did to production code: symbols that changed behaviour, came, and went.
//!
//! Does not catch: code of languages without a grammar here; such a file counts as changed as a whole
//! ([`Production::opaque`]).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::change::Side;
use crate::language::{self, Parsed};

use super::sides::{Pair, Sides};
use crate::language::test_model::reading::in_test_folder;
use crate::language::test_model::{Symbol, holds};

/// One symbol that the change touched.
#[derive(Clone, Debug)]
pub(super) struct Touched {
    /// The file at head (base's where it is gone).
    pub path: Rc<str>,
    /// The symbol, at head where it is still there.
    pub symbol: Rc<Symbol>,
}

/// Owner and name.
type Key = (String, String);

/// The symbols of the production files of a side.
fn on(sides: &Sides<'_>, side: Side) -> impl Iterator<Item = Touched> {
    let files = sides.pairs.iter().filter_map(move |pair| {
        let path = pair.file.path_on(side);
        let blob = pair.file.blob(side).filter(|_| is_production(pair, side))?;
        Some((path, sides.trees.of(path, blob)?))
    });
    files.flat_map(|(path, parsed)| {
        let path: Rc<str> = path.into();
        let symbols = of_file(&parsed).into_iter().map(Rc::new);
        symbols.map(move |symbol| Touched {
            path: Rc::clone(&path),
            symbol,
        })
    })
}

impl Touched {
    fn key(&self) -> Key {
        (self.symbol.owner.clone(), self.symbol.name.clone())
    }

    /// As a message names it.
    pub(super) fn name(&self) -> String {
        self.symbol.named_in(&self.path)
    }
}

/// What the change did to production code.
#[derive(Debug, Default)]
pub(super) struct Production {
    /// Symbols that do something else, or are new.
    pub changed: Vec<Touched>,
    /// Functions that refuse less often than before, with what base's one said where it did.
    pub softened: Vec<(Touched, Vec<String>)>,
    /// Symbols that are there no more under their name.
    pub deleted: Vec<Touched>,
    /// All symbols of the changed production files at head.
    pub all: Vec<Touched>,
    /// Literal answers to literal keys that base's changed production files hold.
    pub answered: BTreeSet<(String, String)>,
    /// Names of functions that base's changed production files hold.
    pub there: BTreeSet<String>,
    /// Changed production files that cannot be read as symbols.
    pub opaque: Vec<String>,
}

impl Production {
    /// Compares the production files of both sides.
    pub(super) fn of(sides: &Sides<'_>) -> Self {
        let mut production = Self::default();
        let mut after: BTreeMap<Key, Vec<Touched>> = BTreeMap::new();
        for touched in on(sides, Side::Head) {
            after.entry(touched.key()).or_default().push(touched);
        }
        // Of what is still there, that it did the same is all that is asked.
        let mut before: BTreeMap<Key, BTreeSet<u64>> = BTreeMap::new();
        let mut refused: BTreeMap<Key, Vec<String>> = BTreeMap::new();
        let mut deleted: BTreeMap<Key, Touched> = BTreeMap::new();
        for touched in on(sides, Side::Base) {
            let key = touched.key();
            production
                .answered
                .extend(touched.symbol.answers.iter().cloned());
            production.there.insert(touched.symbol.name.clone());
            if after.contains_key(&key) {
                let refusals = refused.entry(key.clone()).or_default();
                refusals.extend(touched.symbol.refusals.iter().cloned());
                before.entry(key).or_default().insert(touched.symbol.hash);
            } else if !touched.symbol.is_module() {
                deleted.entry(key).or_insert(touched);
            }
        }
        production.deleted.extend(deleted.into_values());
        for (key, new) in after {
            let known = before.get(&key);
            let left = new.iter().flat_map(|touched| &touched.symbol.refusals);
            let left: BTreeSet<&String> = left.collect();
            let count = |new: &[Touched]| -> usize {
                new.iter()
                    .map(|touched| touched.symbol.refusals.len())
                    .sum()
            };
            if let (Some(first), Some(refusals)) = (new.first(), refused.remove(&key))
                && refusals.len() > count(&new)
            {
                let gone = refusals.into_iter().filter(|text| !left.contains(text));
                production.softened.push((first.clone(), gone.collect()));
            }
            for touched in new {
                if known.is_none_or(|known| !known.contains(&touched.symbol.hash)) {
                    production.changed.push(touched.clone());
                }
                production.all.push(touched);
            }
        }
        production.opaque = sides
            .change
            .files
            .iter()
            .filter(|file| is_opaque_source(&file.path))
            .map(|file| file.path.clone())
            .collect();
        production
    }

    /// Whether production code did change at all.
    pub(super) fn is_untouched(&self) -> bool {
        self.changed.is_empty() && self.deleted.is_empty() && self.opaque.is_empty()
    }
}

/// The symbols of a parsed file.
pub(super) fn of_file(parsed: &Parsed) -> Vec<Symbol> {
    let framework = parsed.language.tests();
    framework.map_or_else(Vec::new, |framework| framework.symbols(parsed))
}

/// Whether a changed file holds production code on a side.
pub(super) fn is_production(pair: &Pair<'_>, side: Side) -> bool {
    let path = pair.file.path_on(side);
    if is_supporting(path) {
        return false;
    }
    match pair.on(side) {
        // A file whose tests are collected holds tests, unless they stand beside the code.
        Some(model) => model.words().beside_code || model.collected.is_err(),
        None => false,
    }
}

/// Whether a path holds what is no production code: tests, examples, benchmarks, documentation.
pub(super) fn is_supporting(path: &str) -> bool {
    in_test_folder(path)
        || path.split('/').any(|part| {
            matches!(
                part,
                "examples"
                    | "example"
                    | "benches"
                    | "benchmarks"
                    | "benchmark"
                    | "docs"
                    | "doc"
                    | "docs_src"
                    | "scripts"
                    | "fuzz"
                    | "build"
                    | "dist"
                    | "target"
                    | "node_modules"
            ) || language::test_words().any(|words| holds(&words.supporting, part))
        })
}

/// Sources that no symbols are read of and that a test may run through; no artefacts, locks or documentation.
fn is_opaque_source(path: &str) -> bool {
    const SOURCES: [&str; 22] = [
        "c", "h", "cc", "cpp", "hpp", "pyx", "pxd", "js", "ts", "tsx", "jsx", "go", "java", "kt",
        "rb", "sql", "html", "jinja", "j2", "css", "proto", "lalrpop",
    ];
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_read = language::tests_of(path).is_some();
    SOURCES.contains(&ending) && !is_read && !is_supporting(path) && !path.contains(".min.")
}
