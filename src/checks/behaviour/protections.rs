//! What protected a function and is gone from it while the function is still there: the answer to who may not, the
//! owner in a query, the key that makes a repeated request count once.
//!
//! Read from the text of both sides, so it holds for all languages alike. A sign that stands in another place of the
//! change now was moved; so was one where the function has a new word for the same.
//!
//! Does not catch: a protection that is still written and never holds; one that a function of an unchanged file had.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::calls::{is_left, lines, on_both_sides};
use super::rules;
use crate::budget;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::finding::Finding;
use crate::language::Parsed;
use crate::rule::expression::Expression;

/// A protection.
struct Protection {
    /// What it looks like.
    sign: Expression,
    /// What the function no longer does.
    lost: &'static str,
    /// What the function still does where it needs the protection; nothing: anything.
    needed: Option<Expression>,
}

const SCOPES: &str = "(?:owner|user|tenant|account|org|organi[sz]ation|customer|workspace|team)";

/// All protections that are known.
static PROTECTIONS: LazyLock<Vec<Protection>> = LazyLock::new(|| {
    let protection = |sign: String, lost, needed: Option<&str>| Protection {
        sign: Expression::new(sign),
        lost,
        needed: needed.map(|text| Expression::new(text.to_owned())),
    };
    let query = r"(?i)\bselect\b|\bdelete\b|\bupdate\b|filter|query|find|\bget|where|objects";
    vec![
        protection(
            r"\b(?:abort|halt|send_error|sendStatus|WriteHeader|status)\s*\(\s*(?:http\.Status)?(?:401|403|Forbidden|Unauthorized)\b|\bStatusCode::(?:FORBIDDEN|UNAUTHORIZED)\b|HTTP_40[13]_|\b(?:raise|throw)\s+(?:new\s+)?[\w.:]*(?:PermissionDenied|PermissionError|Forbidden\w*|Unauthorized\w*|NotAuthenticated|NotAuthorized\w*|AccessDenied\w*|AuthenticationFailed)\b|HTTPException\(\s*(?:status_code\s*=\s*)?40[13]\b|\bDepends\(\s*(?:require|ensure|verify|check|get_current|current_user|authenticate|authorize|is_|admin|auth)\w*|\bSecurity\(|\b(?:HttpResponseForbidden|Error(?:Forbidden|Unauthorized))\b".to_owned(),
            "no longer refuses who may not",
            None,
        ),
        protection(
            format!(
                r"(?i)\b(?:where|and)\s+(?:\w+\.)?{SCOPES}(?:_?id)?\s*(?:=|in\b|is\b)|\b(?:filter|filter_by|get|get_or_404|get_object_or_404|find|find_one|first|where|exclude|delete|update|query)\s*\([^()\n]*\b{SCOPES}(?:_id|__id|Id)?['\x22]?\s*[=:]|\.{SCOPES}(?:_?id)?(?:\.eq\(|\s*==\s*)"
            ),
            "no longer asks whose the rows are",
            Some(query),
        ),
        protection(
            r"(?i)idempotency[_-]?key".to_owned(),
            "no longer gives the key by which a repeated request counts once",
            Some(r"(?i)\b\w*(?:create|post|charge|send|transfer|pay|refund|request)\w*\s*\("),
        ),
    ]
});

/// New words in a function that may do the same in another way.
static IN_ANOTHER_WAY: LazyLock<Expression> = LazyLock::new(|| {
    Expression::new(
        r"(?i)permission|authori[sz]|\b(?:require|ensure|check|assert|verify|guard)_|login_required|\badmin|owner|owned|tenant|scope|for_user|visible|current_user|idempoten|forbid|denied|unauthor"
            .to_owned(),
    )
});

/// Whether protections stand elsewhere in the change, by what their loss is called; each is asked once.
pub(super) type Moved = BTreeMap<&'static str, bool>;

/// Tells what the functions of a file have lost.
pub(super) fn check_file(
    context: &Context<'_>,
    file: &File,
    (base, head): (&Parsed, &Parsed),
    moved: &mut Moved,
    found: &mut Vec<Finding>,
) {
    for (name, before, now) in on_both_sides(base, head) {
        let (old, new) = (base.slice(&before.bytes), head.slice(&now.bytes));
        if old == new {
            continue;
        }
        budget::charge_text(old.len() + new.len());
        let (old_lines, new_lines) = (lines(base, before), lines(head, now));
        for protection in PROTECTIONS.iter() {
            if !protection.sign.is_match(old) || protection.sign.is_match(new) {
                continue;
            }
            let needed = protection.needed.as_ref();
            let is_needed = needed.is_none_or(|needed| needed.is_match(new));
            if !is_needed || !is_left(&old_lines, &new_lines) && !is_small(&old_lines, &new_lines) {
                continue;
            }
            // The head of the function says who it is given, and not what it asks of them.
            let is_head = |line: &str| {
                ["def ", "fn ", "func "]
                    .iter()
                    .any(|word| line.contains(word))
            };
            let mut added = new_lines
                .difference(&old_lines)
                .filter(|line| !is_head(line));
            if added.any(|line| IN_ANOTHER_WAY.is_match(line)) {
                continue;
            }
            let is_elsewhere = moved.entry(protection.lost);
            if *is_elsewhere.or_insert_with(|| is_moved(context, protection)) {
                continue;
            }
            let line = old.lines().position(|line| protection.sign.is_match(line));
            let row =
                before.first_line.saturating_sub(1) + u32::try_from(line.unwrap_or(0)).unwrap_or(0);
            if !file.touches(Side::Base, row..row + 1) {
                continue;
            }
            let place = crate::finding::Place {
                line: row + 1,
                column: 1,
                end_line: row + 1,
                end_column: 1,
            };
            let message = format!(
                "`{name}` {}, and nothing in the change does so in its place",
                protection.lost
            );
            found.push(rules::PROTECTION_DROPPED.finding(
                Side::Base,
                file.base_path(),
                place,
                message,
            ));
        }
    }
}

/// Whether a short function is the same one still: all that is left of it was there.
fn is_small(old: &BTreeSet<String>, new: &BTreeSet<String>) -> bool {
    old.len() <= 8 && old.intersection(new).count() + 1 >= new.len()
}

/// Whether as many lines of the changed files show the protection as before.
fn is_moved(context: &Context<'_>, protection: &Protection) -> bool {
    let count = |side: Side| -> usize {
        let blobs = context
            .change
            .files
            .iter()
            .filter_map(|file| file.blob(side)?.text());
        let counts = blobs.map(|text| {
            budget::charge_text(text.len());
            text.lines()
                .filter(|line| protection.sign.is_match(line))
                .count()
        });
        counts.sum()
    };
    count(Side::Head) >= count(Side::Base)
}
