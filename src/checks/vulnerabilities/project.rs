//! The other files of the project, as far as imports name them plainly.

use std::collections::HashMap;
use std::rc::Rc;

use crate::budget;
use crate::change::Side;
use crate::checks::Context;
use crate::language::Lang;
use crate::language::ir::{Names, Unit};
use crate::language::lower::lower;
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
        // Whoever asks first does not pay for it.
        let limit = budget::of_file(parsed.source.len());
        match budget::within(limit, || lower(path, &parsed, names)) {
            Ok(unit) => unit.map(Rc::new),
            Err(spent) => {
                self.context.trees.leave_unread(path, spent.to_string());
                None
            }
        }
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
        let has = |path: &str| self.has(path);
        let file = self.language.module_file(from, dotted, dots, &has)?;
        Some((self.unit(names, &file.path)?, file.used))
    }
}
