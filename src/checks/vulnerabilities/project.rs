//! The other files of the project, as far as imports name them plainly.

use std::collections::HashMap;
use std::rc::Rc;

use crate::change::Side;
use crate::checks::Context;
use crate::language::ir::{Names, Unit};
use crate::language::lower::lower;
use crate::language::{Known, Lang};
use crate::rule::taint::Modules;

/// Largest file that is read because another one imports it.
const LARGEST: usize = 400_000;

/// One side of the project, for one language.
pub(super) struct Project<'a> {
    context: &'a Context<'a>,
    side: Side,
    language: Lang,
    units: HashMap<String, Option<Rc<Unit>>>,
}

impl<'a> Project<'a> {
    pub(super) fn new(context: &'a Context<'a>, side: Side, language: Lang) -> Self {
        Self {
            context,
            side,
            language,
            units: HashMap::new(),
        }
    }

    fn has(&self, path: &str) -> bool {
        self.context.change.paths(self.side).is_ok_and(|paths| {
            paths
                .binary_search_by(|known| known.as_str().cmp(path))
                .is_ok()
        })
    }

    fn unit(&mut self, names: &mut Names, path: &str) -> Option<Rc<Unit>> {
        if let Some(known) = self.units.get(path) {
            return known.clone();
        }
        let unit = self.read(names, path);
        self.units.insert(path.to_owned(), unit.clone());
        unit
    }

    fn read(&self, names: &mut Names, path: &str) -> Option<Rc<Unit>> {
        let blob = self.context.change.read(self.side, path).ok()??;
        if blob.text()?.len() > LARGEST {
            return None;
        }
        let parsed = self.context.trees.of(path, &blob)?;
        Some(Rc::new(lower(path, &parsed, names)))
    }

    /// The file of a dotted name: the longest part of it that is one.
    fn python(&self, from: &str, dotted: &[Rc<str>], dots: u32) -> Option<(String, usize)> {
        let folder: Vec<&str> = from
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .split('/')
            .collect();
        let mut bases: Vec<String> = Vec::new();
        if dots > 0 {
            let up = usize::try_from(dots - 1).ok()?;
            let kept = folder.get(..folder.len().checked_sub(up)?)?;
            bases.push(kept.join("/"));
        } else {
            // From the folder of the importing file up to the root, and below src/.
            for end in (0..=folder.len()).rev() {
                bases.push(folder.get(..end)?.join("/"));
            }
            bases.push("src".to_owned());
        }
        for used in (1..=dotted.len()).rev() {
            let tail = dotted.get(..used)?.join("/");
            for base in &bases {
                let start = if base.is_empty() {
                    tail.clone()
                } else {
                    format!("{base}/{tail}")
                };
                for path in [format!("{start}.py"), format!("{start}/__init__.py")] {
                    if path != from && self.has(&path) {
                        return Some((path, used));
                    }
                }
            }
        }
        None
    }

    fn rust(&self, from: &str, dotted: &[Rc<str>]) -> Option<(String, usize)> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let first = dotted.first()?;
        let base = match &**first {
            "crate" => {
                let at = folder.rfind("src").map(|at| at + 3)?;
                folder.get(..at)?.to_owned()
            }
            "super" => folder.to_owned(),
            _ => return None,
        };
        for used in (2..=dotted.len()).rev() {
            let tail = dotted.get(1..used)?.join("/");
            for path in [format!("{base}/{tail}.rs"), format!("{base}/{tail}/mod.rs")] {
                if path != from && self.has(&path) {
                    return Some((path, used));
                }
            }
        }
        None
    }
}

impl Modules for Project<'_> {
    fn module(
        &mut self,
        names: &mut Names,
        from: &str,
        dotted: &[Rc<str>],
        dots: u32,
    ) -> Option<(Rc<Unit>, usize)> {
        let (path, used) = match self.language.known() {
            Known::Rust => self.rust(from, dotted)?,
            Known::Python => self.python(from, dotted, dots)?,
        };
        Some((self.unit(names, &path)?, used))
    }
}
