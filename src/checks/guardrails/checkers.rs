//! Configurations of checkers, compared by meaning: what was asked for and is no more, what is let pass and
//! was not.
//!
//! Does not catch: de-selected tests (the tests check), and configurations that are programs.

use std::collections::{BTreeMap, BTreeSet};

use super::entries::{entries_of_lists, listed};
use super::lists::LISTS;
use super::ruff::{asks_nothing_less, is_ruffs, selected};
use super::weaker::{is_minimum, number, truth, weaker};
use super::{Compared, extended, levels, rules};
use crate::change::{Change, File, Side};
use crate::document::{self, Item};
use crate::finding::Level;
use crate::language;
use crate::language::conventions::{is_general, says_lint_levels};

/// Whether a path is a configuration that is compared here.
pub(super) fn is_configuration(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_program = || {
        let endings = [
            "js", "mjs", "cjs", "ts", "mts", "cts", "json", "yml", "yaml",
        ];
        LISTS.configuration_stems.contains(stem) && endings.contains(&ending)
    };
    LISTS.configurations.contains(name)
        || is_general(name)
        || says_lint_levels(name)
        || is_program()
        || is_of_family(name)
}

/// Whether a name is one of a family of configurations.
fn is_of_family(name: &str) -> bool {
    let mut families = LISTS.families.iter();
    families.any(|(start, part)| {
        let mut parts = name.split('.');
        let first = parts.next().unwrap_or_default();
        let own = first.strip_prefix(start.as_str());
        let is_own = own.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        is_own && parts.any(|other| other == part)
    })
}

/// What all changed configurations say together, on each side: settings move between files.
#[derive(Default)]
pub(super) struct Everywhere {
    base: Vec<Stated>,
    head: Vec<Stated>,
    /// Folders of which nothing is left.
    emptied: BTreeSet<String>,
    /// Folders that builds write, of which head's tree holds nothing.
    built: BTreeSet<&'static str>,
}

impl Everywhere {
    /// What one configuration says on each side.
    fn one(base: Stated, head: Stated) -> Self {
        Self {
            base: vec![base],
            head: vec![head],
            emptied: BTreeSet::new(),
            built: BTreeSet::new(),
        }
    }

    /// Reads the changed configurations, deleted ones too.
    pub(super) fn of(change: &Change) -> Self {
        let mut all = Self::default();
        for file in change
            .files
            .iter()
            .filter(|file| is_configuration(&file.path))
        {
            let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if file.head.is_none() && !folder.is_empty() {
                let below = format!("{folder}/");
                let paths = change.paths(Side::Head).unwrap_or_default();
                let at = paths.partition_point(|path| path.as_str() < below.as_str());
                if paths.get(at).is_none_or(|path| !path.starts_with(&below)) {
                    all.emptied.insert(folder.to_owned());
                }
            }
            for (side, list) in [(Side::Base, &mut all.base), (Side::Head, &mut all.head)] {
                let path = file.path_on(side);
                let name = path.rsplit('/').next().unwrap_or(path);
                if let Some(item) = file
                    .text(side)
                    .and_then(|text| language::document(path, text))
                {
                    list.push(stated(name, &item));
                }
            }
        }
        if !all.head.is_empty() {
            let held = |name: &str| {
                let paths = change.paths(Side::Head).unwrap_or_default();
                let below = format!("{name}/");
                let at = paths.partition_point(|path| path.as_str() < below.as_str());
                paths.get(at).is_some_and(|path| path.starts_with(&below))
            };
            all.built = LISTS.outputs.iter().filter(|name| !held(name)).collect();
        }
        all
    }

    /// Whether a side sets this key, under whatever table, to this value.
    fn sets(&self, side: Side, key: &str, value: &str) -> bool {
        self.side(side).iter().any(|stated| {
            stated
                .scalars
                .iter()
                .any(|(path, (text, _))| last(path) == key && text.eq_ignore_ascii_case(value))
        })
    }

    /// Whether a side sets this key at all.
    fn has(&self, side: Side, key: &str) -> bool {
        self.side(side)
            .iter()
            .any(|stated| stated.scalars.keys().any(|path| last(path) == key))
    }

    /// All words of all lists of a side.
    fn words(&self, side: Side) -> BTreeSet<&str> {
        self.words_of(side, |_| true)
    }

    /// All words of the lists of a side whose key is such.
    fn words_of(&self, side: Side, is: impl Fn(&str) -> bool) -> BTreeSet<&str> {
        self.side(side)
            .iter()
            .flat_map(|stated| &stated.lists)
            .filter(|(path, _)| is(last(path)))
            .flat_map(|(_, words)| words.keys())
            .map(String::as_str)
            .collect()
    }

    fn side(&self, side: Side) -> &[Stated] {
        match side {
            Side::Base => &self.base,
            Side::Head => &self.head,
        }
    }
}

/// The last key of a path of keys.
pub(super) fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Compares the two sides of one configuration.
pub(super) fn compare(of: &mut Compared<'_>, change: &Change, all: &Everywhere) {
    let file = of.file;
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    let tree = |side: Side| language::document(file.path_on(side), file.text(side)?);
    // A new list of what is left out takes the place of none.
    let is_list = name.starts_with('.') && name.ends_with("ignore");
    let none = (file.base.is_none() && is_list).then(|| Item {
        line: 1,
        value: document::Value::Map(Vec::new()),
    });
    let Some(base) = tree(Side::Base).or(none) else {
        return;
    };
    let gone = file.head.is_none().then_some(Item {
        line: 1,
        value: document::Value::Map(Vec::new()),
    });
    let Some(head) = tree(Side::Head).or(gone) else {
        return;
    };
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if file.head.is_none() && all.emptied.contains(folder) {
        return;
    }
    // A manifest or a list of hooks that is gone as a whole went with what it was for.
    let (is_hooks, is_levels) = (LISTS.hook_lists.contains(name), says_lint_levels(name));
    match file.head.is_none() {
        true if is_hooks || is_levels => {}
        _ if is_hooks => levels::hooks(of, &base, &head),
        _ if is_levels => levels::lints(of, &base, &head),
        _ => {
            let mut sides = Sides::of(name, &base, &head);
            sides.inherit(change, of.file, &base, &head);
            settings(of, &sides, all);
            extended::compare(of, name, &base, &head);
        }
    }
}

/// What the two sides of a configuration say.
struct Sides {
    was: Stated,
    now: Stated,
    /// Keys of base and of head that another file says.
    above: BTreeSet<String>,
    inherited: BTreeSet<String>,
}

impl Sides {
    fn of(name: &str, base: &Item, head: &Item) -> Self {
        Self {
            was: stated(name, base),
            now: stated(name, head),
            above: BTreeSet::new(),
            inherited: BTreeSet::new(),
        }
    }

    /// Takes in what the files say that each side goes on with. What base's say and head's do not is gone only where
    /// head goes on with others: a change of those is told of them.
    fn inherit(&mut self, change: &Change, file: &File, base: &Item, head: &Item) {
        let taken = extended::inherit(change, Side::Base, file.base_path(), base, &mut self.was);
        let path = &file.path;
        self.inherited = extended::inherit(change, Side::Head, path, head, &mut self.now);
        let words = |root: &Item| root.get("extends").map(Item::words).unwrap_or_default();
        let names = |root: &Item| -> Vec<String> { words(root).into_iter().map(|w| w.0).collect() };
        if names(base) == names(head) {
            let kept = |key: &String| !taken.contains(key) || self.now.scalars.contains_key(key);
            self.was.scalars.retain(|key, _| kept(key));
        }
        self.above = taken;
    }
}

/// What a configuration says: keys to values with their lines, lists as sets.
#[derive(Default)]
pub(super) struct Stated {
    pub(super) scalars: BTreeMap<String, (String, u32)>,
    pub(super) lists: BTreeMap<String, BTreeMap<String, u32>>,
}

pub(super) fn stated(name: &str, root: &Item) -> Stated {
    let mut stated = Stated::default();
    for (keys, item) in root.walk() {
        let general = is_general(name) || LISTS.shared.contains(name);
        let ours = !general
            || keys.iter().take(3).any(|key| {
                LISTS.tools.iter().any(|tool| {
                    *key == tool
                        || key.starts_with(&format!("{tool}:"))
                        || key.starts_with(&format!("{tool}-"))
                        || key.starts_with(&format!("tool:{tool}"))
                })
            });
        // A key of properties has its levels in its name.
        let Some(last) = keys.last().map(|key| last(key)).filter(|_| ours) else {
            continue;
        };
        let path = keys.join(".");
        let is_list = [&LISTS.lets_pass, &LISTS.asks_for, &LISTS.looks_at]
            .iter()
            .any(|keys| keys.contains(last));
        let by_file = entries_of_lists(item).filter(|_| is_list);
        if let Some(words) = by_file {
            stated.lists.entry(path).or_default().extend(words);
        } else if is_list && (item.text().is_none() || name != "deny.toml") {
            // A multi-line scalar of an INI file gives a pattern or a code a line.
            let words = listed(item).into_iter();
            let words = words.filter(|(word, _)| !word.starts_with('#'));
            // What is looked at may say what is not.
            let is_seen = LISTS.looks_at.contains(last);
            let (out, words): (Vec<_>, Vec<_>) =
                words.partition(|(word, _)| is_seen && word.starts_with('!'));
            if !out.is_empty() {
                let bare =
                    |(word, line): (String, u32)| (word.trim_start_matches('!').to_owned(), line);
                let key = format!("{path}.not-included");
                stated
                    .lists
                    .entry(key)
                    .or_default()
                    .extend(out.into_iter().map(bare));
            }
            stated.lists.entry(path).or_default().extend(words);
        } else if let Some(text) = item.text() {
            stated.scalars.insert(path, (text.to_owned(), item.line));
        }
    }
    stated
}

/// What a configuration lets pass that the one which it takes the place of did not, as messages.
pub(super) fn lost(
    file: &File,
    base: &Item,
    head: &Item,
    keys: &super::lists::Names,
) -> Vec<String> {
    let all = Everywhere::one(stated("", base), stated("", head));
    let mut found = Vec::new();
    settings(
        &mut Compared {
            file,
            found: &mut found,
        },
        &Sides::of("", base, head),
        &all,
    );
    let mut messages: Vec<String> = found.into_iter().map(|finding| finding.message).collect();
    let top = |root: &Item, key: &str| {
        root.walk()
            .iter()
            .any(|(path, _)| path.last() == Some(&key))
    };
    for key in keys.iter().filter(|key| top(base, key) && !top(head, key)) {
        messages.push(format!("`{key}` is gone"));
    }
    messages
}

fn settings(of: &mut Compared<'_>, sides: &Sides, all: &Everywhere) {
    let Sides { was, now, .. } = sides;
    let inherited = &sides.inherited;
    let strict = |(path, (text, _)): (&String, &(String, u32))| {
        last(path) == "strict" && truth(text) == Some(true)
    };
    let is_strict = now.scalars.iter().any(strict);
    let own = now
        .scalars
        .iter()
        .filter(|(path, _)| !inherited.contains(*path));
    for (path, (text, line)) in own {
        let key = last(path);
        let before = was.scalars.get(path).map(|(text, _)| text.as_str());
        // A key that moved to another table or file is the same key.
        let moved = before.is_none() && all.sets(Side::Base, key, text);
        if before == Some(text) || moved {
            continue;
        }
        let is_part = || {
            LISTS.parts_of_strict.contains(key)
                && (all.sets(Side::Head, "strict", "true") || is_strict)
        };
        if before.is_none() && truth(text) == Some(false) && is_part() {
            of.is_looser(*line, format!("`{key}` is off now, and `strict` has it on"));
        } else if let Some((rule, level, message)) = weaker(path, before, text) {
            // One folder may well be held to less than all others.
            let of_part = sides.above.contains(path).then_some(Level::Escalate);
            of.push(rule, *line, message, level.or(of_part));
        }
    }
    let strict = all.sets(Side::Head, "strict", "true");
    for (path, (text, line)) in &was.scalars {
        let key = last(path);
        if now.scalars.contains_key(path) || all.has(Side::Head, key) {
            continue;
        }
        let minimum = is_minimum(path) && number(text).is_some_and(|number| number > 0.0);
        if LISTS.strict.contains(key) && truth(text) == Some(true) && !strict {
            let message = format!("`{key}` was on, and is gone");
            of.is_gone(rules::CHECKER_LOOSENED, *line, message);
        } else if minimum && key != "target" {
            let message = format!("`{key} = {text}` is gone");
            of.is_gone(rules::THRESHOLD_LOWERED, *line, message);
        }
    }
    lists(of, was, now, all);
}

fn lists(of: &mut Compared<'_>, was: &Stated, now: &Stated, all: &Everywhere) {
    let (before, after) = (all.words(Side::Base), all.words(Side::Head));
    for (path, words) in &now.lists {
        let is_seen = LISTS.looks_at.contains(last(path)) && path != "tool.coverage.report.include";
        let Some(line) = words.values().next().filter(|_| is_seen) else {
            continue;
        };
        let whole = words
            .keys()
            .any(|word| matches!(word.as_str(), "." | "*" | "**" | "**/*.py"));
        let lost = match was.lists.get(path) {
            Some(old) => old.keys().find(|word| {
                let above =
                    |other: &String| word.starts_with(&format!("{}/", other.trim_end_matches('/')));
                !after.contains(word.as_str()) && !words.keys().any(above)
            }),
            None => words.keys().next(),
        };
        // A table that is new as a whole narrows nothing.
        let table = path.rsplit_once('.').map_or("", |(above, _)| above);
        let known = was
            .scalars
            .keys()
            .chain(was.lists.keys())
            .any(|other| other.starts_with(table));
        if let Some(lost) = lost.filter(|_| {
            !whole && known && words.len() <= was.lists.get(path).map_or(usize::MAX, BTreeMap::len)
        }) {
            let message = match was.lists.contains_key(path) {
                true => format!(
                    "`{path}` no longer names `{lost}`: the tool does not look there any more"
                ),
                false => format!("`{path}` is new: the tool only looks at what it names"),
            };
            of.is_looser(*line, message);
        }
    }
    let selected = selected(of.file, was);
    let let_pass = all.words_of(Side::Base, |key| LISTS.lets_pass.contains(key));
    for (path, words) in &now.lists {
        if !LISTS.lets_pass.contains(last(path)) || is_of_the_build(path) {
            continue;
        }
        let selected = selected.as_ref().filter(|_| is_ruffs(of.file, path));
        let known = |word: &str| {
            before.contains(word)
                || selected.is_some_and(|selected| asks_nothing_less(word, &let_pass, selected))
                || all.built.contains(word.trim_matches(['.', '/', '*']))
        };
        let new = words.iter().filter(|(word, _)| !known(word));
        let new: Vec<(&String, &u32)> = new.collect();
        if let Some((_, line)) = new.first() {
            let message = format!("`{path}` now also lets pass {}", shown(&new));
            of.is_looser(**line, message);
        }
    }
    for (path, words) in &was.lists {
        if !LISTS.asks_for.contains(last(path)) {
            continue;
        }
        let covered = |word: &str| {
            let wider = |other: &&str| !other.is_empty() && word.starts_with(*other);
            after.contains("ALL") || after.iter().any(wider)
        };
        let gone: Vec<(&String, &u32)> = words.iter().filter(|(word, _)| !covered(word)).collect();
        if let Some((_, line)) = gone.first() {
            let message = format!("`{path}` no longer asks for {}", shown(&gone));
            of.is_gone(rules::CHECKER_LOOSENED, **line, message);
        }
    }
}

/// Whether a list is one of the bundler or its server (`optimizeDeps.exclude`, `server.fs.allow`), which check nothing.
fn is_of_the_build(path: &str) -> bool {
    let mut above = path.split('.').rev().skip(1);
    above.any(|key| LISTS.of_the_build.contains(key))
}

/// The first few of a list, quoted.
fn shown(words: &[(&String, &u32)]) -> String {
    let few: Vec<String> = words
        .iter()
        .take(5)
        .map(|(word, _)| format!("`{word}`"))
        .collect();
    few.join(", ")
}
