//! Which file of the project an import names.
//!
//! Does not catch: aliases of tsconfig and of bundlers other than `@/` and `~/` for the folder of sources; packages of
//! the same workspace; what is passed on by `export * from`.

use std::rc::Rc;

use crate::language::ModuleFile;

/// What may stand behind a name that is written without it, in the order in which it is looked for.
const ENDINGS: [&str; 12] = [
    ".ts",
    ".tsx",
    ".js",
    ".jsx",
    ".mts",
    ".mjs",
    ".cts",
    ".cjs",
    "/index.ts",
    "/index.tsx",
    "/index.js",
    "/index.mjs",
];
/// What is written of the file that another one is made into.
const MADE: [(&str, &[&str]); 4] = [
    (".js", &[".ts", ".tsx"]),
    (".jsx", &[".tsx"]),
    (".mjs", &[".mts"]),
    (".cjs", &[".cts"]),
];
/// Folders above that an alias may begin in.
const DEEPEST: usize = 16;
/// Names behind the module's: that of what it gives, and a member of that.
const MEMBERS: usize = 2;

/// The file of a path: `dots` is 1 for the folder of the file itself, and one more for each folder above it.
pub(super) fn module_file(
    from: &str,
    dotted: &[Rc<str>],
    dots: u32,
    has: &dyn Fn(&str) -> bool,
) -> Option<ModuleFile> {
    let folder: Vec<&str> = from
        .rsplit_once('/')
        .map_or_else(Vec::new, |(folder, _)| folder.split('/').collect());
    let is_alias = dots == 0
        && dotted
            .first()
            .is_some_and(|first| matches!(&**first, "@" | "~"));
    let mut bases = Vec::new();
    if dots > 0 {
        let up = usize::try_from(dots - 1).ok()?;
        bases.push(folder.get(..folder.len().checked_sub(up)?)?.join("/"));
    } else if is_alias {
        for end in (0..=folder.len().min(DEEPEST)).rev() {
            let above = folder.get(..end)?.join("/");
            bases.push(below(&above, "src"));
            bases.push(above);
        }
    } else {
        return None;
    }
    let skip = usize::from(is_alias);
    let least = dotted.len().saturating_sub(MEMBERS).max(skip);
    for used in (least..=dotted.len()).rev() {
        let tail = dotted.get(skip..used)?.join("/");
        for base in &bases {
            let start = below(base, &tail);
            if let Some(path) = file_of(&start, has).filter(|path| path != from) {
                return Some(ModuleFile { path, used });
            }
        }
    }
    None
}

fn below(base: &str, tail: &str) -> String {
    match (base.is_empty(), tail.is_empty()) {
        (true, _) => tail.to_owned(),
        (_, true) => base.to_owned(),
        _ => format!("{base}/{tail}"),
    }
}

fn file_of(start: &str, has: &dyn Fn(&str) -> bool) -> Option<String> {
    for (made, of) in MADE {
        let Some(stem) = start.strip_suffix(made) else {
            continue;
        };
        let mut sources = of.iter().map(|ending| format!("{stem}{ending}"));
        if let Some(path) = sources.find(|path| has(path)) {
            return Some(path);
        }
    }
    let is_file = ENDINGS.iter().any(|ending| start.ends_with(ending));
    if is_file && has(start) {
        return Some(start.to_owned());
    }
    let mut paths = ENDINGS.iter().map(|ending| format!("{start}{ending}"));
    paths
        .find(|path| has(path.trim_start_matches('/')))
        .map(|path| path.trim_start_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(from: &str, dotted: &[&str], dots: u32, files: &[&str]) -> Option<(String, usize)> {
        let dotted: Vec<Rc<str>> = dotted.iter().map(|part| (*part).into()).collect();
        let file = module_file(from, &dotted, dots, &|path| files.contains(&path))?;
        Some((file.path, file.used))
    }

    #[test]
    fn an_ending_of_what_is_built_stands_for_the_source() {
        let files = ["src/a.ts", "src/a.js"];
        let own = found("src/b.ts", &["a.js", "run"], 1, &files);
        assert_eq!(own, Some(("src/a.ts".to_owned(), 1)));
        let own = found("src/b.ts", &["a", "run"], 1, &["src/a.js"]);
        assert_eq!(own, Some(("src/a.js".to_owned(), 1)));
    }

    #[test]
    fn a_folder_stands_for_its_index() {
        let files = ["src/index.ts", "src/lib/index.js"];
        let above = found("src/lib/b.ts", &["run"], 2, &files);
        assert_eq!(above, Some(("src/index.ts".to_owned(), 0)));
        let below = found("src/b.ts", &["lib", "run"], 1, &files);
        assert_eq!(below, Some(("src/lib/index.js".to_owned(), 1)));
    }

    #[test]
    fn an_alias_begins_in_the_folder_of_sources() {
        let files = ["app/src/lib/db.ts"];
        let own = found(
            "app/src/pages/x.tsx",
            &["@", "lib", "db", "pool"],
            0,
            &files,
        );
        assert_eq!(own, Some(("app/src/lib/db.ts".to_owned(), 3)));
        assert_eq!(found("app/src/x.ts", &["lib", "db"], 0, &files), None);
    }

    #[test]
    fn nothing_is_above_the_root() {
        assert_eq!(found("a.ts", &["b"], 3, &["b.ts"]), None);
    }
}
