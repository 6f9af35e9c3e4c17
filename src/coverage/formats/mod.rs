//! Reading coverage reports: LCOV, Cobertura, coverage.py's and llvm-cov's JSON, Go's cover profile. The
//! format is told by the bytes, never by the name.
//!
//! A report is made by programs of the change, so its bytes are hostile: no reader here panics, recurses
//! or takes more memory than a fixed number of lines needs, and a report that ends in the middle is an
//! error and no shorter report.
//!
//! Does not catch: a well-formed report that lies; `checks/coverage/` looks for the ways that are known.

mod cobertura;
mod coverage_py;
mod go;
pub mod junit;
mod lcov;
mod llvm;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::report::Report;

/// Bytes over which a report is not read.
pub const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// Reads a report.
///
/// # Errors
/// Where the bytes are no report of a known format, or are cut off; the message names the line.
pub fn read(bytes: &[u8]) -> Result<Report> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = bytes.trim_ascii_start();
    match start {
        [] => bail!("it is empty"),
        [b'{', ..] => json(bytes),
        [b'<', ..] => cobertura::read(bytes).context("read as Cobertura XML"),
        _ if start.starts_with(b"mode:") => go::read(bytes).context("read as a Go cover profile"),
        _ if lcov::is_lcov(start) => lcov::read(bytes).context("read as LCOV"),
        _ => bail!(
            "its format is none of LCOV, Cobertura XML, coverage.py JSON, llvm-cov JSON, Go cover profile"
        ),
    }
}

/// What tells the two kinds of JSON apart.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(rename = "type", borrow, default)]
    kind: Option<std::borrow::Cow<'a, str>>,
    #[serde(default)]
    meta: Option<serde::de::IgnoredAny>,
}

fn json(bytes: &[u8]) -> Result<Report> {
    let head: Head<'_> = serde_json::from_slice(bytes).context("read as JSON")?;
    match head {
        Head {
            kind: Some(kind), ..
        } if kind == "llvm.coverage.json.export" => {
            llvm::read(bytes).context("read as llvm-cov JSON")
        }
        Head { meta: Some(_), .. } => coverage_py::read(bytes).context("read as coverage.py JSON"),
        Head { .. } => bail!(
            "it is JSON of neither coverage.py (`coverage json`) nor llvm-cov (`llvm-cov export`)"
        ),
    }
}

/// Line numbers over which a report is taken to be damaged: no source file has so many.
const LAST_LINE: u32 = 50_000_000;

/// A 1-based line number.
fn line_number(number: u64) -> Result<u32> {
    match u32::try_from(number) {
        Ok(number @ 1..=LAST_LINE) => Ok(number),
        _ => bail!("{number} is no line number"),
    }
}

/// A number of hits, saturated.
fn saturated(hits: u64) -> u32 {
    u32::try_from(hits).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces of all formats, so that many inputs go far into a reader.
    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let piece = proptest::sample::select(vec![
            &b"SF:a.py\n"[..],
            b"DA:1,1\n",
            b"DA:4294967296,99999999999999999999\n",
            b"end_of_record\n",
            b"mode: set\n",
            b"a/b.go:1.1,3.2 2 1\n",
            b"a/b.go:1.1,3000000000.2 2 1\n",
            b"<coverage version=\"7\"><class filename=\"a.py\">",
            b"<line number=\"1\" hits=\"1\"/>",
            b"</class></coverage>",
            b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
            b"&b;",
            b"{\"meta\":{},\"files\":{\"a.py\":{\"executed_lines\":[1],\"missing_lines\":[2]}}}",
            b"{\"type\":\"llvm.coverage.json.export\",\"version\":\"3\",\"data\":[{\"files\":[{\"filename\":\"a\",\"segments\":[[1,1,1,true,true,false],[9,1,0,false,false,false]]}]}]}",
            b"DA:-1,-5\n",
            b"DA:1,-99999999999999999999\n",
            b"<line number=\"-1\" hits=\"99999999999999999999999\"/>",
            b"<testsuite><testcase name=\"a\">",
            b"<failure/></testcase>",
            b"</testsuite>",
            b"\xff\0",
            b"\n",
        ] as Vec<&[u8]>);
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    fn is_in_order(report: &Report) -> bool {
        report
            .files
            .values()
            .all(|lines| lines.executable.is_sorted_by(|a, b| a.number < b.number))
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_report_or_an_error(
            bytes in proptest::collection::vec(any::<u8>(), 0..200)
        ) {
            if let Ok(report) = read(&bytes) {
                prop_assert!(is_in_order(&report));
            }
        }

        #[test]
        fn any_pieces_of_reports_are_a_report_or_an_error(bytes in pieces()) {
            if let Ok(report) = read(&bytes) {
                prop_assert!(is_in_order(&report));
            }
            if let Ok(suite) = junit::read(&bytes) {
                prop_assert!(suite.failed.len() <= bytes.len());
            }
        }

        #[test]
        fn a_report_that_is_cut_off_is_an_error(at in 0usize..1000) {
            for whole in [lcov::tests::SAMPLE, cobertura::tests::SAMPLE, coverage_py::tests::SAMPLE, llvm::tests::SAMPLE] {
                let whole = whole.trim_end().as_bytes();
                prop_assert!(read(whole).is_ok());
                let cut = &whole[..at % whole.len()];
                prop_assert!(read(cut).is_err(), "{}", String::from_utf8_lossy(cut));
            }
        }
    }

    #[test]
    fn what_is_no_report_is_told_what_would_be() {
        let error = read(b"hello").unwrap_err().to_string();
        assert!(error.contains("LCOV, Cobertura"), "{error}");
        let error = read(b"{\"a\": 1}").unwrap_err().to_string();
        assert!(error.contains("coverage json"), "{error}");
        assert_eq!(read(b" \n").unwrap_err().to_string(), "it is empty");
    }

    #[test]
    fn numbers_that_no_line_has_are_an_error_and_hits_are_saturated() {
        for bad in ["0", "-1", "4294967296", "99999999999999999999"] {
            let go = format!("mode: set\na.go:{bad}.1,{bad}.2 1 1\n");
            let json = format!(
                r#"{{"meta": {{}}, "files": {{"a.py": {{"executed_lines": [{bad}], "missing_lines": []}}}}}}"#
            );
            let xml = format!(
                r#"<coverage><class filename="a"><line number="{bad}" hits="1"/></class></coverage>"#
            );
            let lcov = format!("SF:a\nDA:{bad},1\nend_of_record\n");
            for text in [go, json, xml, lcov] {
                assert!(read(text.as_bytes()).is_err(), "{text}");
            }
        }
        for (hits, kept) in [
            ("4294967296", u32::MAX),
            ("18446744073709551615", u32::MAX),
            ("7", 7),
        ] {
            let go = format!("mode: count\na:1.1,1.2 1 {hits}\n");
            let xml = format!(
                r#"<coverage><class filename="a"><line number="1" hits="{hits}"/></class></coverage>"#
            );
            let lcov = format!("SF:a\nDA:1,{hits}\nend_of_record\n");
            for text in [go, xml, lcov] {
                let report = read(text.as_bytes()).unwrap();
                assert_eq!(report.files["a"].hits(1), Some(kept), "{text}");
            }
        }
    }

    #[test]
    fn a_file_with_very_many_records_is_read() {
        let records: String = (1..=200_000)
            .map(|line| format!("SF:a\nDA:{line},1\nend_of_record\n"))
            .collect();
        let report = read(records.as_bytes()).unwrap();
        assert_eq!(report.files["a"].executable.len(), 200_000);
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let deep = [b"{\"meta\":".as_slice(), &b"[".repeat(100_000)].concat();
        assert!(read(&deep).is_err());
        let deep = b"<a>".repeat(100_000);
        assert!(read(&deep).is_err());
    }
}
