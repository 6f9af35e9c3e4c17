//! A parsed file of a language, and the trees of a run.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::{Facts, Lang};
use crate::change::{Blob, Content};
use crate::syntax::Source;

/// A parsed file.
pub struct Parsed {
    /// The language.
    pub language: Lang,
    source: Source,
    facts: OnceLock<Facts>,
}

impl Deref for Parsed {
    type Target = Source;

    fn deref(&self) -> &Source {
        &self.source
    }
}

impl Parsed {
    /// Parses; `None` where the grammar cannot be loaded or the parser gave up.
    pub fn new(language: Lang, source: Arc<str>) -> Option<Self> {
        Some(Self {
            language,
            source: Source::new(language.grammar(), source)?,
            facts: OnceLock::new(),
        })
    }

    /// Definitions, imports, calls and comments; gathered when first asked for.
    pub fn facts(&self) -> &Facts {
        let gather = || self.language.facts(self.root(), &self.source.source);
        self.facts.get_or_init(gather)
    }

    /// The qualified name of the innermost function, type or module that holds a 1-based line.
    pub fn symbol_at(&self, line: u32) -> Option<String> {
        let definition = self.facts().definition_at(line)?;
        Some(definition.qualified.clone())
    }
}

type Known = HashMap<(Lang, String), Option<Arc<Parsed>>>;

/// The trees of a run: each blob is parsed once, when first asked for.
#[derive(Default)]
pub struct Trees {
    parsed: Mutex<Known>,
}

impl Trees {
    /// The tree of a blob under this path; `None` where it is no text or no language of ours.
    pub fn of(&self, path: &str, blob: &Blob) -> Option<Arc<Parsed>> {
        let language = super::of(path)?;
        let Content::Text(text) = &blob.content else {
            return None;
        };
        let key = (language, blob.id.clone());
        if let Some(known) = self.lock().get(&key) {
            return known.clone();
        }
        let parsed = Parsed::new(language, Arc::clone(text)).map(Arc::new);
        self.lock().entry(key).or_insert(parsed).clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.parsed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
