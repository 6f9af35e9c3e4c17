//! Python tests that name nothing of the project: language, standard library, and what they bind themselves.
//!
//! Does not catch: a name that other code of the module binds at run time.

use std::collections::BTreeSet;

use crate::language::test_model::{Defined, FileModel, Function, Inert, holds};

/// How little a test names of the project.
pub(super) fn inert(file: &FileModel, test: &Function, defined: &Defined<'_>) -> Inert {
    let words = file.words();
    let names = &test.body.names;
    let given: BTreeSet<&String> = test.given.iter().collect();
    let mut fixtures = test.parameters.iter();
    if fixtures.any(|name| !given.contains(name))
        || test.body.imports
        || test.body.can_fail
        || words.outside.iter().any(|name| names.contains(name))
        || file.imports.iter().any(|import| import.name == "*")
        || test.marks.iter().any(|m| m.condition.is_some())
    {
        return Inert::No;
    }
    let mut standard = false;
    for import in &file.imports {
        let local = import.name.split('.').next().unwrap_or_default();
        if !names.contains(local) {
            continue;
        }
        let root = import.module.split('.').next().unwrap_or_default();
        if root.is_empty() || !holds(&words.standard, root) {
            return Inert::No;
        }
        standard |= !holds(&words.standard_of_tests, root);
    }
    let own_scope = |name: &str| test.scope.iter().any(|scope| scope == name);
    if names
        .iter()
        .any(|name| defined.beside(test, name) && !own_scope(name))
    {
        return Inert::No;
    }
    // A name bound by other module-level code is not known here: what is no local, no builtin.
    if test.body.assertions.is_empty() && test.body.calls.is_empty() {
        return Inert::No;
    }
    let is_free = |name: &str| {
        let mut doubles = test.body.doubles.iter();
        !doubles.any(|double| double.local && double.target == name)
            && !holds(&words.builtins, name)
            && !name.starts_with("assert")
            && name != "parametrize"
    };
    if test.body.calls.iter().any(is_free) {
        return Inert::No;
    }
    // A test of language and standard library alone may be a helper's own test.
    // A function of the test's own may stand for something that it shows.
    let copies = test.body.doubles.iter().any(|double| double.local);
    if standard || copies {
        Inert::Perhaps
    } else {
        Inert::Surely
    }
}
