//! PyPI: its simple repository API in its JSON and its HTML form (PEP 503, 691, 700).

use serde::Deserialize;

use super::distributions::PYPI as DISTRIBUTIONS;
use crate::day::Day;
use crate::language::ecosystem::popular::normal;
use crate::language::ecosystem::{Entry, Registry, registry_name};

/// PyPI.
pub(super) static PYPI: Registry = Registry {
    title: "PyPI",
    key: "pypi",
    index: "the package index",
    surely_holds: "pip",
    addresses: &[
        "https://pypi.org/",
        "https://pypi.python.org/",
        "https://files.pythonhosted.org/",
    ],
    popular: || &DISTRIBUTIONS,
    spelt_one_way: false,
    entry: |name| Some(format!("{}/", normal(registry_name(name, ".")?))),
    read: |name, body| match body.trim_start().starts_with('{') {
        true => simple_json(name, body),
        false => simple_html(name, body),
    },
};

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

fn simple_json(name: &str, body: &str) -> Option<Entry> {
    let project: Project = serde_json::from_str(body).ok()?;
    if normal(&project.name) != normal(name) {
        return None;
    }
    if project.files.is_empty() {
        return Some(Entry::Empty);
    }
    let times = project.files.iter().map(|file| file.upload_time.as_deref());
    Some(Entry::Since(times.fold(None, Day::earlier)))
}

/// The HTML form says no times. Its links are called after the files, and those after the project.
fn simple_html(name: &str, body: &str) -> Option<Entry> {
    let own = format!("{}-", normal(name));
    let mut links = body.split("<a ").skip(1).filter_map(|link| {
        let (_, text) = link.split_once('>')?;
        text.split('<').next()
    });
    links
        .any(|file| normal(file.trim()).starts_with(&own))
        .then_some(Entry::Since(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_upload_of_a_project_says_since_when_it_is_there() {
        let body = r#"{"name": "acme-sdk", "files": [
            {"filename": "b", "upload-time": "2026-02-02T00:00:00.1Z"}, {"filename": "a", "upload-time": "2024-05-06T00:00:00Z"}]}"#;
        let read = |name: &str, body: &str| (PYPI.read)(name, body);
        let day = Day::try_from("2024-05-06".to_owned()).unwrap();
        assert_eq!(read("Acme.SDK", body), Some(Entry::Since(Some(day))));
        let html = r#"<html><body><a href="x">acme_sdk-1.0-py3-none-any.whl</a></body></html>"#;
        assert_eq!(read("acme-sdk", html), Some(Entry::Since(None)));
        let empty = r#"{"name": "acme-sdk", "files": []}"#;
        assert_eq!(read("acme-sdk", empty), Some(Entry::Empty));
    }

    #[test]
    fn entries_have_the_name_that_is_compared() {
        assert_eq!((PYPI.entry)("Acme.SDK").as_deref(), Some("acme-sdk/"));
    }
}
