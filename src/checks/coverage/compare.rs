//! Both measurements laid over the change: each file's lines in their classes.
//!
//! Test code is no part of it: test files by their paths, tests inside of product files by the syntax
//! tree.
//!
//! Does not catch: test helpers in product files that are not marked as tests.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use anyhow::Result;

use super::role::{self, Role};
use crate::change::{Blob, File, Hunk, Side, Status};
use crate::checks::Context;
use crate::coverage::classes::{Class, Classed, Tally, View, classify};
use crate::coverage::report::Lines;
use crate::coverage::side::Measured;
use crate::language::statements::Statements;
use crate::language::{self, Parsed};

/// A file with its lines in classes.
pub(super) struct Compared<'a> {
    /// Head's path; base's where the file is gone.
    pub path: String,
    /// The changed file; none where the change does not touch it.
    pub file: Option<&'a File>,
    /// The classes.
    pub classes: Vec<Classed>,
    /// Executable lines of head.
    pub head: Tally,
    /// 1-based lines of head that are new, or were measured at base, and are excluded now.
    pub newly_excluded: Vec<u32>,
    /// 1-based new lines of head that are excluded and ran all the same.
    pub excluded_and_ran: Vec<u32>,
    /// Whether head's report knows the file.
    pub is_known: bool,
    /// The statements of base.
    pub base_statements: Statements,
    /// The statements of head.
    pub statements: Statements,
}

impl Compared<'_> {
    /// The 1-based lines of a class, in order.
    pub(super) fn lines(&self, class: Class) -> impl Iterator<Item = u32> + '_ {
        self.classes
            .iter()
            .filter(move |classed| classed.class == class)
            .map(|classed| classed.line)
    }

    /// How many lines are in a class, and in another that is not run.
    fn tally(&self, ran: &[Class], not_run: &[Class]) -> Tally {
        let mut tally = Tally::default();
        for classed in &self.classes {
            if ran.contains(&classed.class) {
                tally.count(true);
            } else if not_run.contains(&classed.class) {
                tally.count(false);
            }
        }
        tally
    }

    /// New executable lines.
    pub(super) fn patch(&self) -> Tally {
        self.tally(&[Class::Gnc], &[Class::Unc])
    }

    /// Executable lines of base that the change did not delete.
    pub(super) fn base_kept(&self) -> Tally {
        use Class::{Cbc, Ecb, Eub, Gbc, Lbc, Ubc};
        self.tally(&[Cbc, Lbc, Ecb], &[Ubc, Gbc, Eub])
    }

    /// Executable lines of base.
    pub(super) fn base(&self) -> Tally {
        let mut tally = self.base_kept();
        tally.add(self.tally(&[Class::Dcb], &[Class::Dub]));
        tally
    }
}

/// Lays the measurements over the change.
///
/// # Errors
/// Where a file of the tree cannot be read.
pub(super) fn compare<'a>(
    context: &Context<'a>,
    base: Option<&Measured>,
    head: &Measured,
) -> Result<Vec<Compared<'a>>> {
    let mut compared = Vec::new();
    let mut touched = BTreeSet::new();
    let given: BTreeSet<&str> = context
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    for file in &context.change.files {
        touched.insert(file.path.as_str());
        if file.status != Status::Copied {
            touched.insert(file.base_path());
        }
        if given.contains(file.path.as_str()) {
            compared.extend(changed(context, base, head, file));
        }
    }
    let mut paths: BTreeSet<&String> = head.files.keys().collect();
    paths.extend(base.into_iter().flat_map(|base| base.files.keys()));
    for path in paths {
        if touched.contains(path.as_str()) || role::of(context.policy, path) != Role::Product {
            continue;
        }
        let none = Lines::default();
        let statements = Statements::default();
        let tests = tests_in_unchanged(context, path)?;
        let view = |lines| View {
            lines,
            statements: &statements,
            tests: &tests,
        };
        let at_base = base.map(|base| view(base.files.get(path).unwrap_or(&none)));
        let at_head = view(head.files.get(path).unwrap_or(&none));
        compared.push(Compared {
            path: path.clone(),
            file: None,
            classes: classify(at_base, at_head, &[]),
            head: at_head.tally(),
            newly_excluded: Vec::new(),
            excluded_and_ran: Vec::new(),
            is_known: head.files.contains_key(path),
            base_statements: Statements::default(),
            statements: Statements::default(),
        });
    }
    compared.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(compared)
}

fn changed<'a>(
    context: &Context<'a>,
    base: Option<&Measured>,
    head: &Measured,
    file: &'a File,
) -> Option<Compared<'a>> {
    let is_product = |side| {
        file.blob(side).is_some() && role::of(context.policy, file.path_on(side)) == Role::Product
    };
    let is_base = file.status != Status::Copied && is_product(Side::Base);
    if !is_product(Side::Head) && !is_base {
        return None;
    }
    let none = Lines::default();
    let whole;
    let hunks: &[Hunk] = if is_base == is_product(Side::Head) {
        &file.hunks
    } else {
        // What was no product code before is new, and what is none any more is gone.
        let count = |side| file.text(side).map_or(0, |text| text.lines().count());
        let rows = |count: usize| 0..u32::try_from(count).unwrap_or(u32::MAX);
        whole = [Hunk {
            base: rows(count(Side::Base)),
            head: rows(count(Side::Head)),
        }];
        &whole
    };
    let lines = head
        .files
        .get(&file.path)
        .filter(|_| is_product(Side::Head))
        .unwrap_or(&none);
    let base_lines = base.map(|base| {
        let known = base.files.get(file.base_path()).filter(|_| is_base);
        known.unwrap_or(&none)
    });
    let parse = |side: Side| -> Option<Arc<Parsed>> {
        context.trees.of(file.path_on(side), file.blob(side)?)
    };
    let old = base_lines
        .filter(|lines| !is_plain(file, Side::Base, hunks, lines))
        .and_then(|_| parse(Side::Base));
    let new = match is_plain(file, Side::Head, hunks, lines) {
        true => None,
        false => parse(Side::Head),
    };
    let statements = |parsed: &Option<Arc<Parsed>>| {
        parsed
            .as_deref()
            .map(|one| one.language.statements(one))
            .unwrap_or_default()
    };
    let (old_statements, new_statements) = (statements(&old), statements(&new));
    let tests = |parsed: &Option<Arc<Parsed>>| parsed.as_deref().map(tests_in).unwrap_or_default();
    let (old_tests, new_tests) = (tests(&old), tests(&new));
    let at_base = base_lines.map(|lines| View {
        lines,
        statements: &old_statements,
        tests: &old_tests,
    });
    let at_head = View {
        lines,
        statements: &new_statements,
        tests: &new_tests,
    };
    let added = |line: u32| hunks.iter().any(|hunk| hunk.head.contains(&(line - 1)));
    let was_measured = |line: u32| {
        let there = file.line_map().to_base(line - 1);
        there.is_some_and(|there| at_base.is_some_and(|base| base.lines.hits(there + 1).is_some()))
    };
    let newly = |excluded: &[u32]| -> Vec<u32> {
        let lines = excluded.iter().copied();
        lines
            .filter(|line| added(*line) || was_measured(*line))
            .collect()
    };
    let newly_excluded = newly(&lines.excluded);
    let mut excluded_and_ran = newly(&lines.excluded_and_ran);
    excluded_and_ran.retain(|line| !new_statements.is_header(*line));
    Some(Compared {
        path: file.path.clone(),
        file: Some(file),
        classes: classify(at_base, at_head, hunks),
        head: at_head.tally(),
        newly_excluded,
        excluded_and_ran,
        is_known: head.files.contains_key(&file.path),
        base_statements: old_statements,
        statements: new_statements,
    })
}

/// Whether every changed line of a side is one that the report names itself: then no line of a statement leads to
/// another, and the tree is not asked. What is deleted between two lines may stand inside of a statement.
fn is_plain(file: &File, side: Side, hunks: &[Hunk], lines: &Lines) -> bool {
    let named = |hunk: &Hunk| {
        let mut changed = hunk.on(side);
        !changed.is_empty() && changed.all(|row| lines.hits(row + 1).is_some())
    };
    language::of(file.path_on(side)).is_some_and(|one| one.profile().coverage_by_statement)
        && lines.excluded_and_ran.is_empty()
        && hunks.iter().all(named)
}

/// 1-based lines, end exclusive, of the tests inside a file, in order.
fn tests_in(parsed: &Parsed) -> Vec<Range<u32>> {
    let mut tests: Vec<Range<u32>> = Vec::new();
    if parsed.language.profile().inner_test_words.is_empty() {
        return tests;
    }
    for definition in &parsed.facts().definitions {
        let inside = tests
            .last()
            .is_some_and(|last| definition.first_line < last.end);
        if definition.in_test && !inside {
            tests.push(definition.first_line..definition.last_line + 1);
        }
    }
    tests
}

/// The tests inside a file that the change does not touch. Only a file that may have some is parsed.
fn tests_in_unchanged(context: &Context<'_>, path: &str) -> Result<Vec<Range<u32>>> {
    let words = language::of(path).map_or(&[][..], |one| &one.profile().inner_test_words);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let Some(blob) = context.change.read(Side::Head, path)? else {
        return Ok(Vec::new());
    };
    let may = |text: &str| words.iter().any(|word| text.contains(word.as_str()));
    if !Blob::text(&blob).is_some_and(may) {
        return Ok(Vec::new());
    }
    let parsed = context.trees.of(path, &blob);
    Ok(parsed.as_deref().map(tests_in).unwrap_or_default())
}
