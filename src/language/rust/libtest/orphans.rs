//! Files of tests that a `mod` brought into the build, and that nothing brings in once it is gone.
//!
//! Does not catch: a file that the change deletes or edits; see the pairs of tests.

use anyhow::Result;

use super::cargo::{Cargo, declares};
use crate::budget;
use crate::language::test_model::{Orphan, Tree};
use crate::text::is_in_word;

/// The files that `path` declared at base and that nothing declares at head.
pub(super) fn orphans(path: &str, base: &str, head: &str, sides: &Tree<'_>) -> Result<Vec<Orphan>> {
    const MOST: usize = 40;
    let mut found = Vec::new();
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let own = match file.strip_suffix(".rs") {
        Some("lib" | "main" | "mod") => folder.to_owned(),
        Some(stem) if !folder.is_empty() => format!("{folder}/{stem}"),
        _ => return Ok(found),
    };
    let gone = base.lines().enumerate().filter_map(|(row, line)| {
        let name = declared(line)?;
        budget::charge(head.len() / 64 + 1);
        (!declares(head, name)).then_some((row, name))
    });
    for (row, name) in gone.take(MOST) {
        for other in [format!("{own}/{name}.rs"), format!("{own}/{name}/mod.rs")] {
            let is_there = (sides.head)(&other)?.is_some();
            let passed_over = |read| -> Result<Option<String>> {
                let cargo = Cargo::read(&[other.as_str()], read)?;
                let forgotten = cargo.passes_over(&other).filter(|it| it.forgotten);
                Ok(forgotten.map(|it| it.why))
            };
            if !is_there || passed_over(sides.base)?.is_some() {
                continue;
            }
            if let Some(why) = passed_over(sides.head)? {
                found.push(Orphan {
                    path: other,
                    why,
                    row: u32::try_from(row).unwrap_or(u32::MAX),
                });
            }
        }
    }
    Ok(found)
}

/// The module of another file that a line declares.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim().strip_suffix(';')?;
    let (before, name) = line.rsplit_once("mod ")?;
    let is_name = !name.is_empty() && name.chars().all(is_in_word);
    (is_name && !before.contains("//")).then_some(name)
}
