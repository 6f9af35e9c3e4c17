//! Go's cover profile (`go test -coverprofile`): one line a block, `path:line.col,line.col statements
//! count`.
//!
//! Does not catch: columns; a line that two blocks share has the most hits of both.

use anyhow::{Context, Result, bail};

use super::super::report::{Budget, Gathering, Line, Lines, Producer, Report};
use super::line_number;

pub(super) fn read(bytes: &[u8]) -> Result<Report> {
    let text = std::str::from_utf8(bytes)?;
    let mut budget = Budget::default();
    let mut blocks: std::collections::BTreeMap<&str, Vec<Line>> = Default::default();
    for (at, line) in text.lines().enumerate() {
        // Profiles of several packages are often joined as they are, each with its first line.
        if line.trim().is_empty() || line.starts_with("mode:") {
            continue;
        }
        let place = || format!("line {}", at + 1);
        let (path, first, last, count) = block(line).with_context(place)?;
        let hits = super::saturated(count);
        budget
            .take((last - first) as usize + 1)
            .with_context(place)?;
        let lines = blocks.entry(path).or_default();
        lines.extend((first..=last).map(|number| Line { number, hits }));
    }
    let mut files = Gathering::default();
    for (path, lines) in blocks {
        files.add(path, Lines::of(lines))?;
    }
    let files = files.into_files();
    if files.is_empty() {
        bail!("it has no block");
    }
    Ok(Report {
        producer: Producer {
            name: "go cover".to_owned(),
            version: String::new(),
        },
        sources: Vec::new(),
        files,
    })
}

fn block(line: &str) -> Result<(&str, u32, u32, u64)> {
    let (path, rest) = line.rsplit_once(':').context("no `path:`")?;
    let mut words = rest.split(' ');
    let range = words.next().unwrap_or_default();
    let (start, end) = range.split_once(',').context("no `start,end`")?;
    let row = |place: &str| -> Result<u32> {
        let (row, _) = place.split_once('.').context("no `line.column`")?;
        line_number(row.parse()?)
    };
    let (first, last) = (row(start)?, row(end)?);
    let (Some(_), Some(count), None) = (words.next(), words.next(), words.next()) else {
        bail!("a block needs its number of statements and its count");
    };
    if last < first {
        bail!("the block ends before it begins");
    }
    Ok((path, first, last, count.parse()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_their_lines_and_the_most_hits_count() {
        let text = b"mode: count\nx.org/a/b.go:2.10,4.2 2 0\nx.org/a/b.go:4.2,5.3 1 7\n";
        let report = read(text).unwrap();
        let file = &report.files["x.org/a/b.go"];
        let hits: Vec<Option<u32>> = (1..=6).map(|line| file.hits(line)).collect();
        assert_eq!(hits, [None, Some(0), Some(0), Some(7), Some(7), None]);
    }

    #[test]
    fn an_error_names_the_line() {
        let error = format!("{:#}", read(b"mode: set\na.go:3.1,2.1 1 1\n").unwrap_err());
        assert_eq!(error, "line 2: the block ends before it begins");
        assert!(read(b"mode: set\na.go:1.1,4000000000.1 1 1\n").is_err());
        assert!(read(b"mode: set\n").is_err());
    }
}
