//! Which mutants of a change are tried: few, spread over its functions, and the same ones each time.
//!
//! Does not catch: a line of which only another mutant would have told.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::change::Side;
use crate::checks::Context;
use crate::checks::coverage::role::{self, Role};
use crate::language::mutants::{Mutant, Operator, function_at};
use crate::language::{Definition, Parsed};
use crate::policy::Policy;
use crate::text::digest;

/// Mutants of a function that are tried.
const OF_A_FUNCTION: usize = 5;
/// Mutants of a change that are tried.
const OF_A_CHANGE: usize = 20;

/// A function, by its file and where it begins; a file's own statements are one.
pub(super) type Group = (String, Option<usize>);

/// A mutant of a file of head.
#[derive(Clone)]
pub(in crate::checks::proof) struct Candidate {
    /// The file.
    pub path: String,
    /// Its tree.
    pub parsed: Arc<Parsed>,
    /// The edit.
    pub mutant: Mutant,
}

impl Candidate {
    /// The function around.
    pub(super) fn function(&self) -> Option<&Definition> {
        function_at(&self.parsed, self.mutant.bytes.start)
    }

    /// Which function that is.
    pub(super) fn group(&self) -> Group {
        let start = self.function().map(|function| function.bytes.start);
        (self.path.clone(), start)
    }
}

/// The mutants of the lines that a change adds to product code.
pub(in crate::checks::proof) fn of_change(context: &Context<'_>) -> Vec<Candidate> {
    let mut seed = String::new();
    let mut all = Vec::new();
    for file in &context.files {
        let id = |side: Side| file.blob(side).map_or("", |blob| blob.id.as_str());
        seed.push_str(&format!(
            "{}\0{}\0{}\0",
            file.path,
            id(Side::Base),
            id(Side::Head)
        ));
        let Some(blob) = file
            .blob(Side::Head)
            .filter(|_| is_product(context.policy, &file.path))
        else {
            continue;
        };
        let Some(parsed) = context.trees.of(&file.path, blob) else {
            continue;
        };
        let Some(make) = parsed.language.mutants() else {
            continue;
        };
        let lines: std::collections::BTreeSet<u32> =
            file.added_lines().map(|line| line + 1).collect();
        let mutants = make(&parsed, &|line| lines.contains(&line)).into_iter();
        all.extend(mutants.map(|mutant| Candidate {
            path: file.path.clone(),
            parsed: Arc::clone(&parsed),
            mutant,
        }));
    }
    chosen(all, &seed)
}

fn is_product(policy: &Policy, path: &str) -> bool {
    role::of(policy, path) == Role::Product && !policy.is_test_path(path)
}

/// At most one mutant a line, five a function, twenty a change; functions take turns. What the change is made of is the
/// seed, so that nobody chooses, and that each run of the same change has the same ones.
fn chosen(all: Vec<Candidate>, seed: &str) -> Vec<Candidate> {
    let rank = |one: &Candidate| {
        let Mutant {
            bytes,
            with,
            operator,
            ..
        } = &one.mutant;
        // These often change nothing that can be seen.
        let is_faint = matches!(operator, Operator::Boundary | Operator::Constant);
        let parts = format!("{seed}\0{}\0{bytes:?}\0{with}", one.path);
        (is_faint, digest(parts.as_bytes()))
    };
    let mut of_line: BTreeMap<(String, u32), ((bool, String), Candidate)> = BTreeMap::new();
    for one in all {
        let (key, rank) = ((one.path.clone(), one.mutant.line), rank(&one));
        let is_better = of_line.get(&key).is_none_or(|(known, _)| rank < *known);
        if is_better {
            of_line.insert(key, (rank, one));
        }
    }
    let mut groups: BTreeMap<Group, Vec<(String, Candidate)>> = BTreeMap::new();
    for ((_, hash), one) in of_line.into_values() {
        groups.entry(one.group()).or_default().push((hash, one));
    }
    let mut queues: Vec<std::vec::IntoIter<(String, Candidate)>> = Vec::new();
    for mut group in groups.into_values() {
        group.sort_by(|a, b| a.0.cmp(&b.0));
        group.truncate(OF_A_FUNCTION);
        queues.push(group.into_iter());
    }
    let mut chosen = Vec::new();
    for _ in 0..OF_A_FUNCTION {
        for queue in &mut queues {
            let next = queue
                .by_ref()
                .find(|(_, one)| one.mutant.applied(&one.parsed).is_some());
            chosen.extend(next.map(|(_, one)| one));
            if chosen.len() == OF_A_CHANGE {
                return chosen;
            }
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::PYTHON;

    fn all(functions: usize) -> Vec<Candidate> {
        let function = |number: usize| {
            let lines: Vec<String> = (0..9)
                .map(|line| format!("    x = x + {line} * y\n"))
                .collect();
            format!("def f{number}(x, y):\n{}    return x\n", lines.concat())
        };
        let text: String = (0..functions).map(function).collect();
        let parsed = Arc::new(Parsed::new(PYTHON, text.into()).unwrap());
        let mutants = PYTHON.mutants().unwrap()(&parsed, &|_| true).into_iter();
        let candidates = mutants.map(|mutant| Candidate {
            path: "a.py".to_owned(),
            parsed: Arc::clone(&parsed),
            mutant,
        });
        candidates.collect()
    }

    #[test]
    fn there_is_one_a_line_five_a_function_and_twenty_a_change() {
        assert_eq!(chosen(all(1), "").len(), 5);
        let many = chosen(all(9), "");
        assert_eq!(many.len(), 20);
        let lines: std::collections::BTreeSet<u32> =
            many.iter().map(|one| one.mutant.line).collect();
        assert_eq!(lines.len(), 20);
        for number in 0..9 {
            let name = format!("f{number}");
            let count = many
                .iter()
                .filter(|one| one.mutant.function == name)
                .count();
            assert!((2..=3).contains(&count), "{name}: {count}");
        }
    }

    #[test]
    fn the_seed_decides_and_nothing_else() {
        let of = |seed: &str| -> Vec<Mutant> {
            let chosen = chosen(all(2), seed).into_iter();
            chosen.map(|one| one.mutant).collect()
        };
        assert_eq!(of("a"), of("a"));
        assert_ne!(of("a"), of("b"));
    }
}
