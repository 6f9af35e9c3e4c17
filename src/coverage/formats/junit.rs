//! JUnit XML, as pytest, nextest, Jest and most other runners write it: which tests failed or were skipped.
//!
//! It is no report of coverage; handed in beside one, or written by the command that measures, it says
//! whether the figures are those of a run that can be believed.
//!
//! Does not catch: a runner's own extensions (reruns, flaky tests).

use anyhow::{Context, Result, bail};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::cobertura::attribute;
use crate::coverage::suite::Suite;

/// Tests over which a report is not read.
const MOST_TESTS: u64 = 5_000_000;

/// Whether the bytes look like JUnit: their first element is one of its two.
pub fn is_junit(bytes: &[u8]) -> bool {
    let start = bytes.get(..4096).unwrap_or(bytes).trim_ascii_start();
    if !start.starts_with(b"<") {
        return false;
    }
    let text = String::from_utf8_lossy(start);
    let element = text.match_indices('<').find_map(|(at, _)| {
        let rest = text.get(at + 1..)?;
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
            .then_some(rest)
    });
    element.is_some_and(|name| name.starts_with("testsuite"))
}

/// Reads a JUnit report.
///
/// # Errors
/// Where the bytes are none, or are cut off.
pub fn read(bytes: &[u8]) -> Result<Suite> {
    let text = std::str::from_utf8(bytes)?;
    let mut reader = Reader::from_str(text);
    let mut found = Found::default();
    loop {
        let place = reader.buffer_position();
        let event = reader.read_event();
        let event = event.with_context(|| format!("byte {place}"))?;
        if let Event::Eof = event {
            break;
        }
        found
            .event(&event)
            .with_context(|| format!("byte {place}"))?;
    }
    if !found.is_closed {
        bail!("it ends before its first element does");
    }
    Ok(found.suite)
}

#[derive(Default)]
struct Found {
    suite: Suite,
    root: Option<String>,
    depth: usize,
    is_closed: bool,
    case: Option<Case>,
    tests: u64,
}

/// A test whose element is open.
struct Case {
    name: String,
    failed: bool,
    skipped: Option<String>,
}

impl Found {
    fn event(&mut self, event: &Event<'_>) -> Result<()> {
        match event {
            Event::Start(tag) => {
                self.start(tag)?;
                self.depth += 1;
            }
            Event::Empty(tag) => {
                self.start(tag)?;
                self.end(tag.name().as_ref());
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                self.end(tag.name().as_ref());
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<()> {
        let name = tag.name();
        let name: &str = name.as_ref();
        if self.root.is_none() {
            if !matches!(name, "testsuites" | "testsuite") {
                bail!("the first element is neither <testsuites> nor <testsuite>");
            }
            self.root = Some(name.to_owned());
        }
        match name {
            "testcase" => {
                self.tests += 1;
                if self.tests > MOST_TESTS {
                    bail!("it speaks of more than {MOST_TESTS} tests");
                }
                let own = attribute(tag, "name")?.context("a <testcase> without name")?;
                let name = match attribute(tag, "classname")? {
                    Some(class) if !class.is_empty() => format!("{class}::{own}"),
                    _ => own,
                };
                self.case = Some(Case {
                    name,
                    failed: false,
                    skipped: None,
                });
            }
            "failure" | "error" => {
                if let Some(case) = &mut self.case {
                    case.failed = true;
                }
            }
            "skipped" => {
                if let Some(case) = &mut self.case {
                    // pytest writes an expected failure like a skip, and that one ran.
                    let ran = attribute(tag, "type")?.is_some_and(|kind| kind == "pytest.xfail");
                    if !ran {
                        case.skipped = Some(attribute(tag, "message")?.unwrap_or_default());
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        if name == "testcase" {
            match self.case.take() {
                Some(case) if case.failed => drop(self.suite.failed.insert(case.name)),
                Some(Case {
                    name,
                    skipped: Some(why),
                    ..
                }) => drop(self.suite.skipped.insert(name, why)),
                Some(case) => self.suite.pass(case.name),
                None => {}
            }
        }
        self.is_closed |= self.depth == 0 && self.root.as_deref() == Some(name);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) const SAMPLE: &str = r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests">
<testsuite name="pytest" errors="0" failures="1" skipped="1" tests="4">
<testcase classname="tests.test_a" name="test_ok" time="0.001" />
<testcase classname="tests.test_a" name="test_bad"><failure message="assert 1 == 2">x</failure></testcase>
<testcase classname="tests.test_a" name="test_new"><skipped type="pytest.skip" message="needs 3.13">y</skipped></testcase>
<testcase classname="tests.test_a" name="test_known"><skipped type="pytest.xfail" message="" /></testcase>
</testsuite></testsuites>"#;

    #[test]
    fn failures_and_skips_are_known_by_name() {
        assert!(is_junit(SAMPLE.as_bytes()));
        let suite = read(SAMPLE.as_bytes()).unwrap();
        assert_eq!(suite.passed.len(), 2);
        assert_eq!(suite.failed, ["tests.test_a::test_bad".to_owned()].into());
        assert_eq!(suite.skipped["tests.test_a::test_new"], "needs 3.13");
    }

    #[test]
    fn another_document_is_no_report() {
        assert!(!is_junit(b"<coverage/>") && !is_junit(b"SF:<testsuite"));
        assert!(read(b"<html/>").is_err());
        assert!(read(b"<testsuite><testcase/></testsuite>").is_err());
        assert!(read(&b"<testsuite>".repeat(100_000)).is_err());
    }
}
