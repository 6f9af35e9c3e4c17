//! Which file of the crate a path names.
//!
//! Does not catch: `#[path]`, modules in a crate root other than `src/`, and names that are re-exported.

use std::rc::Rc;

use crate::language::ModuleFile;

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
