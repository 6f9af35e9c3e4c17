//! Which file of the project an import names.
//!
//! A package is a folder; here it is the one file in it that is called as the folder is, which holds what a small
//! package has.
//!
//! Does not catch: packages of several files, but for that one; a package under another name than its folder's.

use std::rc::Rc;

use crate::language::ModuleFile;

/// The file of an import path: the folder is the end of the path, as the beginning is the module's own name, which
/// stands in `go.mod`.
pub(super) fn module_file(
    from: &str,
    dotted: &[Rc<str>],
    has: &dyn Fn(&str) -> bool,
) -> Option<ModuleFile> {
    let last = dotted.last()?;
    for start in 0..dotted.len() {
        let folder = dotted.get(start..)?.join("/");
        let path = format!("{folder}/{last}.go");
        if path != from && has(&path) {
            let used = dotted.len();
            return Some(ModuleFile { path, used });
        }
    }
    None
}
