//! Tests over generated values that go through fewer of them: fewer examples, more of them left out.
//!
//! Does not catch: a generator that makes fewer kinds of values.

use crate::change::Side;
use crate::finding::{Finding, Level};
use crate::language::test_model::{FileModel, Sample};
use crate::rule::built_in::tests as rules;

use super::WeakenedContext;

/// As many examples as a person calls a test over generated values at least.
const FEW: f64 = 10.0;

/// Judges the files of tests.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) {
    for pair in &tests.sides.pairs {
        let (Some(base), Some(head)) = (&pair.base, &pair.head) else {
            continue;
        };
        let new = head.samples.iter().filter(|new| !is_known(base, new));
        for new in new {
            let Some(how) = fewer(base, head, new) else {
                continue;
            };
            let message = format!("`{}` {how}", new.text);
            let rule = rules::ASSERTION_WEAKENED;
            let finding = found.push_mut(rule.finding(Side::Head, &head.path, new.place, message));
            finding.level = match tests.production.is_untouched() || new.most.is_some() {
                true => Level::Escalate,
                false => Level::Note,
            };
        }
    }
}

/// Whether base says the same.
fn is_known(base: &FileModel, new: &Sample) -> bool {
    base.samples.iter().any(|old| old.text == new.text)
}

/// In what way less is gone through; none where it is not.
fn fewer(base: &FileModel, head: &FileModel, new: &Sample) -> Option<String> {
    let Some(most) = new.most else {
        // One that was reworded leaves out as much as it did.
        let assumptions =
            |file: &FileModel| file.samples.iter().filter(|it| it.most.is_none()).count();
        return (assumptions(head) > assumptions(base))
            .then(|| "leaves out values that went through the test before".to_owned());
    };
    let before = base.samples.iter().filter_map(|old| old.most);
    let before = before.fold(None, |least: Option<f64>, it| {
        Some(least.map_or(it, |least| least.min(it)))
    });
    match before {
        Some(before) => {
            (most < before).then(|| format!("takes {most} examples in place of {before}"))
        }
        None => (most <= FEW && !base.functions.is_empty())
            .then(|| format!("takes {most} examples in place of what the library takes")),
    }
}
