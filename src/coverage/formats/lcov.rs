//! LCOV tracefiles: `SF:` names a file, `DA:line,hits` a line, `end_of_record` ends it (geninfo(1)).
//!
//! Read in place, byte for byte: reports of a million lines are common.
//!
//! Does not catch: branches and functions (`BRDA`, `FN`); the summaries (`LF`, `LH`) are not believed. A
//! tracefile that is cut off just after a record is a shorter tracefile.

use anyhow::{Context, Result, bail};

use super::super::report::{Budget, Gathering, Line, Lines, Producer, Report};
use super::line_number;

/// Whether the first line is one of a tracefile.
pub(super) fn is_lcov(start: &[u8]) -> bool {
    [&b"TN:"[..], b"SF:", b"VER:", b"#"]
        .iter()
        .any(|first| start.starts_with(first))
}

pub(super) fn read(bytes: &[u8]) -> Result<Report> {
    let mut files = Gathering::default();
    let mut budget = Budget::default();
    let mut open: Option<(&str, Vec<Line>)> = None;
    let (mut rest, mut at) = (bytes, 0_usize);
    while !rest.is_empty() {
        at += 1;
        let place = || format!("line {at}");
        if let Some((_, lines)) = &mut open
            && let Some((line, behind)) = plain(rest)
        {
            budget.take(1).with_context(place)?;
            lines.push(line);
            rest = behind;
            continue;
        }
        let end = rest.iter().position(|byte| *byte == b'\n');
        let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        rest = end.and_then(|end| rest.get(end + 1..)).unwrap_or_default();
        let line = line.trim_ascii_end();
        if let Some(rest) = line.strip_prefix(b"DA:") {
            let Some((_, lines)) = &mut open else {
                bail!("{}: a DA: outside of a record", place());
            };
            budget.take(1).with_context(place)?;
            lines.push(data(rest).with_context(place)?);
        } else if let Some(path) = line.strip_prefix(b"SF:") {
            if let Some((path, _)) = open {
                bail!("{}: the record of {path} has no end_of_record", place());
            }
            let path = std::str::from_utf8(path).with_context(place)?;
            open = Some((path, Vec::new()));
        } else if line == b"end_of_record" {
            let Some((path, lines)) = open.take() else {
                bail!("{}: end_of_record without a record", place());
            };
            files.add(path, Lines::of(lines))?;
        } else if !is_known(line) {
            bail!(
                "{}: `{}` is no line of a tracefile",
                place(),
                crate::text::visible(&String::from_utf8_lossy(line.get(..40).unwrap_or(line)))
            );
        }
    }
    if let Some((path, _)) = open {
        bail!("it ends in the middle of the record of {path}");
    }
    let files = files.into_files();
    if files.is_empty() {
        bail!("it has no record of a file");
    }
    Ok(Report {
        producer: Producer {
            name: "lcov".to_owned(),
            version: String::new(),
        },
        sources: Vec::new(),
        files,
    })
}

/// `DA:line,hits` in its plainest form, of up to nine digits each, and what stands behind it: nearly every line of
/// a tracefile. Any other form is left to [`data`].
fn plain(text: &[u8]) -> Option<(Line, &[u8])> {
    let (number, text) = up_to(text.strip_prefix(b"DA:")?, b',')?;
    let (hits, text) = up_to(text, b'\n')?;
    let number = line_number(u64::from(number)).ok()?;
    Some((Line { number, hits }, text))
}

/// A number of one to nine digits before a byte, and what stands behind the byte.
fn up_to(text: &[u8], stop: u8) -> Option<(u32, &[u8])> {
    let mut number = 0_u32;
    for (at, byte) in text.iter().take(10).enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            let is_end = *byte == stop && at > 0;
            return is_end.then(|| Some((number, text.get(at + 1..)?)))?;
        }
        number = number.wrapping_mul(10).wrapping_add(u32::from(digit));
    }
    None
}

/// Lines that are passed over: empty, a comment, or `KEY:value` of upper-case letters and digits.
fn is_known(line: &[u8]) -> bool {
    if line.is_empty() || line.starts_with(b"#") {
        return true;
    }
    let key = line.split(|byte| *byte == b':').next().unwrap_or_default();
    key.len() < line.len()
        && (2..=8).contains(&key.len())
        && key
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// `line,hits`, with or without a checksum behind. Old geninfo writes negative hits where a counter ran
/// over: they are none.
fn data(text: &[u8]) -> Result<Line> {
    let mut parts = text.split(|byte| *byte == b',');
    let (Some(number), Some(hits)) = (parts.next(), parts.next()) else {
        bail!("DA: needs a line and its hits");
    };
    let number = digits(number).context("DA: needs a line number")?;
    let hits = match hits.strip_prefix(b"-") {
        Some(rest) => digits(rest).map(|_| 0),
        None => digits(hits),
    };
    let hits = hits.context("DA: needs a number of hits")?;
    Ok(Line {
        number: line_number(number)?,
        hits: super::saturated(hits),
    })
}

/// A decimal number, saturated.
fn digits(text: &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.saturating_mul(10).saturating_add(u64::from(digit));
    }
    (!text.is_empty()).then_some(number)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) const SAMPLE: &str = "\
TN:
SF:src/a.py
DA:1,1
DA:2,0,md5
DA:3,99999999999
FN:1,f
LF:9
end_of_record
";

    #[test]
    fn lines_and_hits_are_read_and_summaries_are_not() {
        let report = read(SAMPLE.as_bytes()).unwrap();
        let a = &report.files["src/a.py"];
        assert_eq!(
            (a.hits(1), a.hits(2), a.hits(3)),
            (Some(1), Some(0), Some(u32::MAX))
        );
        assert_eq!(a.hits(4), None);
        let empty = read(b"SF:b.py\nend_of_record\n").unwrap();
        assert!(empty.files["b.py"].executable.is_empty());
    }

    #[test]
    fn a_file_with_two_records_has_the_most_hits_of_both() {
        let report =
            read(b"SF:a\nDA:1,0\nDA:2,3\nend_of_record\r\nSF:a\nDA:1,2\nDA:2,-1\nend_of_record\n");
        let report = report.unwrap();
        assert_eq!(report.files["a"].hits(1), Some(2));
        assert_eq!(report.files["a"].hits(2), Some(3));
    }

    #[test]
    fn an_error_names_the_line() {
        let error = |text: &[u8]| format!("{:#}", read(text).unwrap_err());
        assert_eq!(error(b"SF:a\nDA:x,1\n"), "line 2: DA: needs a line number");
        assert_eq!(error(b"SF:a\nDA:0,1\n"), "line 2: 0 is no line number");
        assert_eq!(
            error(b"SF:a\nDA:1,1\n"),
            "it ends in the middle of the record of a"
        );
        assert_eq!(
            error(b"TN:\nhello\n"),
            "line 2: `hello` is no line of a tracefile"
        );
    }
}
