//! A parsed file of a language, and the trees of a run.

use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use super::{Facts, Lang};
use crate::budget;
use crate::change::{Blob, Content};
use crate::notebook;
use crate::syntax::{Grammar, Source};

/// A parsed file.
pub struct Parsed {
    /// The language.
    pub language: Lang,
    source: Source,
    facts: OnceLock<Option<Facts>>,
}

impl Deref for Parsed {
    type Target = Source;

    fn deref(&self) -> &Source {
        &self.source
    }
}

impl Parsed {
    /// Parses; `None` where [`Source::new`] has none.
    pub fn new(language: Lang, source: Arc<str>) -> Option<Self> {
        Self::by(language, language.grammar(), source)
    }

    /// Parses a text as the file of this path, in the dialect that it has; `None` where [`Source::new`] has none.
    pub fn of_path(language: Lang, path: &str, source: Arc<str>) -> Option<Self> {
        Self::by(language, language.grammar_of(path), source)
    }

    /// Parses a text in the dialect of this file.
    pub fn anew(&self, source: Arc<str>) -> Option<Self> {
        Self::by(self.language, self.source.grammar, source)
    }

    fn by(language: Lang, grammar: &'static Grammar, source: Arc<str>) -> Option<Self> {
        Some(Self {
            language,
            source: Source::new(grammar, source)?,
            facts: OnceLock::new(),
        })
    }

    /// Definitions, imports, calls and comments; gathered when first asked for. Where that takes more work than
    /// is allowed, whoever asks is out of steps too.
    pub fn facts(&self) -> &Facts {
        static NONE: LazyLock<Facts> = LazyLock::new(Facts::default);
        let text = &self.source.source;
        let gather = || self.language.facts(self.root(), text);
        let bounded = || budget::within(budget::of_file(text.len()), gather).ok();
        match self.facts.get_or_init(bounded) {
            Some(facts) => facts,
            None => {
                budget::exhaust();
                &NONE
            }
        }
    }

    /// The qualified name of the innermost function, type or module that holds a 1-based line.
    pub fn symbol_at(&self, line: u32) -> Option<String> {
        let definition = self.facts().definition_at(line)?;
        Some(definition.qualified.clone())
    }
}

/// Bytes over which a text is not parsed: the parser needs some fifty times as many.
const LONGEST: usize = 4 * 1024 * 1024;

/// A tree, or why there is none.
type Tried = Arc<OnceLock<Result<Arc<Parsed>, String>>>;
/// By grammar, whether it is a notebook, and the blob.
type Known = HashMap<(&'static str, bool, String), Tried>;

/// The trees of a run: each blob is parsed once, when first asked for.
#[derive(Default)]
pub struct Trees {
    known: Arc<Mutex<Known>>,
    unread: Mutex<BTreeMap<String, String>>,
}

impl Trees {
    /// The same trees for one who asks: what it could not read is its own.
    pub fn for_check(&self) -> Self {
        Self {
            known: Arc::clone(&self.known),
            unread: Mutex::default(),
        }
    }

    /// The tree of a blob under this path; `None` where it is no text or no language of ours. Where it cannot be
    /// parsed within bounds there is none either, and [`Trees::unread`] says so.
    pub fn of(&self, path: &str, blob: &Blob) -> Option<Arc<Parsed>> {
        let Content::Text(text) = &blob.content else {
            return None;
        };
        let language = super::of_file(path, text)?;
        let is_notebook = super::of_cells(path).is_some();
        let grammar = language.grammar_of(path);
        let key = (grammar.name, is_notebook, blob.id.clone());
        let tried = Arc::clone(locked(&self.known).entry(key).or_default());
        match tried.get_or_init(|| try_parse(language, path, is_notebook, text)) {
            Ok(parsed) => Some(Arc::clone(parsed)),
            Err(why) => {
                self.leave_unread(path, why.clone());
                None
            }
        }
    }

    /// Puts down a file that could not be read; why.
    pub fn leave_unread(&self, path: &str, why: String) {
        locked(&self.unread).entry(path.to_owned()).or_insert(why);
    }

    /// The files that could not be read so far, and why, by path.
    pub fn unread(&self) -> BTreeMap<String, String> {
        locked(&self.unread).clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn try_parse(
    language: Lang,
    path: &str,
    is_notebook: bool,
    text: &Arc<str>,
) -> Result<Arc<Parsed>, String> {
    if text.len() > LONGEST {
        let size = text.len();
        return Err(format!(
            "too large to be parsed: {size} bytes, {LONGEST} are at most"
        ));
    }
    let code = match is_notebook {
        true => notebook::view(text, language.name())?.into(),
        false => Arc::clone(text),
    };
    let parsed = Parsed::of_path(language, path, code);
    parsed
        .map(Arc::new)
        .ok_or_else(|| "the parser gave up: it nests too deep, or is no code".to_owned())
}
