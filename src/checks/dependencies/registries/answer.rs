//! What a registry's answer means: the sparse index of cargo, the simple repository API of PyPI in its JSON and
//! its HTML form (PEP 503, 691, 700).
//!
//! An answer counts only when it speaks of the name that was asked for: a page that a proxy or a portal put in
//! its place is no answer.
//!
//! Does not catch: a mirror that lies.

use serde::Deserialize;

use super::{Answer, Registry};
use crate::day::Day;
use crate::language::popular::normal;

/// Reads an answer: the HTTP status and the body.
pub(super) fn read(registry: Registry, name: &str, status: u16, body: &str) -> Answer {
    match status {
        200 => match registry {
            Registry::CratesIo => index(name, body),
            Registry::Pypi if body.trim_start().starts_with('{') => simple_json(name, body),
            Registry::Pypi => simple_html(name, body),
        },
        // What cargo takes for "no such crate" (its index protocol), and what pip gets of PyPI.
        404 | 410 | 451 => Answer::Absent,
        _ => Answer::Silent(format!(
            "{} answered with status {status}",
            registry.title()
        )),
    }
}

fn no_answer(registry: Registry) -> Answer {
    Answer::Silent(format!(
        "what {} answered is no entry of an index",
        registry.title()
    ))
}

/// One version of a crate, in a line of the index.
#[derive(Deserialize)]
struct Version {
    name: String,
    #[serde(default)]
    pubtime: Option<String>,
}

fn index(name: &str, body: &str) -> Answer {
    let mut since: Option<Day> = None;
    let mut versions = 0;
    for line in body.lines().filter(|line| !line.trim().is_empty()) {
        match serde_json::from_str::<Version>(line) {
            Ok(version) if normal(&version.name) == normal(name) => {
                versions += 1;
                since = earlier(since, version.pubtime.as_deref());
            }
            _ => return no_answer(Registry::CratesIo),
        }
    }
    if versions == 0 {
        return no_answer(Registry::CratesIo);
    }
    Answer::Since(since)
}

/// A project of the simple API.
#[derive(Deserialize)]
struct Project {
    name: String,
    files: Vec<Upload>,
}

#[derive(Deserialize)]
struct Upload {
    #[serde(default, rename = "upload-time")]
    upload_time: Option<String>,
}

fn simple_json(name: &str, body: &str) -> Answer {
    match serde_json::from_str::<Project>(body) {
        Ok(project) if normal(&project.name) == normal(name) => {
            if project.files.is_empty() {
                return Answer::Empty;
            }
            let times = project.files.iter().map(|file| file.upload_time.as_deref());
            Answer::Since(times.fold(None, earlier))
        }
        _ => no_answer(Registry::Pypi),
    }
}

/// The HTML form says no times. Its links are called after the files, and those after the project.
fn simple_html(name: &str, body: &str) -> Answer {
    let own = format!("{}-", normal(name));
    let mut links = body.split("<a ").skip(1).filter_map(|link| {
        let (_, text) = link.split_once('>')?;
        text.split('<').next()
    });
    if links.any(|file| normal(file.trim()).starts_with(&own)) {
        return Answer::Since(None);
    }
    no_answer(Registry::Pypi)
}

/// The earlier of a day and of the day of a moment (RFC 3339, UTC); what is no moment counts as not said.
fn earlier(known: Option<Day>, moment: Option<&str>) -> Option<Day> {
    let day = moment
        .and_then(|moment| moment.get(..10))
        .and_then(|day| Day::try_from(day.to_owned()).ok());
    match (known, day) {
        (Some(known), Some(day)) => Some(known.min(day)),
        (known, day) => known.or(day),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn since(day: &str) -> Answer {
        Answer::Since(Some(Day::try_from(day.to_owned()).unwrap()))
    }

    fn is_silent(registry: Registry, status: u16, body: &str) -> bool {
        matches!(read(registry, "acme-sdk", status, body), Answer::Silent(_))
    }

    #[test]
    fn the_first_version_of_a_crate_says_since_when_it_is_there() {
        let body = "{\"name\":\"acme_sdk\",\"vers\":\"2.0.0\",\"pubtime\":\"2026-03-01T10:00:00Z\"}\n\
                    {\"name\":\"acme_sdk\",\"vers\":\"1.0.0\",\"pubtime\":\"2025-12-31T23:59:59Z\"}\n";
        let answer = read(Registry::CratesIo, "acme_sdk", 200, body);
        assert_eq!(answer, since("2025-12-31"));
        let untold = "{\"name\":\"acme_sdk\",\"vers\":\"1.0.0\"}";
        let answer = read(Registry::CratesIo, "acme_sdk", 200, untold);
        assert_eq!(answer, Answer::Since(None));
    }

    #[test]
    fn the_first_upload_of_a_project_says_since_when_it_is_there() {
        let body = r#"{"name": "acme-sdk", "files": [
            {"filename": "b", "upload-time": "2026-02-02T00:00:00.1Z"}, {"filename": "a", "upload-time": "2024-05-06T00:00:00Z"}]}"#;
        let answer = read(Registry::Pypi, "Acme.SDK", 200, body);
        assert_eq!(answer, since("2024-05-06"));
        let html = r#"<html><body><a href="x">acme_sdk-1.0-py3-none-any.whl</a></body></html>"#;
        let answer = read(Registry::Pypi, "acme-sdk", 200, html);
        assert_eq!(answer, Answer::Since(None));
        let empty = r#"{"name": "acme-sdk", "files": []}"#;
        assert_eq!(read(Registry::Pypi, "acme-sdk", 200, empty), Answer::Empty);
    }

    #[test]
    fn no_such_name_is_told_from_no_answer() {
        for registry in [Registry::CratesIo, Registry::Pypi] {
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
            for registry in [Registry::CratesIo, Registry::Pypi] {
                let answer = read(registry, "acme-sdk", status, &body);
                let is_no = matches!(status, 404 | 410 | 451);
                prop_assert_eq!(answer == Answer::Absent, is_no);
            }
        }
    }
}
