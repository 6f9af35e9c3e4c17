//! llvm-cov's JSON (`llvm-cov export --format=text`): segments, from which lines are counted as llvm-cov
//! itself does for its line view.
//!
//! A segment says: from this line and column on, this count holds (or none does). A line can run where a
//! region with a count begins on it, or reaches into it from above; its hits are the most of those.
//!
//! Does not catch: regions inside macros that llvm-cov attributes to other files; instantiations of a
//! generic are united by llvm-cov already.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::super::report::{Budget, Gathering, Line, Lines, Producer, Report};
use super::line_number;

#[derive(Deserialize)]
struct Document {
    version: String,
    data: Vec<Export>,
}

#[derive(Deserialize)]
struct Export {
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    segments: Vec<Segment>,
}

/// Line, column, count, whether it has a count, whether a region begins here, whether it is a gap.
#[derive(Clone, Copy, Deserialize)]
struct Segment(u64, u64, u64, bool, bool, bool);

impl Segment {
    fn begins_region(&self) -> bool {
        let Segment(_, _, _, has_count, is_entry, is_gap) = *self;
        has_count && is_entry && !is_gap
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Report> {
    let document: Document = serde_json::from_slice(bytes)?;
    let mut budget = Budget::default();
    let mut files = Gathering::default();
    for file in document.data.iter().flat_map(|export| &export.files) {
        let lines = lines(&file.segments, &mut budget)
            .with_context(|| format!("the segments of {}", file.filename))?;
        files.add(&file.filename, lines)?;
    }
    Ok(Report {
        producer: Producer {
            name: "llvm-cov".to_owned(),
            version: document.version,
        },
        sources: Vec::new(),
        files: files.into_files(),
    })
}

fn lines(segments: &[Segment], budget: &mut Budget) -> Result<Lines> {
    let in_order = segments.is_sorted_by_key(|segment| (segment.0, segment.1));
    anyhow::ensure!(in_order, "they are not in order of lines and columns");
    let mut all = Vec::new();
    let mut above: Option<Segment> = None;
    let mut next = 1;
    for here in segments.chunk_by(|a, b| a.0 == b.0) {
        let (Some(first), Some(last)) = (here.first(), here.last()) else {
            continue;
        };
        let row = u64::from(line_number(first.0)?);
        // Lines between, into which what is above reaches.
        if let Some(Segment(_, _, count, true, _, _)) = above {
            budget.take(usize::try_from(row.saturating_sub(next)).unwrap_or(usize::MAX))?;
            for number in next..row {
                all.push(line(number, count)?);
            }
        }
        budget.take(1)?;
        let skipped = !first.3 && first.4;
        let reached = above.is_some_and(|above| above.3);
        let begun = here.iter().any(Segment::begins_region);
        let entered = here.iter().any(|segment| segment.3 && segment.4);
        if entered || (!skipped && (reached || begun)) {
            let from_above = above.map_or(0, |above| above.2);
            let regions = here.iter().filter(|segment| segment.begins_region());
            let most = regions.map(|segment| segment.2).fold(from_above, u64::max);
            all.push(line(row, most)?);
        }
        above = Some(*last);
        next = row + 1;
    }
    Ok(Lines::of(all))
}

fn line(number: u64, hits: u64) -> Result<Line> {
    Ok(Line {
        number: line_number(number)?,
        hits: super::saturated(hits),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) const SAMPLE: &str = r#"{"data": [{"files": [{"filename": "/p/src/lib.rs",
      "segments": [[1,1,4,true,true,false],[2,8,0,true,true,false],[4,2,4,true,false,false],[5,2,0,false,false,false]],
      "expansions": []}], "functions": [], "totals": {}}],
      "type": "llvm.coverage.json.export", "version": "3.1.0"}"#;

    #[test]
    fn a_line_has_the_most_hits_of_what_begins_on_it_and_what_reaches_it() {
        let report = read(SAMPLE.as_bytes()).unwrap();
        assert_eq!(report.producer.to_string(), "llvm-cov 3.1.0");
        let file = &report.files["/p/src/lib.rs"];
        let hits: Vec<Option<u32>> = (1..=6).map(|line| file.hits(line)).collect();
        assert_eq!(hits, [Some(4), Some(4), Some(0), Some(0), Some(4), None]);
    }
}
