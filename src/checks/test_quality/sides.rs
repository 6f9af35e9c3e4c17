//! Both sides of the change as models: the changed files, what the runners' configuration says, and
//! the files of the tree that changed tests lean on (conftest, helper modules).
//!
//! Only what a changed test reaches is read, so the cost follows the change.
//!
//! Does not catch: helpers in installed packages, conftest files that plugins name.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::budget;
use crate::change::{BySide, Change, File, Side, Status};
use crate::checks::{is_told_apart, of_file};
use crate::language::{self, Known, PYTHON, RUST, Trees};

use crate::language::python::pytest::{CONFIG_FILES, Pytest};
use crate::language::rust::libtest::{Cargo, Package, declared_in, declares};
use crate::language::test_model::FileModel;
use crate::language::test_model::reading::{self, Runners, in_test_folder};

/// A changed file of a language, with its models.
pub(super) struct Pair<'a> {
    /// The file.
    pub file: &'a File,
    /// Base's side.
    pub base: Option<FileModel>,
    /// Head's side.
    pub head: Option<FileModel>,
}

impl Pair<'_> {
    /// The model of a side.
    pub(super) fn on(&self, side: Side) -> Option<&FileModel> {
        match side {
            Side::Base => self.base.as_ref(),
            Side::Head => self.head.as_ref(),
        }
    }
}

/// Everything that the rules look at.
pub(super) struct Sides<'a> {
    /// The change.
    pub change: &'a Change,
    /// Syntax trees.
    pub trees: &'a Trees,
    /// Changed files of a language.
    pub pairs: Vec<Pair<'a>>,
    /// The runners' configuration.
    pub runners: BySide<Runners>,
}

/// What reading a side of a file came to.
enum Read {
    /// There is nothing to read.
    Nothing,
    /// Its model.
    Model(FileModel),
    /// There is something, and it took more than is allowed.
    OutOfReach,
}

impl Read {
    /// The model, if any; none where nobody knows.
    fn known(self) -> Option<Option<FileModel>> {
        match self {
            Read::Nothing => Some(None),
            Read::Model(model) => Some(Some(model)),
            Read::OutOfReach => None,
        }
    }
}

/// How many helper files are read for one changed test file at most.
const MOST_HELPERS: usize = 24;

impl<'a> Sides<'a> {
    /// Reads both sides of the changed files.
    pub(super) fn read(change: &'a Change, trees: &'a Trees, files: &[&'a File]) -> Result<Self> {
        let runners = BySide {
            base: runners(change, Side::Base, files)?,
            head: runners(change, Side::Head, files)?,
        };
        let mut pairs = Vec::new();
        for file in files.iter().copied() {
            let model = |side: Side| {
                let Some(blob) = file.blob(side) else {
                    return Read::Nothing;
                };
                let path = file.path_on(side);
                // A copy's base stands under its own path still: nothing of it was moved.
                let is_copy = side == Side::Base && file.status == Status::Copied;
                if is_copy || blob.text().is_none() || !is_told_apart(path) {
                    return Read::Nothing;
                }
                let Some(parsed) = trees.of(path, blob) else {
                    return Read::OutOfReach;
                };
                let runners = runners.on(side);
                match budget::within(of_file(file), || reading::read(&parsed, path, runners)) {
                    Ok(model) => Read::Model(model),
                    Err(spent) => {
                        trees.leave_unread(path, spent.to_string());
                        Read::OutOfReach
                    }
                }
            };
            // Where a side is out of reach, the tests of the other are neither new nor gone.
            let (Some(base), Some(head)) = (model(Side::Base).known(), model(Side::Head).known())
            else {
                continue;
            };
            if base.is_some() || head.is_some() {
                pairs.push(Pair { file, base, head });
            }
        }
        Ok(Self {
            change,
            trees,
            pairs,
            runners,
        })
    }

    /// The models of the unchanged files that the tests of a file lean on.
    pub(super) fn leaned_on(&self, side: Side, model: &FileModel) -> Result<Vec<FileModel>> {
        let mut found: BTreeMap<String, FileModel> = BTreeMap::new();
        let mut wanted: Vec<String> = match model.language.known() {
            Known::Python => {
                let mut paths = conftests(&model.path);
                paths.extend(python_modules(model));
                paths
            }
            Known::Rust => rust_modules(&model.path),
            Known::Other => Vec::new(),
        };
        let mut asked: BTreeSet<String> = BTreeSet::from([model.path.clone()]);
        while let Some(path) = wanted.pop() {
            if found.len() >= MOST_HELPERS || !asked.insert(path.clone()) {
                continue;
            }
            let Some(helper) = self.model_of(side, &path)? else {
                continue;
            };
            if helper.language == PYTHON {
                wanted.extend(python_modules(&helper));
            }
            found.insert(path, helper);
        }
        Ok(found.into_values().collect())
    }

    /// The model of any file of a side.
    pub(super) fn model_of(&self, side: Side, path: &str) -> Result<Option<FileModel>> {
        let Some(blob) = self.change.read(side, path)? else {
            return Ok(None);
        };
        let Some(parsed) = self.trees.of(path, &blob) else {
            return Ok(None);
        };
        let limit = budget::of_file(parsed.source.len());
        let read = || reading::read(&parsed, path, self.runners.on(side));
        match budget::within(limit, read) {
            Ok(model) => Ok(Some(model)),
            Err(spent) => {
                self.trees.leave_unread(path, spent.to_string());
                Ok(None)
            }
        }
    }
}

fn text_of(change: &Change, side: Side, path: &str) -> Result<Option<String>> {
    Ok(change
        .read(side, path)?
        .and_then(|blob| blob.text().map(str::to_owned)))
}

fn runners(change: &Change, side: Side, files: &[&File]) -> Result<Runners> {
    let mut runners = Runners::default();
    let of = |language| {
        files
            .iter()
            .map(move |file| file.path_on(side))
            .filter(move |path| language::of(path) == Some(language))
    };
    if of(PYTHON).next().is_some() {
        let mut texts: BTreeMap<&str, String> = BTreeMap::new();
        for (path, _) in CONFIG_FILES {
            if let Some(text) = text_of(change, side, path)? {
                texts.insert(path, text);
            }
        }
        runners.pytest = Pytest::read(|path| texts.get(path).map(String::as_str));
    }
    let mut asked = BTreeSet::new();
    for path in of(RUST) {
        let mut folder = path;
        while let Some((outer, _)) = folder.rsplit_once('/') {
            folder = outer;
            if asked.insert(outer.to_owned())
                && let Some(text) = text_of(change, side, &format!("{outer}/Cargo.toml"))?
            {
                runners
                    .cargo
                    .packages
                    .insert(outer.to_owned(), Package::of(&text));
            }
        }
        if asked.insert(String::new())
            && let Some(text) = text_of(change, side, "Cargo.toml")?
        {
            runners
                .cargo
                .packages
                .insert(String::new(), Package::of(&text));
        }
        undeclared(change, side, path, &mut runners.cargo)?;
    }
    Ok(runners)
}

/// Notes a file that no `mod` declares.
fn undeclared(change: &Change, side: Side, path: &str, cargo: &mut Cargo) -> Result<()> {
    let Some((name, candidates)) = declared_in(path).or_else(|| not_a_target(cargo, path)) else {
        return Ok(());
    };
    let mut looked = Vec::new();
    for candidate in candidates.into_iter().filter(|candidate| candidate != path) {
        let Some(text) = text_of(change, side, &candidate)? else {
            continue;
        };
        if declares(&text, &name) {
            return Ok(());
        }
        looked.push(candidate);
    }
    if !looked.is_empty() {
        let why = format!("looked in {}", looked.join(", "));
        cargo.undeclared.insert(path.to_owned(), why);
    }
    Ok(())
}

/// With `autotests = false`, a file of `tests/` is a module of one of the targets; its name, and they.
fn not_a_target(cargo: &Cargo, path: &str) -> Option<(String, Vec<String>)> {
    let (package, inside) = cargo.package(path)?;
    let name = inside.strip_prefix("tests/")?.strip_suffix(".rs")?;
    if package.auto || name.contains('/') || package.targets.contains_key(inside) {
        return None;
    }
    let folder = path.strip_suffix(inside)?;
    let targets = package
        .targets
        .keys()
        .map(|target| format!("{folder}{target}"));
    Some((name.to_owned(), targets.collect()))
}

/// The conftest files that pytest loads for a file, nearest first.
pub(super) fn conftests(path: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut folder = path;
    while let Some((outer, _)) = folder.rsplit_once('/') {
        paths.push(format!("{outer}/conftest.py"));
        folder = outer;
    }
    paths.push("conftest.py".to_owned());
    paths.retain(|conftest| conftest != path);
    paths
}

/// Files in test folders that a Python file imports, going by the names of modules.
fn python_modules(model: &FileModel) -> Vec<String> {
    let folder = model.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut paths = Vec::new();
    for import in &model.imports {
        let dots = import.module.chars().take_while(|c| *c == '.').count();
        let rest = import.module.trim_start_matches('.').replace('.', "/");
        let roots: Vec<String> = if dots > 0 {
            let mut base = folder;
            for _ in 1..dots {
                base = base.rsplit_once('/').map_or("", |(outer, _)| outer);
            }
            vec![base.to_owned()]
        } else {
            vec![folder.to_owned(), String::new()]
        };
        for root in roots {
            let joined = match (root.is_empty(), rest.is_empty()) {
                (true, _) => rest.clone(),
                (false, true) => root.clone(),
                (false, false) => format!("{root}/{rest}"),
            };
            // `from a.b import c`: c may be a module of a.b, or a name in it.
            let module = joined
                .rsplit_once('/')
                .map_or("", |(module, _)| module)
                .to_owned();
            for stem in [joined, module].into_iter().filter(|stem| !stem.is_empty()) {
                for path in [format!("{stem}.py"), format!("{stem}/__init__.py")] {
                    let beside = path.rsplit_once('/').map_or("", |(f, _)| f) == folder;
                    if in_test_folder(&path) || beside {
                        paths.push(path);
                    }
                }
            }
        }
    }
    paths
}

/// Files next to a Rust test that may hold its helpers and macros.
fn rust_modules(path: &str) -> Vec<String> {
    let Some((folder, _)) = path.rsplit_once('/') else {
        return Vec::new();
    };
    let names = [
        "macros",
        "util",
        "utils",
        "common",
        "common/mod",
        "util/mod",
        "utils/mod",
        "helpers",
        "helpers/mod",
        "test_util",
        "test_utils",
        "testutil",
        "support/mod",
        "mod",
    ];
    let mut paths: Vec<String> = Vec::new();
    let mut at = Some(folder);
    while let Some(folder) = at {
        if in_test_folder(&format!("{folder}/x")) || folder == "src" || folder.ends_with("/src") {
            paths.extend(names.iter().map(|name| format!("{folder}/{name}.rs")));
            for root in ["lib", "main", "tests"] {
                paths.push(format!("{folder}/{root}.rs"));
            }
        }
        at = folder.rsplit_once('/').map(|(outer, _)| outer);
    }
    paths
}
