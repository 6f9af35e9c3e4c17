//! Which file of the project an import names.
//!
//! Does not catch: folders that a configuration puts on the path, and modules that are made when they are imported.

use std::rc::Rc;

use crate::language::ModuleFile;

/// The file of a dotted name: the longest part of it that is one.
pub(super) fn module_file(
    from: &str,
    dotted: &[Rc<str>],
    dots: u32,
    has: &dyn Fn(&str) -> bool,
) -> Option<ModuleFile> {
    let folder: Vec<&str> = from
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder)
        .split('/')
        .collect();
    let mut bases: Vec<String> = Vec::new();
    if dots > 0 {
        let up = usize::try_from(dots - 1).ok()?;
        let kept = folder.get(..folder.len().checked_sub(up)?)?;
        bases.push(kept.join("/"));
    } else {
        // From the folder of the importing file up to the root, and below src/.
        for end in (0..=folder.len()).rev() {
            bases.push(folder.get(..end)?.join("/"));
        }
        bases.push("src".to_owned());
    }
    /// Packages in packages that are looked into.
    const DEEPEST: usize = 16;
    for used in (1..=dotted.len().min(DEEPEST)).rev() {
        let tail = dotted.get(..used)?.join("/");
        for base in &bases {
            let start = if base.is_empty() {
                tail.clone()
            } else {
                format!("{base}/{tail}")
            };
            for path in [format!("{start}.py"), format!("{start}/__init__.py")] {
                if path != from && has(&path) {
                    return Some(ModuleFile { path, used });
                }
            }
        }
    }
    None
}
