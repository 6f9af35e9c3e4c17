//! What a tree of Python holds: its own modules, the names in them, and what its base imports already.
//!
//! Does not catch: names taken from a module whose text holds the word for another reason; a module that the change
//! deletes while files it does not touch import it (the type checker's part).

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use anyhow::Result;

use super::declared;
use super::imports::Import;
use super::modules::Modules;
use super::native;
use crate::change::{Blob, Change, Content, Side};
use crate::language::conventions::is_aside;
use crate::language::ecosystem::{Concern, Problem};
use crate::language::{Parsed, Trees};
use crate::text::Words;

/// A tree at head.
pub(super) struct Tree<'c> {
    change: &'c Change,
    /// Its modules.
    pub(super) modules: Modules,
    base_imports: OnceCell<BTreeSet<String>>,
    configuration: OnceCell<Words<String>>,
    native: OnceCell<BTreeSet<String>>,
    head_imports: OnceCell<BTreeSet<String>>,
    shipped_imports: OnceCell<BTreeSet<String>>,
    /// Its modules' texts, as they are asked for.
    texts: RefCell<BTreeMap<String, Option<Rc<Module>>>>,
}

/// What a module's text says of its names.
struct Module {
    words: Words<Arc<str>>,
    /// Whether it makes names that its text does not hold.
    is_dynamic: bool,
    /// Whether modules may be found below it that are no files there.
    makes_modules: bool,
}

impl<'c> Tree<'c> {
    /// Reads its paths.
    pub(super) fn read(change: &'c Change) -> Result<Self> {
        let paths = change.paths(Side::Head)?;
        Ok(Self {
            change,
            modules: Modules::of(paths.iter().map(String::as_str)),
            base_imports: OnceCell::new(),
            configuration: OnceCell::new(),
            native: OnceCell::new(),
            head_imports: OnceCell::new(),
            shipped_imports: OnceCell::new(),
            texts: RefCell::default(),
        })
    }

    /// Holds an import with leading dots against the tree.
    pub(super) fn relative(
        &self,
        path: &str,
        import: &Import,
        new_names: &[&String],
        found: &mut Vec<Problem>,
    ) -> Result<()> {
        let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for _ in 1..import.level {
            if folder.is_empty() {
                return Ok(());
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        self.local(import, folder, &import.module, new_names, found)
    }

    /// Holds an import of the tree's own against the tree: `dotted` is looked for under `folder`.
    pub(super) fn local(
        &self,
        import: &Import,
        folder: &str,
        dotted: &str,
        new_names: &[&String],
        found: &mut Vec<Problem>,
    ) -> Result<()> {
        if let Some((at, segment)) = self.modules.missing(folder, dotted) {
            let init = self.module(&format!("{at}/__init__"))?;
            let dynamic = init.is_some_and(|init| init.makes_modules);
            if dynamic || self.is_generated(segment) || self.imported_at_base(&import.module) {
                return Ok(());
            }
            let shown = if at.is_empty() {
                "the root"
            } else {
                at.as_str()
            };
            let message = format!("there is no module `{segment}` in {shown}");
            found.push(Problem::new(
                Concern::MissingLocalModule,
                import.place,
                message,
            ));
            return Ok(());
        }
        let Some(stem) = self.modules.file(folder, dotted) else {
            return Ok(());
        };
        for name in new_names {
            let name = name.as_str();
            if name == "*" || !self.lacks(&stem, name)? {
                continue;
            }
            let message = format!("`{name}` stands nowhere in {stem}.py");
            let problem = Problem::new(Concern::MissingLocalName, import.place, message);
            found.push(problem.with("name", name));
        }
        Ok(())
    }

    /// What the manifests say of the versions of a distribution, each that says something.
    pub(super) fn requirements(&self, distribution: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for path in self.change.paths(Side::Head)? {
            if !declared::is_source(path) {
                continue;
            }
            let blob = self.change.read(Side::Head, path)?;
            let text = blob.as_ref().and_then(Blob::text).unwrap_or_default();
            found.extend(declared::requirement_of(text, distribution));
        }
        Ok(found)
    }

    /// Whether a module surely has no such name: its text does not hold the word, and nothing else gives it.
    pub(super) fn lacks(&self, stem: &str, name: &str) -> Result<bool> {
        let Some(module) = self.module(stem)?.filter(|module| !module.is_dynamic) else {
            return Ok(false);
        };
        let own = stem.trim_end_matches("/__init__");
        let submodule = || self.modules.missing(own, name).is_none();
        Ok(!module.words.hold(name) && !submodule() && !self.is_generated(name))
    }

    /// A module of the tree, parsed; `None` where it makes names that its text does not hold.
    pub(super) fn parsed(&self, trees: &Trees, stem: &str) -> Result<Option<Arc<Parsed>>> {
        if self.module(stem)?.is_none_or(|module| module.is_dynamic) {
            return Ok(None);
        }
        let path = format!("{stem}.py");
        let blob = self.change.read(Side::Head, &path)?;
        Ok(blob.and_then(|blob| trees.of(&path, &blob)))
    }

    /// A module that is written in Python here; none where it is built or elsewhere.
    fn module(&self, stem: &str) -> Result<Option<Rc<Module>>> {
        if let Some(known) = self.texts.borrow().get(stem) {
            return Ok(known.clone());
        }
        let blob = self.change.read(Side::Head, &format!("{stem}.py"))?;
        let module = match blob.map(|blob| blob.content) {
            Some(Content::Text(text)) => Some(Rc::new(Module {
                is_dynamic: makes_modules(&text) || is_dynamic(&text),
                makes_modules: makes_modules(&text),
                words: Words::of(text),
            })),
            _ => None,
        };
        let texts = &mut self.texts.borrow_mut();
        texts.insert(stem.to_owned(), module.clone());
        Ok(module)
    }

    /// Whether a module may be made by the build: its name says so, or a file about the build names it.
    fn is_generated(&self, name: &str) -> bool {
        let says_so =
            name.contains("version") || name.ends_with("_pb2") || name.ends_with("_pb2_grpc");
        says_so || self.configuration().hold(name) || self.builds(name)
    }

    /// Whether sources or build files of the tree say that a module of this name is built.
    pub(super) fn builds(&self, name: &str) -> bool {
        let read = || {
            let mut found = BTreeSet::new();
            // What cannot be read names nothing.
            let take = |text: &str| native::names(text, &mut found);
            let _ = self.change.texts(Side::Head, &native::may_name, take);
            found
        };
        self.native.get_or_init(read).contains(name)
    }

    /// The words of the files about the build.
    fn configuration(&self) -> &Words<String> {
        const FILES: &[&str] = &[
            ".gitignore",
            "pyproject.toml",
            "setup.py",
            "setup.cfg",
            "meson.build",
            "CMakeLists.txt",
            "hatch_build.py",
            "build.py",
            "Makefile",
            "Cargo.toml",
        ];
        self.configuration.get_or_init(|| {
            let read = |path: &&str| {
                let blob = self.change.read(Side::Head, path).ok()??;
                blob.text().map(str::to_owned)
            };
            Words::of(FILES.iter().filter_map(read).collect::<Vec<_>>().join("\n"))
        })
    }

    /// Whether a file of base imports this module (or one below it) already. Reads base's Python files
    /// once, when first asked.
    pub(super) fn imported_at_base(&self, module: &str) -> bool {
        let read = || self.imported(Side::Base, &|_| true);
        self.base_imports.get_or_init(read).contains(module)
    }

    /// Whether a file of base that is shipped imports this module (or one below it) already.
    pub(super) fn imported_by_shipped(&self, module: &str) -> bool {
        let read = || self.imported(Side::Base, &|path| !is_aside(path));
        self.shipped_imports.get_or_init(read).contains(module)
    }

    /// The modules that files of head import, each with all that it is below of.
    pub(super) fn imported_at_head(&self) -> &BTreeSet<String> {
        self.head_imports
            .get_or_init(|| self.imported(Side::Head, &|_| true))
    }

    fn imported(&self, side: Side, wanted: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let is_python = |path: &str| path.ends_with(".py") && wanted(path);
        // What cannot be read imports nothing.
        let _ = self.change.texts(side, &is_python, |text| {
            imported_lines(text, &mut found);
        });
        found
    }
}

/// Modules that the lines of a text import, each with all that it is below of. A name longer than any is none.
fn imported_lines(text: &str, found: &mut BTreeSet<String>) {
    const LONGEST: usize = 256;
    for line in text.lines() {
        let line = line.trim_start();
        let Some(rest) = line
            .strip_prefix("import ")
            .or_else(|| line.strip_prefix("from "))
        else {
            continue;
        };
        let (rest, names) = rest.split_once(" import ").unwrap_or((rest, ""));
        let rest = rest.split(" import").next().unwrap_or(rest);
        let first = |text: &'_ str| text.split_whitespace().next().map(str::to_owned);
        let names = names
            .trim_matches(['(', ')', ' '])
            .split(',')
            .filter_map(first);
        let names = names.filter(|name| rest.len() + name.len() <= LONGEST);
        let taken: Vec<String> = names
            .map(|name| format!("{}.{name}", rest.trim()))
            .collect();
        for module in rest.split(',').chain(taken.iter().map(String::as_str)) {
            let module = module.split_whitespace().next().unwrap_or_default();
            if module.len() > LONGEST {
                continue;
            }
            let mut at = module.trim_start_matches('.');
            while !at.is_empty() && found.insert(at.to_owned()) {
                at = at.rsplit_once('.').map_or("", |(above, _)| above);
            }
        }
    }
}

/// Whether a module makes names that its text does not hold.
fn is_dynamic(text: &str) -> bool {
    const SIGNS: &[&str] = &[
        "__getattr__",
        "import *",
        "globals()",
        "setattr(",
        "locals()",
        "vars()",
    ];
    SIGNS.iter().any(|sign| text.contains(sign))
}

/// Whether a package makes modules that are no files of its folder.
fn makes_modules(text: &str) -> bool {
    const SIGNS: &[&str] = &[
        "sys.modules",
        "__path__",
        "exec(",
        "lazy_loader",
        "_LazyModule",
    ];
    SIGNS.iter().any(|sign| text.contains(sign))
}
