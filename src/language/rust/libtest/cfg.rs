//! Whether a `cfg` can hold when tests are built.
//!
//! Does not catch: conditions that hold on no machine (`all(unix, windows)`).

use std::collections::BTreeSet;

use crate::language::test_model::{Decider, Unreached};

/// The features of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Features {
    /// All of them, optional dependencies too.
    pub all: BTreeSet<String>,
    /// Those that are on where nobody says otherwise.
    pub on: BTreeSet<String>,
}

/// The feature that an operand asks for.
fn feature(operand: &str) -> Option<&str> {
    operand.strip_prefix("feature=\"")?.strip_suffix('"')
}

/// Why a `cfg`, given with its parentheses and without spaces, never holds in a test build.
pub(super) fn never_built(condition: &str, features: Option<&Features>) -> Option<Unreached> {
    let inside = condition
        .trim_start_matches('(')
        .strip_suffix(')')
        .unwrap_or(condition);
    // The parentheses of an operator inside were taken along with the outer one.
    let whole = match condition.strip_prefix('(') {
        Some(rest) => rest.strip_suffix(')').unwrap_or(rest),
        None => condition,
    };
    let certain = |why| Unreached { why, certain: true };
    if let (Some(name), Some(known)) = (feature(inside), features) {
        return (!known.all.contains(name))
            .then(|| certain(format!("Cargo.toml has no feature {name}")));
    }
    let known = |operand: &str| match (feature(operand), features) {
        (Some(name), Some(features)) => (!features.all.contains(name)).then_some(false),
        _ => None,
    };
    (holds(whole, &known, 0) == Some(false))
        .then(|| certain(format!("`cfg({whole})` never holds in a test build")))
}

/// Whether the condition of a `cfg_attr` holds where nobody chose features, and who decides.
pub(super) fn applies(condition: &str, features: Option<&Features>) -> (Option<bool>, Decider) {
    let Some(features) = features.filter(|_| condition.contains("feature=")) else {
        return (holds(condition, &|_| None, 0), Decider::Nobody);
    };
    let chosen = |operand: &str| feature(operand).map(|name| features.on.contains(name));
    let known = |operand: &str| {
        let name = feature(operand)?;
        let on = features.on.contains(name);
        (on || !features.all.contains(name)).then_some(on)
    };
    match (holds(condition, &known, 0), holds(condition, &chosen, 0)) {
        (Some(holds), _) => (Some(holds), Decider::Nobody),
        (None, Some(true)) => (None, Decider::Runner),
        (None, _) => (None, Decider::Nobody),
    }
}

/// What a condition comes to when tests are built; none where the machine decides, or what `known` does not know.
fn holds(condition: &str, known: &dyn Fn(&str) -> Option<bool>, depth: usize) -> Option<bool> {
    const DEEPEST: usize = 20;
    if depth > DEEPEST {
        return None;
    }
    let list = |name: &str| {
        let rest = condition.strip_prefix(name)?;
        Some(operands(rest.strip_prefix('(')?.strip_suffix(')')?))
    };
    if let Some(operands) = list("not") {
        let [only] = operands.as_slice() else {
            return None;
        };
        return holds(only, known, depth + 1).map(|holds| !holds);
    }
    for (name, decides) in [("any", true), ("all", false)] {
        let Some(operands) = list(name) else {
            continue;
        };
        let each: Vec<Option<bool>> = operands
            .iter()
            .map(|o| holds(o, known, depth + 1))
            .collect();
        // `x` and `not(x)` side by side, whatever x is.
        let opposed = operands
            .iter()
            .any(|one| operands.iter().any(|other| *other == format!("not({one})")));
        return if opposed || each.contains(&Some(decides)) {
            Some(decides)
        } else if each.iter().all(Option::is_some) {
            Some(!decides)
        } else {
            None
        };
    }
    match condition {
        "test" | "true" => Some(true),
        "false" | "FALSE" => Some(false),
        _ => known(condition),
    }
}

/// What stands between the commas of a list, outside of parentheses inside it.
fn operands(list: &str) -> Vec<&str> {
    let (mut found, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, c) in list.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                found.extend(list.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.extend(list.get(start..));
    found.retain(|operand| !operand.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_folded_for_a_test_build() {
        for never in [
            "(any())",
            "(not(test))",
            "(all(test,not(test)))",
            "(all(unix,any()))",
            "(not(all()))",
            "(all(unix,not(unix)))",
        ] {
            assert!(never_built(never, None).is_some(), "{never}");
        }
        for perhaps in [
            "(test)",
            "(unix)",
            "(not(windows))",
            "(all(test,unix))",
            "(any(unix,windows))",
            "(feature=\"x\")",
        ] {
            assert!(never_built(perhaps, None).is_none(), "{perhaps}");
        }
        let none = Features::default();
        let mut some = Features::default();
        some.all.insert("x".to_owned());
        let gated = "(all(test,feature=\"x\"))";
        for condition in ["(feature=\"x\")", gated] {
            assert!(never_built(condition, Some(&none)).is_some());
            assert!(never_built(condition, Some(&some)).is_none());
        }
        let unless = "not(feature=\"x\")";
        assert_eq!(applies(unless, Some(&none)), (Some(true), Decider::Nobody));
        assert_eq!(applies(unless, Some(&some)), (None, Decider::Runner));
        some.on.insert("x".to_owned());
        assert_eq!(applies(unless, Some(&some)), (Some(false), Decider::Nobody));
        assert_eq!(applies("miri", Some(&some)), (None, Decider::Nobody));
    }
}
