//! Modules that a build makes, by the names that sources and build files give them.
//!
//! Does not catch: names that a program of the build puts together.

use std::collections::BTreeSet;

use crate::budget;
use crate::text::is_in_word;

/// What stands before the name of a module that is built.
const BEFORE_A_NAME: &[&str] = &[
    "PyInit_",
    "PYBIND11_MODULE(",
    "NB_MODULE(",
    "BOOST_PYTHON_MODULE(",
    "pybind11_add_module(",
    "nanobind_add_module(",
    "Python_add_library(",
    "Python3_add_library(",
    "python_add_library(",
    "extension_module(",
    "Extension(",
    "CppExtension(",
    "RustExtension(",
    "set_source(",
    "module-name = ",
];

/// Bytes behind such words within which the name ends.
const LONGEST: usize = 400;

/// Whether a file may name a module that is built.
pub(super) fn may_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit('.').next().unwrap_or_default();
    matches!(ending, "rs" | "c" | "cc" | "cpp" | "cxx" | "i" | "swg")
        || matches!(
            name,
            "setup.py" | "pyproject.toml" | "CMakeLists.txt" | "meson.build" | "Cargo.toml"
        )
}

/// The names of modules that a text says are built: of dotted ones the first and the last part.
pub(super) fn names(text: &str, found: &mut BTreeSet<String>) {
    if !budget::charge_text(BEFORE_A_NAME.len() * text.len()) {
        return;
    }
    let behind = |at: usize| {
        let end = text.floor_char_boundary(text.len().min(at.saturating_add(LONGEST)));
        text.get(at..end).unwrap_or_default()
    };
    for before in BEFORE_A_NAME {
        for (at, _) in text.match_indices(before) {
            name_at(behind(at + before.len()), found);
        }
    }
    for (at, _) in text.match_indices("#[pymodule") {
        let rest = behind(at);
        let function = rest.find("fn ").map(|at| at + 3);
        let module = rest.find("mod ").map(|at| at + 4);
        let first = function.into_iter().chain(module).min();
        name_at(
            first.and_then(|at| rest.get(at..)).unwrap_or_default(),
            found,
        );
    }
    interface_names(text, found);
    if text.contains("cdylib") && text.contains("[lib]") {
        let at = text
            .find("[lib]")
            .map_or(text.len(), |at| at + "[lib]".len());
        let own = behind(at).split("\n[").next().unwrap_or_default();
        let name = own.split("name").nth(1).unwrap_or_default();
        name_at(name.trim_start_matches([' ', '=']), found);
    }
}

/// The modules that an interface file of SWIG makes: the one that its `%module` names, and the built one below it, with
/// an underscore before its name.
///
/// Source: SWIG's manual, "SWIG Basics" and "SWIG and Python".
fn interface_names(text: &str, found: &mut BTreeSet<String>) {
    const DIRECTIVE: &str = "%module";
    if !text.contains(DIRECTIVE) {
        return;
    }
    let mut is_comment = false;
    for line in text.lines() {
        let line = line.trim_start();
        is_comment |= line.starts_with("/*");
        let directive = line.strip_prefix(DIRECTIVE).filter(|_| !is_comment);
        is_comment &= !line.contains("*/");
        let Some(rest) = directive else {
            continue;
        };
        let rest = rest.trim_start();
        let rest = match rest.strip_prefix('(') {
            Some(options) => options.split_once(')').map_or("", |(_, rest)| rest),
            None => rest,
        };
        let name = rest.trim_start().trim_start_matches('"');
        let end = name.find(|c| !is_in_word(c)).unwrap_or(name.len());
        if let Some(name) = name.get(..end).filter(|name| !name.is_empty()) {
            found.extend([name.to_owned(), format!("_{name}")]);
        }
    }
}

/// The name, quoted or not, that a text begins with.
fn name_at(text: &str, found: &mut BTreeSet<String>) {
    let text = text.trim_start().strip_prefix("name=").unwrap_or(text);
    let text = text.trim_start().trim_start_matches(['"', '\'']);
    let end = text.find(|c| !is_in_word(c) && c != '.');
    let dotted = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    let parts = dotted
        .split('.')
        .next()
        .into_iter()
        .chain(dotted.rsplit('.').next());
    found.extend(parts.filter(|part| !part.is_empty()).map(str::to_owned));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_built_modules_are_read() {
        for (text, name) in [
            ("#[pymodule]\nfn _fast(m: &Bound<PyModule>) {}", "_fast"),
            ("#[pymodule(gil_used = false)]\nmod quick {}", "quick"),
            (
                "[lib]\nname = \"_core\"\ncrate-type = [\"cdylib\"]\n",
                "_core",
            ),
            (
                "setup(ext_modules=[Extension(name='app._c', sources=[])])",
                "_c",
            ),
            ("PYBIND11_MODULE(shapes, m) {", "shapes"),
            ("%module shapes\n%{\n#include \"shapes.h\"\n%}\n", "_shapes"),
            ("/* by hand */\n%module(directors=\"1\") lines\n", "lines"),
            ("[tool.maturin]\nmodule-name = \"app._rust\"\n", "_rust"),
        ] {
            let mut found = BTreeSet::new();
            names(text, &mut found);
            assert!(found.contains(name), "{text}: {found:?}");
        }
        let mut found = BTreeSet::new();
        names("[lib]\nname = \"plain\"\n", &mut found);
        names(
            "/* so it was:\n%module old\n*/\n// %module older\n",
            &mut found,
        );
        assert!(found.is_empty());
    }
}
