//! What a test of a function has to ask about, in no language's words, and the skeleton of such tests.
//!
//! Does not catch: a case that a callee decides.

use std::collections::BTreeSet;

use super::{Definition, Parsed};
use crate::syntax::Node;
use crate::syntax::walk::flat;

/// A function to be tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Its qualified name.
    pub name: String,
    /// How it is declared, as one line.
    pub signature: String,
    /// What may become of a call, in the order of the text.
    pub cases: Vec<Case>,
}

/// One way through a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The 1-based line that decides.
    pub line: u32,
    /// When it is taken: "where `x>3`".
    pub when: String,
}

/// What outlines the functions of a language.
#[derive(Clone, Copy)]
pub struct Outlining {
    /// The ways through a function.
    pub cases: fn(&Parsed, &Definition) -> Vec<Case>,
    /// A file of tests for the functions of the file `path`, none of them with an assertion.
    pub skeleton: fn(path: &str, functions: &[Outline]) -> String,
}

/// Cases of a function that are outlined.
const MOST: usize = 40;

impl Outline {
    /// Of a function; `None` where its language outlines none, or it has no body.
    pub fn of(parsed: &Parsed, function: &Definition) -> Option<Self> {
        let outlining = parsed.language.outlining()?;
        let body = function.body.as_ref()?;
        let item = parsed.node(&function.name_bytes())?.parent()?;
        let declared = parsed.slice(&(item.start_byte()..body.start));
        let words: Vec<&str> = declared.split_whitespace().collect();
        let signature = words.join(" ");
        let mut cases = (outlining.cases)(parsed, function);
        cases.truncate(MOST);
        Some(Self {
            name: function.qualified.clone(),
            signature: signature.trim_end_matches([':', '{', ' ']).to_owned(),
            cases,
        })
    }

    /// The name of a test for each case, each another; one for a function without cases.
    pub(super) fn tests(&self) -> Vec<(String, Option<&Case>)> {
        let last = self.name.rsplit(['.', ':']).next().unwrap_or(&self.name);
        let mut taken = BTreeSet::new();
        let mut name = |text: &str| {
            let plain = words(text).join("_");
            let mut name = plain.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                name = format!("{plain}_{number}");
                number += 1;
            }
            name
        };
        if self.cases.is_empty() {
            return vec![(name(last), None)];
        }
        let tests = self.cases.iter().map(|case| {
            let name = name(&format!("{last} {}", case.when));
            (name, Some(case))
        });
        tests.collect()
    }
}

/// The words of a text as a name may hold them.
fn words(text: &str) -> Vec<String> {
    /// Words of a name.
    const MOST: usize = 8;
    let text = text.replace('!', " not ");
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let words = words.filter(|word| !word.trim_matches('_').is_empty());
    words.take(MOST).map(str::to_lowercase).collect()
}

/// A node as a case names it: one line, not too long.
pub(super) fn shown(parsed: &Parsed, node: Node<'_>) -> String {
    /// Characters that are shown.
    const LONGEST: usize = 80;
    let text = flat(parsed, node);
    text.chars().take(LONGEST).collect()
}
