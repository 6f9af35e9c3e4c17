//! Whether a `cfg` can hold when tests are built.
//!
//! Does not catch: conditions that hold on no machine (`all(unix, windows)`).

use crate::language::test_model::Unreached;

/// Why a `cfg`, given with its parentheses and without spaces, never holds in a test build.
pub(super) fn never_built(condition: &str, features: Option<&[String]>) -> Option<Unreached> {
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
    let feature = |text: &str| {
        text.strip_prefix("feature=\"")
            .and_then(|name| name.strip_suffix('"'))
            .map(str::to_owned)
    };
    if let (Some(name), Some(known)) = (feature(inside), features) {
        return (!known.contains(&name))
            .then(|| certain(format!("Cargo.toml has no feature {name}")));
    }
    (holds(whole, 0) == Some(false))
        .then(|| certain(format!("`cfg({whole})` never holds in a test build")))
}

/// What a condition comes to when tests are built; none where the machine or a feature decides.
fn holds(condition: &str, depth: usize) -> Option<bool> {
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
        return holds(only, depth + 1).map(|holds| !holds);
    }
    for (name, decides) in [("any", true), ("all", false)] {
        let Some(operands) = list(name) else {
            continue;
        };
        let each: Vec<Option<bool>> = operands.iter().map(|o| holds(o, depth + 1)).collect();
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
        _ => None,
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
        assert!(never_built("(feature=\"x\")", Some(&[])).is_some());
        assert!(never_built("(feature=\"x\")", Some(&["x".to_owned()])).is_none());
    }
}
