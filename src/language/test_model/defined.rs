//! The names that a file defines, to be asked of what its tests name.
//!
//! Does not catch: names made at run time.

use std::collections::BTreeSet;

use super::{FileModel, Function, Role};

/// Names that a file defines.
pub struct Defined<'m> {
    /// Functions.
    functions: BTreeSet<&'m str>,
    /// Functions that are no tests.
    helpers: BTreeSet<&'m str>,
    /// Functions that call nothing.
    silent: BTreeSet<&'m str>,
    /// Classes around functions, and constants.
    others: BTreeSet<&'m str>,
}

impl<'m> Defined<'m> {
    /// Of a file.
    pub fn of(file: &'m FileModel) -> Self {
        let name = |function: &'m Function| function.name.as_str();
        let silent = file.functions.iter().filter(|f| f.body.calls.is_empty());
        let helpers = file.functions.iter().filter(|f| f.role != Role::Test);
        let scopes = file.functions.iter().flat_map(|f| &f.scope);
        let constants = file.constants.iter().map(|(name, _)| name.as_str());
        Self {
            functions: file.functions.iter().map(name).collect(),
            helpers: helpers.map(name).collect(),
            silent: silent.map(name).collect(),
            others: scopes.map(String::as_str).chain(constants).collect(),
        }
    }

    /// Whether the file defines the name beside a test.
    pub fn beside(&self, test: &Function, name: &str) -> bool {
        name != test.name && self.functions.contains(name) || self.others.contains(name)
    }

    /// Whether a function of this name is no test.
    pub fn is_helper(&self, name: &str) -> bool {
        self.helpers.contains(name)
    }

    /// Whether a function of this name calls nothing.
    pub fn is_silent(&self, name: &str) -> bool {
        self.silent.contains(name)
    }
}
