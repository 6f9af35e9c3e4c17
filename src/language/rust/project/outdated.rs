//! Paths of crates that are gone or deprecated in the versions that the manifest asks for. Only on lines of the change.
//!
//! `lists/outdated.txt` holds them.
//!
//! Does not catch: methods, and paths inside macro calls.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::change::{File, Side};
use crate::language::ecosystem::outdated::{Stated, Table};
use crate::language::ecosystem::{Concern, Problem};
use crate::language::rust::kind;
use crate::language::{Kinds, Parsed, RUST};

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::of(include_str!("lists/outdated.txt")));

static PATHS: Kinds = Kinds::new(
    RUST,
    &[
        kind::USE_DECLARATION,
        kind::SCOPED_IDENTIFIER,
        kind::SCOPED_TYPE_IDENTIFIER,
    ],
);

/// Tells of such paths in a file; `stated` says which versions of a crate are asked for, where the package has it.
pub(super) fn check(
    file: &File,
    parsed: &Parsed,
    stated: &dyn Fn(&str) -> Option<Stated>,
    found: &mut Vec<Problem>,
) {
    let imports = &parsed.facts().imports;
    let mut bound: BTreeMap<&str, String> = BTreeMap::new();
    let mut told = BTreeSet::new();
    let mut report = |path: &str, line: u32, place| {
        if !file.touches(Side::Head, line.saturating_sub(1)..line) {
            return;
        }
        let Some((name, outdated)) = TABLE.get(path, "::") else {
            return;
        };
        let said = stated(outdated.package).and_then(|stated| outdated.said(name, stated));
        if let Some((certainty, message)) = said.filter(|_| told.insert((name, line))) {
            let problem = Problem::new(Concern::OutdatedApi, place, message).sure(certainty);
            found.push(problem.with("name", name).with("instead", outdated.instead));
        }
    };
    for import in imports {
        let top = import.module.split("::").next().unwrap_or_default();
        if !TABLE.has(top) {
            continue;
        }
        let path = match &import.name {
            Some(name) => format!("{}::{name}", import.module),
            None => import.module.clone(),
        };
        report(&path, import.line, parsed.place_of(import.bytes.clone()));
        if let Some(local) = import.alias.as_ref().or(import.name.as_ref()) {
            bound.insert(local, path);
        }
    }
    let mut nodes = PATHS.nodes(parsed);
    while let Some(node) = nodes.next() {
        nodes.skip_children();
        let text = parsed.text(node);
        if node.kind() == kind::USE_DECLARATION || text.len() > 200 {
            continue;
        }
        let (head, rest) = text.split_once("::").unwrap_or((text, ""));
        let path = match bound.get(head) {
            Some(full) => format!("{full}::{rest}"),
            None if TABLE.has(head) => text.to_owned(),
            None => continue,
        };
        let place = parsed.place(node);
        report(&path, place.line, place);
    }
}
