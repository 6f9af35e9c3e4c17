//! Which commands of a block of shell are reached, and what ends the block well before or after them.
//!
//! Does not catch: functions that end the shell; conditions that say in other words that this is CI.

/// Why the failure of a command does not count behind which the block ends well.
pub(super) const ENDS_EARLY: &str = "in CI the script ends well before it";
/// Why it does not where a trap ends the shell.
pub(super) const TRAPPED: &str = "a trap ends the script well";

/// Where a reader of a block is.
#[derive(Default)]
pub(super) struct Reach {
    depth: usize,
    /// The depth of a branch that is taken in CI.
    in_ci: Option<usize>,
    why: Option<&'static str>,
    over: bool,
}

impl Reach {
    /// Goes past a command: whether it is reached, and then why its failure does not count.
    pub(super) fn pass(&mut self, command: &str) -> Option<Option<&'static str>> {
        if self.over {
            return None;
        }
        let why = self.why;
        let command = command.trim();
        let first = command.split_whitespace().next().unwrap_or_default();
        let first = first.trim_end_matches(';');
        // `; done < list` ends the loop as well.
        let ends = |word: &str| {
            let last = command.rsplit_once("; ").map_or("", |(_, last)| last);
            last.strip_prefix(word)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '<', '>', '|']))
        };
        match first {
            "if" | "for" | "while" | "until" | "case" | "select" => {
                if first == "if" && is_in_ci(command) {
                    if ends_well(command.rsplit("then").next().unwrap_or_default()) {
                        self.why = Some(ENDS_EARLY);
                    }
                    self.in_ci = Some(self.depth + 1);
                }
                self.depth += usize::from(!(ends("fi") || ends("done") || ends("esac")));
            }
            "fi" | "done" | "esac" | "}" | ")" => {
                self.depth = self.depth.saturating_sub(1);
                self.in_ci = self.in_ci.filter(|depth| *depth <= self.depth);
            }
            "else" | "elif" => self.in_ci = self.in_ci.filter(|depth| *depth < self.depth),
            "trap" if command.contains("exit 0") => self.why = Some(TRAPPED),
            _ if command.ends_with(['{', '(']) => self.depth += 1,
            _ if is_in_ci(command) && command.split("&&").skip(1).any(ends_well) => {
                self.why = Some(ENDS_EARLY);
            }
            _ if ends_well(command) || first == "exit" => {
                self.over = self.depth == 0;
                if self.in_ci == Some(self.depth) && ends_well(command) {
                    self.why = Some(ENDS_EARLY);
                }
            }
            _ => {}
        }
        Some(why)
    }
}

/// Whether a command ends the shell, and well.
fn ends_well(command: &str) -> bool {
    let bare = command
        .trim()
        .trim_end_matches("fi")
        .trim()
        .trim_end_matches(';')
        .trim();
    matches!(
        bare,
        "exit" | "exit 0" | "exec true" | "exec :" | "return 0"
    )
}

/// Whether a condition holds in CI.
fn is_in_ci(command: &str) -> bool {
    const NAMES: &[&str] = &[
        "$CI",
        "${CI",
        "GITHUB_ACTIONS",
        "GITLAB_CI",
        "$GITHUB_EVENT_NAME",
        "${GITHUB_EVENT_NAME",
    ];
    let is_denied = command.contains("-z ") || command.contains("!=") || command.contains("! ");
    !is_denied
        && NAMES.iter().any(|name| {
            let places = command.match_indices(name);
            places.into_iter().any(|(at, _)| {
                let next = command
                    .get(at + name.len()..)
                    .and_then(|rest| rest.chars().next());
                next.is_none_or(|c| !c.is_alphanumeric() && c != '_')
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Option<Option<&'static str>>> {
        let mut reach = Reach::default();
        text.lines().map(|line| reach.pass(line)).collect()
    }

    #[test]
    fn what_stands_behind_the_end_is_not_reached() {
        assert_eq!(of("a\nexit 0\nb"), [Some(None), Some(None), None]);
        assert_eq!(of("if x; then\nexit 0\nfi\nb")[3], Some(None));
        assert_eq!(of("f() {\nexit 0\n}\nb")[3], Some(None));
        assert_eq!(of("trap 'exit 0' EXIT\nb")[1], Some(Some(TRAPPED)));
        assert_eq!(of("while read x; do a; done < list\nexit 0\nb")[2], None);
    }

    #[test]
    fn a_script_that_ends_in_ci_is_known() {
        for text in [
            "if [ -n \"$CI\" ]; then exit 0; fi\nb",
            "[ \"$CI\" = true ] && exit 0\nb",
        ] {
            assert_eq!(of(text)[1], Some(Some(ENDS_EARLY)), "{text}");
        }
        let text = "if [ \"${CI:-}\" ]; then\n  exit 0\nfi\nb";
        assert_eq!(of(text)[3], Some(Some(ENDS_EARLY)));
        for text in [
            "if [ -z \"$CI\" ]; then exit 0; fi\nb",
            "[ -n \"$CIRCLE\" ] && exit 0\nb",
        ] {
            assert_eq!(of(text)[1], Some(None), "{text}");
        }
    }
}
