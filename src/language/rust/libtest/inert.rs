//! Rust tests that name nothing of the crate: language, standard library, and what they bind themselves.
//!
//! Does not catch: a lower-case name that nothing binds; it could be a constant or a macro's.

use crate::language::test_model::{Defined, Emptiness, FileModel, Function, Inert, holds};

/// How little a test names of the crate.
pub(super) fn inert(file: &FileModel, test: &Function, defined: &Defined<'_>) -> Inert {
    let words = file.words();
    let body = &test.body;
    let is_standard = |module: &str| {
        words
            .standard
            .iter()
            .any(|root| module.starts_with(root.as_str()))
    };
    if body.emptiness != Emptiness::Code
        || body.names.iter().any(|name| holds(&words.outside, name))
        || body.names.iter().any(|name| defined.is_helper(name))
        || file
            .imports
            .iter()
            .any(|i| body.names.contains(&i.name) && !is_standard(&i.module))
        || !test.cases.is_empty()
    {
        return Inert::No;
    }
    let known = |call: &str| holds(&words.builtins, call) || call.contains("assert");
    let is_type = |name: &&str| name.starts_with(char::is_uppercase);
    let foreign = body
        .names
        .iter()
        .filter(is_type)
        .any(|name| !holds(&words.types, name));
    if !body.calls.iter().all(known) || foreign || body.assertions.is_empty() {
        return Inert::No;
    }
    Inert::Surely
}
