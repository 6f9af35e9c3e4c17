//! Repair evidence: did a production symbol that a test reaches change behaviour in the same change?
//!
//! An expected value rewritten with nothing in production to explain it is the commonest cheat; with
//! such a change it is ordinary work. Reach is by name: directly, through one function that the test
//! names, or through the modules that its file imports.
//!
//! Does not catch: an edit made to a symbol that the test reaches only to have this evidence.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::Result;

use crate::budget;
use crate::change::Side;

use super::production::{Production, Touched, of_file};
use super::sides::Sides;
use super::wording::Wording;
use crate::language::test_model::{FileModel, Function, Names, Role, Symbol};

/// What was found, weakest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// Nothing that the test reaches changed.
    None,
    /// Something in the package that the test imports changed.
    Package(String),
    /// Something that a function named by the test calls changed.
    OneDeep(String),
    /// Something that the test names changed.
    Direct(String),
}

impl Evidence {
    /// Whether it explains an edit of the test by itself.
    pub(super) fn explains(&self) -> bool {
        matches!(self, Evidence::Direct(_) | Evidence::OneDeep(_))
    }

    /// As a message says it.
    pub(super) fn sentence(&self) -> String {
        match self {
            Evidence::None => "no production code that the test reaches changed with it".to_owned(),
            Evidence::Package(what) => {
                format!("{what} changed, in the package that the test imports, but nothing nearer")
            }
            Evidence::OneDeep(what) => format!("{what} changed, one call away from the test"),
            Evidence::Direct(what) => format!("{what} changed, which the test names"),
        }
    }
}

/// Answers for the tests of a change.
pub(super) struct Witness<'s> {
    sides: &'s Sides<'s>,
    production: &'s Production,
    /// Symbols that changed, came or went.
    touched: Named<'s>,
    /// Those, and what calls one of its own file.
    effective: Named<'s>,
    /// All symbols of the changed files.
    all: Named<'s>,
    /// Symbols of unchanged modules, read when first asked for.
    modules: RefCell<BTreeMap<String, Rc<Vec<Symbol>>>>,
    /// What production says, read when first asked for.
    wording: OnceCell<Wording<'s>>,
    /// Helpers of a folder's tests, read when first asked for.
    helpers: RefCell<BTreeMap<(Side, String), Helpers>>,
}

/// Files whose fixtures tests may ask for.
type Helpers = Rc<Vec<FileModel>>;

/// Symbols, found by the names that reach them.
struct Named<'s> {
    symbols: Vec<&'s Touched>,
    /// By the name that reaches each.
    by_name: BTreeMap<&'s str, Vec<usize>>,
    /// By what mentions each: the first of a name or class.
    by_mention: BTreeMap<&'s str, usize>,
    /// The first of a class.
    by_owner: BTreeMap<&'s str, usize>,
}

impl<'s> Named<'s> {
    fn of(symbols: Vec<&'s Touched>) -> Self {
        let mut named = Self {
            symbols: Vec::new(),
            by_name: BTreeMap::new(),
            by_mention: BTreeMap::new(),
            by_owner: BTreeMap::new(),
        };
        for (at, touched) in symbols.iter().enumerate() {
            let symbol = &touched.symbol;
            let (name, owner) = (symbol.name.as_str(), symbol.owner.as_str());
            if let Some(reached_by) = symbol.reached_by() {
                named.by_name.entry(reached_by).or_default().push(at);
            }
            if name.len() > 2 {
                named.by_mention.entry(name).or_insert(at);
            }
            if !owner.is_empty() {
                named.by_mention.entry(owner).or_insert(at);
            }
            named.by_owner.entry(owner).or_insert(at);
        }
        named.symbols = symbols;
        named
    }

    fn first(&self, places: impl Iterator<Item = usize>) -> Option<&'s Touched> {
        places.min().and_then(|at| self.symbols.get(at)).copied()
    }

    /// The places of those that names reach.
    fn reached(&self, names: &Names) -> impl Iterator<Item = usize> {
        let found = names.iter().filter_map(|name| {
            budget::charge(1);
            self.by_name.get(name)
        });
        found.flatten().copied()
    }

    /// The first that a symbol's text mentions.
    fn mentioned(&self, symbol: &Symbol) -> Option<&'s Touched> {
        let of_name = |name: &String| {
            budget::charge(1);
            self.by_mention.get(name.as_str()).copied()
        };
        self.first(symbol.names.iter().filter_map(of_name))
    }

    /// The first whose class names hold.
    fn owned(&self, names: &Names) -> Option<&'s Touched> {
        let of_name = |name: &str| self.by_owner.get(name).copied();
        self.first(names.iter().filter_map(of_name))
    }
}

impl<'s> Witness<'s> {
    /// For a change.
    pub(super) fn new(sides: &'s Sides<'s>, production: &'s Production) -> Self {
        let touched = || production.changed.iter().chain(&production.deleted);
        let mut of_file: BTreeMap<&str, Vec<&Touched>> = BTreeMap::new();
        for one in touched() {
            of_file.entry(&one.path).or_default().push(one);
        }
        let of_file: BTreeMap<&str, Named<'_>> = of_file
            .into_iter()
            .map(|(path, touched)| (path, Named::of(touched)))
            .collect();
        // What calls a changed symbol of its own file changed with it.
        let calls_one = |caller: &&Touched| {
            let of_file = of_file.get(&*caller.path);
            of_file.is_some_and(|named| named.mentioned(&caller.symbol).is_some())
        };
        let callers = production.all.iter().filter(calls_one);
        Self {
            sides,
            production,
            touched: Named::of(touched().collect()),
            effective: Named::of(touched().chain(callers).collect()),
            all: Named::of(production.all.iter().collect()),
            modules: RefCell::default(),
            wording: OnceCell::new(),
            helpers: RefCell::default(),
        }
    }

    /// The evidence for a test of a file, at head where it is still there.
    pub(super) fn of(&self, side: Side, file: &FileModel, test: &Function) -> Result<Evidence> {
        if self.production.is_untouched() {
            return Ok(Evidence::None);
        }
        let names = self.reach(side, file, test)?;
        if let Some(found) = self.touched.first(self.touched.reached(&names)) {
            return Ok(Evidence::Direct(found.name()));
        }
        let mut reached: Vec<usize> = self.all.reached(&names).collect();
        reached.sort_unstable();
        let mut reached = reached.iter().filter_map(|at| self.all.symbols.get(*at));
        if let Some(found) = reached.find_map(|t| self.effective.mentioned(&t.symbol)) {
            return Ok(Evidence::OneDeep(found.name()));
        }
        if let Some(found) = self.touched.owned(&names) {
            return Ok(Evidence::OneDeep(found.name()));
        }
        let read = |path: &str| self.sides.model_of(Side::Head, path);
        for path in file.framework.imported_code(file, &names, &read)? {
            let symbols = self.symbols_of(&path)?;
            let mut reached = symbols.iter().filter(|symbol| {
                budget::charge(1);
                symbol.reached_by().is_some_and(|name| names.contains(name))
            });
            if let Some(found) = reached.find_map(|symbol| self.effective.mentioned(symbol)) {
                return Ok(Evidence::OneDeep(found.name()));
            }
        }
        if let Some(found) = self.effective.first(self.effective.reached(&names)) {
            return Ok(Evidence::OneDeep(found.name()));
        }
        Ok(match self.package(file) {
            Some(what) => Evidence::Package(what),
            None => Evidence::None,
        })
    }

    /// Whether each of these expected texts followed what production near the test says: first as it was, then as it is.
    pub(super) fn is_worded_anew(&self, file: &FileModel, rewritten: &[(String, String)]) -> bool {
        let wording = self.wording.get_or_init(|| Wording::of(self.sides));
        let is_near = |path: &str| file.framework.is_near(file, path);
        rewritten.iter().all(|(before, after)| {
            after.contains(['"', '\''])
                && budget::charge_text(before.len() + after.len())
                && wording.follows(before, after, is_near)
        })
    }

    /// Names that a test reaches by itself, its fixtures and its helpers.
    fn reach(&self, side: Side, file: &FileModel, test: &Function) -> Result<Names> {
        let mut names = test.body.names.clone();
        let helpers = self.helpers_of(side, file)?;
        let functions: Vec<&Function> = std::iter::once(file)
            .chain(helpers.iter())
            .flat_map(|f| &f.functions)
            .filter(|f| budget::charge(1) && f.role != Role::Test)
            .collect();
        // Two rounds: a fixture's fixture, a helper's helper.
        for _ in 0..2 {
            let more: Vec<&Function> = functions
                .iter()
                .copied()
                .filter(|f| {
                    names.contains(&f.name)
                        || test.parameters.contains(&f.name)
                        || (f.role == Role::Fixture && !f.scope.is_empty() && f.scope == test.scope)
                })
                .collect();
            for function in more {
                names.extend(function.body.names.iter());
            }
        }
        Ok(names)
    }

    /// The files whose fixtures the tests of a file may ask for.
    fn helpers_of(&self, side: Side, file: &FileModel) -> Result<Helpers> {
        let key = (side, file.path.clone());
        if let Some(known) = self.helpers.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let paths = file.framework.fixture_files(&file.path).into_iter();
        let models = paths.map(|path| self.sides.model_of(side, &path));
        let models = models.collect::<Result<Vec<_>>>()?.into_iter().flatten();
        let helpers = Rc::new(models.collect());
        self.helpers.borrow_mut().insert(key, Rc::clone(&helpers));
        Ok(helpers)
    }

    /// The symbols of a file at head.
    fn symbols_of(&self, path: &str) -> Result<Rc<Vec<Symbol>>> {
        if let Some(known) = self.modules.borrow().get(path) {
            return Ok(Rc::clone(known));
        }
        let blob = self.sides.change.read(Side::Head, path)?;
        let symbols = blob
            .and_then(|blob| self.sides.trees.of(path, &blob))
            .map(|parsed| of_file(&parsed));
        let symbols = Rc::new(symbols.unwrap_or_default());
        let mut known = self.modules.borrow_mut();
        known.insert(path.to_owned(), Rc::clone(&symbols));
        Ok(symbols)
    }

    /// A change in the package that the test's file imports, or in its crate.
    fn package(&self, file: &FileModel) -> Option<String> {
        let touched = || {
            self.production
                .changed
                .iter()
                .chain(&self.production.deleted)
        };
        touched()
            .find(|t| file.framework.is_near(file, &t.path))
            .map(Touched::name)
            .or_else(|| self.production.opaque.first().cloned())
    }
}
