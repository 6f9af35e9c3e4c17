//! Old or new: each finding at head is paired with one at base, one to one, and what is left over is what the
//! change brought in.
//!
//! In this order, nearest first: the same line, followed through renames and hunks; the same text of the
//! line, then the same code of it; the same function, those first whose lines are most alike, and outside of all functions
//! lines that are much alike. Then copied files, whose source has had its turn. A rule that measures is paired by what
//! it measures, and is worse where its number grew.
//!
//! Does not catch: a finding that was fixed, while another of the same rule, message and text came in, is one that
//! was there all along.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::diagnostic::Diagnostic;
use super::message;
use crate::change::{Blob, Change, File, Side, Status};
use crate::finding::Introduced;
use crate::language::{Parsed, Position, Trees};

/// What became of the findings.
#[derive(Debug, Default)]
pub struct Paired {
    /// What the change brought in, and how; in the order of head's report.
    pub introduced: Vec<(Diagnostic, Introduced)>,
    /// There before, on a line that the change edits.
    pub carried: usize,
    /// There before and after.
    pub old: usize,
    /// There before, and no more.
    pub fixed: usize,
}

/// Texts of head's files, by path, where a tool saw other ones than the change's.
pub type Texts = BTreeMap<String, String>;

/// Pairs the findings of both sides. `metrics` are the rules that measure.
pub fn pair(
    change: &Change,
    trees: &Trees,
    texts: &Texts,
    metrics: &[String],
    head: Vec<Diagnostic>,
    base: &[Diagnostic],
) -> Paired {
    let sources = Sources::new(change, trees, texts);
    let heads: Vec<Placed> = head
        .iter()
        .map(|found| Placed::new(&sources, metrics, found, Side::Head))
        .collect();
    let bases: Vec<Placed> = base
        .iter()
        .map(|found| Placed::new(&sources, metrics, found, Side::Base))
        .collect();
    let mut matching = Matching {
        of_head: vec![None; heads.len()],
        base_used: vec![false; bases.len()],
    };
    for copies in [false, true] {
        let key = |found: &Placed| {
            (
                found.file.clone(),
                found.rule.clone(),
                found.message.clone(),
            )
        };
        let mut pass = |words: &dyn Fn(&Placed) -> Words, key: &dyn Fn(&Placed) -> Option<Key>| {
            let among = |found: &Placed| found.is_copy == copies;
            matching.pass(&heads, &bases, &among, words, key);
        };
        let none = |_: &Placed| Words::default();
        pass(&none, &|found| {
            Some((key(found), format!("{}", found.line_at_head?)))
        });
        pass(&none, &|found| Some((key(found), sources.line(found)?)));
        pass(&none, &|found| Some((key(found), sources.code(found)?)));
        let words = |found: &Placed| sources.words(found);
        pass(&words, &|found| Some((key(found), sources.symbol(found)?)));
        pass(&words, &|found| {
            sources
                .is_outside(found)
                .then(|| (key(found), OUTSIDE.to_owned()))
        });
        pass(&words, &|found| {
            let measured = found.measured.as_ref()?;
            let key = (found.file.clone(), found.rule.clone(), measured.clone());
            Some((key, sources.symbol(found).unwrap_or_default()))
        });
    }
    let mut paired = Paired {
        fixed: matching.base_used.iter().filter(|used| !**used).count(),
        ..Paired::default()
    };
    for ((found, placed), matched) in head.into_iter().zip(&heads).zip(matching.of_head) {
        let before = matched.and_then(|at| bases.get(at));
        let how = match before {
            None if sources.is_added(&found) => Introduced::New,
            None => Introduced::Elsewhere,
            Some(before) if placed.number > before.number && placed.measured.is_some() => {
                Introduced::Worse
            }
            Some(_) => {
                paired.old += 1;
                paired.carried += usize::from(sources.is_added(&found));
                continue;
            }
        };
        paired.introduced.push((found, how));
    }
    paired
}

/// Findings on lines that the change adds; for those who refuse a run at base.
pub fn on_added_lines(change: &Change, trees: &Trees, head: Vec<Diagnostic>) -> Paired {
    let texts = Texts::new();
    let sources = Sources::new(change, trees, &texts);
    let (introduced, old): (Vec<_>, Vec<_>) =
        head.into_iter().partition(|found| sources.is_added(found));
    Paired {
        introduced: introduced
            .into_iter()
            .map(|found| (found, Introduced::New))
            .collect(),
        old: old.len(),
        ..Paired::default()
    }
}

/// Whether each finding stands in a file that base has in no form: no run at base can say more.
pub fn all_in_new_files(change: &Change, head: &[Diagnostic]) -> bool {
    head.iter().all(|found| {
        change
            .file(&found.path)
            .is_some_and(|file| file.status == Status::Added)
    })
}

type Key = ((String, String, String), String);
/// The place of what stands in no function: lines are held against each other there only where they are much alike.
const OUTSIDE: &str = "\n";
/// Words of a place's line.
type Words = BTreeSet<String>;

/// A finding with all that it is compared by.
struct Placed {
    side: Side,
    /// Its path at its own side.
    path: String,
    /// Its path at base.
    file: String,
    rule: String,
    message: String,
    /// For a rule that measures: the message without numbers.
    measured: Option<String>,
    number: Option<u64>,
    line: u32,
    /// The line of head that it is or became; none where that line is gone or new.
    line_at_head: Option<u32>,
    is_copy: bool,
}

impl Placed {
    fn new(sources: &Sources<'_>, metrics: &[String], found: &Diagnostic, side: Side) -> Self {
        let file = sources.file(side, &found.path);
        let mut text = message::normal(&found.message);
        if let Some(file) = file
            && side == Side::Base
            && file.path != file.base_path()
        {
            // A message may name the file that it is about.
            text = text.replace(file.base_path(), &file.path);
        }
        let is_metric = metrics.contains(&found.rule);
        let (measured, number) = if is_metric {
            let (measured, number) = message::measured(&text);
            (Some(measured), number)
        } else {
            (None, None)
        };
        let at_head = |line: u32| match (file, side) {
            (Some(file), Side::Base) => file
                .line_map()
                .to_head(line.saturating_sub(1))
                .map(|line| line + 1),
            (Some(file), Side::Head) => file
                .line_map()
                .to_base(line.saturating_sub(1))
                .map(|_| line),
            (None, _) => Some(line),
        };
        Self {
            side,
            path: found.path.clone(),
            file: file.map_or(found.path.as_str(), File::base_path).to_owned(),
            rule: found.rule.clone(),
            message: text,
            measured,
            number,
            line: found.line,
            line_at_head: at_head(found.line),
            is_copy: side == Side::Head && file.is_some_and(|file| file.status == Status::Copied),
        }
    }
}

struct Matching {
    of_head: Vec<Option<usize>>,
    base_used: Vec<bool>,
}

impl Matching {
    /// Pairs what is left and has an equal key: those first that have most words in common, of them the nearest.
    fn pass(
        &mut self,
        heads: &[Placed],
        bases: &[Placed],
        among: &dyn Fn(&Placed) -> bool,
        words: &dyn Fn(&Placed) -> Words,
        key: &dyn Fn(&Placed) -> Option<Key>,
    ) {
        let mut groups: BTreeMap<Key, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, found) in heads.iter().enumerate() {
            if self.of_head.get(at) == Some(&None)
                && among(found)
                && let Some(key) = key(found)
            {
                groups.entry(key).or_default().0.push(at);
            }
        }
        if groups.is_empty() {
            return;
        }
        for (at, found) in bases.iter().enumerate() {
            if self.base_used.get(at) == Some(&false)
                && let Some(key) = key(found)
                && let Some(group) = groups.get_mut(&key)
            {
                group.1.push(at);
            }
        }
        for ((_, place), (of_head, of_base)) in groups {
            let most = if place == OUTSIDE { HALF } else { ALL };
            for (head, base) in best(heads, bases, words, most, &of_head, &of_base) {
                if let (Some(slot), Some(used)) =
                    (self.of_head.get_mut(head), self.base_used.get_mut(base))
                {
                    *slot = Some(base);
                    *used = true;
                }
            }
        }
    }
}

/// Pairs of equals: those first that are most alike, of them those whose lines lie nearest. In a crowd, where all
/// pairs would be too many to look at, in the order of the lines.
fn best(
    heads: &[Placed],
    bases: &[Placed],
    words: &dyn Fn(&Placed) -> Words,
    most_unlike: usize,
    of_head: &[usize],
    of_base: &[usize],
) -> Vec<(usize, usize)> {
    const CROWD: usize = 4096;
    if of_head.len().saturating_mul(of_base.len()) > CROWD {
        if most_unlike < ALL {
            return Vec::new();
        }
        return of_head
            .iter()
            .copied()
            .zip(of_base.iter().copied())
            .collect();
    }
    let placed = |all: &[Placed], at: usize| {
        let found = all.get(at);
        let line = found.map_or(0, |p| p.line_at_head.unwrap_or(p.line));
        (at, line, found.map(words).unwrap_or_default())
    };
    let of_base: Vec<_> = of_base.iter().map(|&at| placed(bases, at)).collect();
    let mut pairs: Vec<(usize, u32, usize, usize)> = Vec::new();
    for &head in of_head {
        let (head, line, words) = placed(heads, head);
        for (base, base_line, base_words) in &of_base {
            let unlike = unlike(&words, base_words);
            if unlike > most_unlike {
                continue;
            }
            pairs.push((unlike, line.abs_diff(*base_line), head, *base));
        }
    }
    pairs.sort_unstable();
    let (mut taken_heads, mut taken_bases) = (BTreeSet::new(), BTreeSet::new());
    let mut chosen = Vec::new();
    for (_, _, head, base) in pairs {
        if !taken_heads.contains(&head) && !taken_bases.contains(&base) {
            taken_heads.insert(head);
            taken_bases.insert(base);
            chosen.push((head, base));
        }
    }
    chosen
}

/// Lines of which no word is in both.
const ALL: usize = 1000;
/// Lines of which half of the words are not in both.
const HALF: usize = ALL / 2;

/// How much of two lines' words is not in both, in thousandths (Dice's coefficient, turned around).
fn unlike(one: &Words, other: &Words) -> usize {
    let both = one.intersection(other).count();
    ALL - (2 * ALL * both)
        .checked_div(one.len() + other.len())
        .unwrap_or(ALL)
}

/// A side's file as lines, and as a tree.
struct Source {
    lines: Vec<String>,
    blob: Blob,
    tree: std::cell::OnceCell<Option<Arc<Parsed>>>,
}

/// None: there is no text.
type Known = Option<Rc<Source>>;

/// The texts that findings stand in, each read once.
struct Sources<'a> {
    change: &'a Change,
    trees: &'a Trees,
    texts: &'a Texts,
    by_base: BTreeMap<&'a str, &'a File>,
    read: RefCell<BTreeMap<(Side, String), Known>>,
}

impl<'a> Sources<'a> {
    fn new(change: &'a Change, trees: &'a Trees, texts: &'a Texts) -> Self {
        let mut by_base = BTreeMap::new();
        for file in &change.files {
            // Of a file and its copies, the file itself.
            if file.base.is_some() && (file.status != Status::Copied) {
                by_base.insert(file.base_path(), file);
            }
        }
        Self {
            change,
            trees,
            texts,
            by_base,
            read: RefCell::default(),
        }
    }

    fn file(&self, side: Side, path: &str) -> Option<&'a File> {
        match side {
            Side::Head => self.change.file(path),
            Side::Base => self.by_base.get(path).copied(),
        }
    }

    fn is_added(&self, found: &Diagnostic) -> bool {
        let first = found.line.saturating_sub(1);
        self.file(Side::Head, &found.path).is_some_and(|file| {
            file.status == Status::Added || file.touches(Side::Head, first..first + 1)
        })
    }

    /// The text of the line, white space folded.
    fn line(&self, found: &Placed) -> Option<String> {
        let source = self.source(found.side, &found.path)?;
        source
            .lines
            .get(found.line.saturating_sub(1) as usize)
            .cloned()
    }

    /// The words of the line, and of the next one where it ends in the middle of a list.
    fn words(&self, found: &Placed) -> Words {
        const MOST: usize = 8;
        let Some(source) = self.source(found.side, &found.path) else {
            return Words::default();
        };
        let mut words = Words::new();
        let first = found.line.saturating_sub(1) as usize;
        for line in source.lines.iter().skip(first).take(MOST) {
            let all = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.extend(all.filter(|word| !word.is_empty()).map(str::to_owned));
            if !line.ends_with(['(', '[', '{', ',']) {
                break;
            }
        }
        words
    }

    /// The code of the line, without blanks and comments; none where no code is left.
    fn code(&self, found: &Placed) -> Option<String> {
        let parsed = self.tree(found)?;
        let start = parsed.line_start(found.line)?;
        let line = parsed.source.get(start..)?.lines().next()?;
        let facts = parsed.facts();
        let is_code = |at: usize, c: char| {
            !c.is_whitespace() && facts.position(start + at) != Position::Comment
        };
        let letters = line.char_indices().filter(|(at, c)| is_code(*at, *c));
        let code: String = letters.map(|(_, c)| c).collect();
        (!code.is_empty()).then_some(code)
    }

    fn symbol(&self, found: &Placed) -> Option<String> {
        self.tree(found)?.symbol_at(found.line)
    }

    /// Whether it stands in a file that can be read, in no function of it.
    fn is_outside(&self, found: &Placed) -> bool {
        self.tree(found)
            .is_some_and(|tree| tree.symbol_at(found.line).is_none())
    }

    fn tree(&self, found: &Placed) -> Option<Arc<Parsed>> {
        let source = self.source(found.side, &found.path)?;
        let tree = source
            .tree
            .get_or_init(|| self.trees.of(&found.path, &source.blob));
        tree.clone()
    }

    fn source(&self, side: Side, path: &str) -> Option<Rc<Source>> {
        let key = (side, path.to_owned());
        if let Some(known) = self.read.borrow().get(&key) {
            return known.clone();
        }
        let blob = match self.file(side, path).and_then(|file| file.blob(side)) {
            Some(blob) => Some(blob.clone()),
            None => self.change.read(side, path).ok().flatten(),
        };
        let source = blob.and_then(|blob| {
            let other = self.texts.get(path).filter(|_| side == Side::Head);
            let lines = other
                .map_or(blob.text()?, String::as_str)
                .lines()
                .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect();
            Some(Rc::new(Source {
                lines,
                blob,
                tree: Default::default(),
            }))
        });
        self.read.borrow_mut().insert(key, source.clone());
        source
    }
}
