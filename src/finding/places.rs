//! Where findings stand: the file, the lines and the symbol of a place, looked up once a file.

use std::collections::HashMap;
use std::sync::Arc;

use crate::change::{Blob, Change, File, Side};
use crate::finding::Finding;
use crate::language::{Parsed, Trees};

/// The files that findings stand in.
pub(crate) struct Places<'a> {
    change: &'a Change,
    trees: &'a Trees,
    known: HashMap<(Side, String), Arc<Located<'a>>>,
}

/// One side of a file that findings stand in.
pub(crate) struct Located<'a> {
    /// The changed file; none where the change does not touch it.
    pub(crate) file: Option<&'a File>,
    /// Object id of its content; empty where there is none.
    pub(crate) id: String,
    /// Its lines; none where it is no text.
    pub(crate) lines: Option<Lines>,
    parsed: Option<Arc<Parsed>>,
}

/// A text whose lines are found by their number.
pub(crate) struct Lines {
    /// The text.
    pub(crate) text: Arc<str>,
    /// Byte offsets at which lines start.
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    /// Nothing looked up yet.
    pub(crate) fn new(change: &'a Change, trees: &'a Trees) -> Self {
        Self {
            change,
            trees,
            known: HashMap::new(),
        }
    }

    /// The file of a finding.
    pub(crate) fn of(&mut self, finding: &Finding) -> Arc<Located<'a>> {
        let key = (finding.side, finding.path.clone());
        if let Some(known) = self.known.get(&key) {
            return Arc::clone(known);
        }
        let located = Arc::new(self.locate(finding));
        self.known.insert(key, Arc::clone(&located));
        located
    }

    fn locate(&self, finding: &Finding) -> Located<'a> {
        let (side, path) = (finding.side, finding.path.as_str());
        let file = match side {
            Side::Head => self.change.file(path),
            Side::Base => self.change.files.iter().find(|f| f.base_path() == path),
        };
        let read;
        let blob = match file {
            Some(file) => file.blob(side),
            // A finding that the change causes elsewhere. What cannot be read has no text here.
            None => {
                read = self.change.read(side, path).ok().flatten();
                read.as_ref()
            }
        };
        Located {
            file,
            id: blob.map(|blob| blob.id.clone()).unwrap_or_default(),
            lines: blob.and_then(Blob::shared_text).map(Lines::new),
            parsed: blob.and_then(|blob| self.trees.of(path, blob)),
        }
    }
}

impl Located<'_> {
    /// The qualified name of what holds a 1-based line; empty where nothing does.
    pub(crate) fn symbol(&self, line: u32) -> String {
        let symbol = self.parsed.as_ref().and_then(|p| p.symbol_at(line));
        symbol.unwrap_or_default()
    }
}

impl Lines {
    /// The lines of a text. What follows the last line end is no line.
    pub(crate) fn new(text: Arc<str>) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1));
        let starts = starts.filter(|start| *start < text.len()).collect();
        Self { text, starts }
    }

    /// Up to `count` lines from a 1-based one on, without their ends.
    pub(crate) fn from(&self, first: u32, count: usize) -> impl Iterator<Item = &str> {
        let first = (first as usize).saturating_sub(1);
        let starts = self.starts.get(first..).unwrap_or_default();
        starts.iter().take(count).map(|start| {
            let rest = self.text.get(*start..).unwrap_or_default();
            let line = rest.split('\n').next().unwrap_or_default();
            line.strip_suffix('\r').unwrap_or(line)
        })
    }
}
