//! Asking, with `curl`: the core has no network of its own.
//!
//! Names of a change are hostile: only what may stand in a registry's name goes into an address. The user's
//! `.curlrc` is not read; proxies and certificates are heeded where the environment names them.
//!
//! Does not catch: a registry that asks who we are.

use std::time::Duration;

use super::answer::read;
use super::{Answer, New};
use crate::language::ecosystem::{Entry, Registry};
use crate::policy::Dependencies;
use crate::process::{End, Finished, Program, environment};

/// Names that one run asks a registry for.
const MOST: usize = 40;
/// What curl is told of the way to the network, where it is set.
const ENVIRONMENT: &[&str] = &[
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// The answers for all names, in their order; names of one registry stand together.
pub(super) fn all(settings: &Dependencies, new: &[&New]) -> Vec<Answer> {
    let mut answers = Vec::with_capacity(new.len());
    for names in new.chunk_by(|a, b| a.registry().key == b.registry().key) {
        let Some(registry) = names.first().map(|new| new.registry()) else {
            continue;
        };
        let mut line = Line {
            settings,
            registry,
            is_registry: None,
            dead: None,
        };
        for (at, new) in names.iter().enumerate() {
            answers.push(if at < MOST {
                line.answer(&new.name)
            } else {
                Answer::Silent(format!("no more than {MOST} new names are asked for"))
            });
        }
    }
    answers
}

/// The line to one registry.
struct Line<'a> {
    settings: &'a Dependencies,
    registry: &'static Registry,
    /// Whether it knows a name that all registries of its kind hold; none: not asked yet.
    is_registry: Option<bool>,
    /// Why nobody is at its other end.
    dead: Option<String>,
}

impl Line<'_> {
    fn answer(&mut self, name: &str) -> Answer {
        let answer = self.asked(name);
        if answer != Answer::Absent || self.is_registry() {
            return answer;
        }
        Answer::Silent(format!(
            "{} holds not even `{}`, so it is no mirror of {}: fix checks.dependencies.registries",
            self.address(),
            self.registry.surely_holds,
            self.registry.title
        ))
    }

    fn is_registry(&mut self) -> bool {
        if let Some(known) = self.is_registry {
            return known;
        }
        let answer = self.asked(self.registry.surely_holds);
        let is_registry = matches!(answer, Answer::Holds(Entry::Since(_)));
        self.is_registry = Some(is_registry);
        is_registry
    }

    fn address(&self) -> &str {
        self.settings.registries.address(self.registry.key)
    }

    fn asked(&mut self, name: &str) -> Answer {
        if let Some(why) = &self.dead {
            return Answer::Silent(why.clone());
        }
        let Some(entry) = (self.registry.entry)(name) else {
            return Answer::Silent("no registry can hold such a name".to_owned());
        };
        match get(&format!("{}/{entry}", self.address())) {
            Ok((status, body)) => read(self.registry, name, status, &body),
            Err(why) => {
                let why = format!("{} did not answer: {why}", self.registry.title);
                self.dead = Some(why.clone());
                Answer::Silent(why)
            }
        }
    }
}

/// The status and the body of an address.
fn get(address: &str) -> Result<(u16, String), String> {
    let cwd = std::env::temp_dir();
    let mut program = Program::new("curl", &cwd).args([
        "-q",
        "--silent",
        "--show-error",
        "--location",
        "--max-redirs",
        "3",
        "--proto",
        "=https",
        "--proto-redir",
        "=https",
        "--connect-timeout",
        "5",
        "--max-time",
        "20",
        "--user-agent",
        concat!("draftgate/", env!("CARGO_PKG_VERSION")),
        "--header",
        "Accept: application/vnd.pypi.simple.v1+json, text/html;q=0.5, */*;q=0.1",
        "--write-out",
        "\n%{http_code}",
        "--url",
        address,
    ]);
    for name in ENVIRONMENT {
        if let Some(value) = environment::variable(name) {
            program = program.env(name, value);
        }
    }
    let finished = program.limit(Duration::from_secs(30)).run();
    if !finished.succeeded() {
        return Err(why(&finished));
    }
    let text = String::from_utf8_lossy(&finished.stdout);
    let (body, status) = text.rsplit_once('\n').unwrap_or(("", &text));
    match status.trim().parse() {
        Ok(status) => Ok((status, body.to_owned())),
        Err(_) => Err("curl did not say the status".to_owned()),
    }
}

/// Why there is no answer, by curl's exit code (its manual, "EXIT CODES"): its own messages hold durations.
fn why(finished: &Finished) -> String {
    let code = match &finished.end {
        End::CouldNotStart(why) => return format!("curl, which asks, could not be started: {why}"),
        End::Exited(0) => return "it sent more than can be read".to_owned(),
        End::Exited(code) => *code,
        End::Signalled(_) | End::TimedOut => return finished.why(),
    };
    match code {
        5 | 6 | 97 => "its name or the proxy's could not be resolved".to_owned(),
        7 => "no connection could be made".to_owned(),
        18 | 56 | 92 => "the connection broke off".to_owned(),
        28 => "it took too long".to_owned(),
        35 | 58 | 60 | 77 => "its certificate could not be verified".to_owned(),
        47 => "it redirects in a circle".to_owned(),
        code => format!("curl ended with code {code}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    #[test]
    fn what_can_be_no_name_is_not_asked_for() {
        for name in [
            "", "../../x", "a/b", "a b", "-o", "ä", "a?b", "a#b", "a%2e", "..", "a\nb",
        ] {
            for ecosystem in crate::language::ecosystems() {
                assert_eq!((ecosystem.registry().entry)(name), None, "{name}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_name_leaves_its_place_in_an_address(name in ".{0,60}") {
            for ecosystem in crate::language::ecosystems() {
                if let Some(entry) = (ecosystem.registry().entry)(&name) {
                    prop_assert!(entry.chars().all(|c| c.is_ascii_alphanumeric() || "-_/@.".contains(c)), "{}", entry);
                    prop_assert!(!entry.contains("//") && !entry.split('/').any(|part| part.starts_with('.')));
                }
            }
        }
    }
}
