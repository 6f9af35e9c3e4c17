//! Which file of the crate a path names, and which files a file declares or includes.
//!
//! Does not catch: `#[path]`, modules in a crate root other than `src/`, and names that are re-exported.

use std::rc::Rc;

use crate::change::paths::join;
use crate::language::{DefinitionKind, ModuleFile, Parsed};

/// The file of a path that begins at the crate or at the module above: the longest part of it that is one.
pub(super) fn module_file(
    from: &str,
    dotted: &[Rc<str>],
    has: &dyn Fn(&str) -> bool,
) -> Option<ModuleFile> {
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
            if path != from && has(&path) {
                return Some(ModuleFile { path, used });
            }
        }
    }
    None
}

/// The files of a file's modules, and those that it includes, each with its line.
pub(super) fn taken_in(path: &str, is_root: bool, parsed: &Parsed) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let name = path.rsplit('/').next().unwrap_or(path);
    // The modules of a crate's first file stand beside it.
    let below = match name {
        "lib.rs" | "main.rs" | "mod.rs" => folder,
        _ if is_root => folder,
        _ => path.trim_end_matches(".rs"),
    };
    for definition in &parsed.facts().definitions {
        let conditional = definition.in_test
            || definition.marks.iter().any(|mark| {
                mark.starts_with("cfg(") && (mark.contains("test") || mark.contains("feature"))
            });
        if definition.kind != DefinitionKind::Module || definition.body.is_some() || conditional {
            continue;
        }
        let line = definition.name_line;
        let given = definition.marks.iter().find_map(|mark| {
            let value = mark.strip_prefix("path")?.trim_start().strip_prefix('=')?;
            Some(value.trim().trim_matches('"').to_owned())
        });
        match given {
            Some(given) => found.push((line, join(folder, &given))),
            None => {
                let stem = join(below, &definition.name);
                found.push((line, format!("{stem}.rs")));
                found.push((line, format!("{stem}/mod.rs")));
            }
        }
    }
    for call in &parsed.facts().calls {
        let inside = call
            .inside
            .and_then(|at| parsed.facts().definitions.get(at));
        let in_test = inside.is_some_and(|definition| definition.in_test);
        if !call.is_macro || parsed.slice(&call.name) != "include" || in_test {
            continue;
        }
        let given = parsed.slice(&call.bytes).split('"').nth(1);
        if let Some(given) = given {
            found.push((call.line, join(folder, given)));
        }
    }
    found
}
