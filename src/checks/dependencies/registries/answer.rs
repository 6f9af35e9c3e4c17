//! What a registry's answer means; how the body of one is read, its ecosystem knows.
//!
//! An answer counts only when it speaks of the name that was asked for: a page that a proxy or a portal put in
//! its place is no answer.
//!
//! Does not catch: a mirror that lies.

use super::Answer;
use crate::language::ecosystem::Registry;

/// Reads an answer: the HTTP status and the body.
pub(super) fn read(registry: &Registry, name: &str, status: u16, body: &str) -> Answer {
    let title = registry.title;
    match status {
        200 => (registry.read)(name, body).map_or_else(
            || Answer::Silent(format!("what {title} answered is no entry of an index")),
            Answer::Holds,
        ),
        // What cargo takes for "no such crate" (its index protocol), and what pip gets of PyPI.
        404 | 410 | 451 => Answer::Absent,
        _ => Answer::Silent(format!("{title} answered with status {status}")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn registries() -> impl Iterator<Item = &'static Registry> {
        crate::language::ecosystems().map(|ecosystem| ecosystem.registry())
    }

    fn is_silent(registry: &Registry, status: u16, body: &str) -> bool {
        matches!(read(registry, "acme-sdk", status, body), Answer::Silent(_))
    }

    #[test]
    fn no_such_name_is_told_from_no_answer() {
        for registry in registries() {
            for status in [404, 410, 451] {
                assert_eq!(read(registry, "acme-sdk", status, ""), Answer::Absent);
            }
            for status in [0, 204, 301, 401, 403, 429, 500, 503] {
                assert!(is_silent(registry, status, ""), "{status}");
            }
            for body in [
                "",
                "<html><a href=\"/login\">log in</a></html>",
                "{\"name\":\"other\",\"vers\":\"1\",\"files\":[{}]}",
                "{\"name\":\"acme-sdk\",\"vers\":",
                "[]",
            ] {
                assert!(is_silent(registry, 200, body), "{body}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_body_is_answered_and_none_makes_a_name_absent(body in ".{0,300}", status in 0u16..600) {
            for registry in registries() {
                let answer = read(registry, "acme-sdk", status, &body);
                let is_no = matches!(status, 404 | 410 | 451);
                prop_assert_eq!(answer == Answer::Absent, is_no);
            }
        }
    }
}
