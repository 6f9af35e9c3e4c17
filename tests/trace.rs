//! The trace: what is read back gives the same bytes in every report, and nothing else is read.

use draftgate::cli::replay::replay;
use draftgate::exit::Code;
use draftgate::report::{Format, Output, Style, render};
use draftgate::trace::Trace;
use draftgate::verdict;
use proptest::prelude::*;

use crate::report::sample;

fn refused(bytes: impl AsRef<[u8]>) -> String {
    let error = Trace::read(bytes.as_ref()).expect_err("no trace");
    format!("{error:#}")
}

#[test]
fn a_replay_gives_the_same_bytes_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.trace");
    let trace = sample();
    std::fs::write(&file, trace.write().unwrap()).unwrap();
    for &format in Format::ALL {
        for style in [
            Style::PLAIN,
            Style {
                color: true,
                width: 72,
                quiet: false,
            },
        ] {
            let original = render(format, &trace, &verdict::of(&trace.judged), style).unwrap();
            let asked = Output { format, file: None };
            let (replayed, code) = replay(&file, &[asked], style).unwrap();
            assert!(original == replayed, "{}", format.name());
            assert_eq!(code, Code::Blocked);
        }
    }
    assert_eq!(
        Trace::read(trace.write().unwrap().as_bytes()).unwrap(),
        trace
    );
}

#[test]
fn what_a_tool_printed_and_how_long_it_took_is_not_digested() {
    let trace = sample();
    let mut other = trace.clone();
    other.run.millis += 1;
    other.run.output.insert("types".into(), "done".into());
    let digest = |trace: &Trace| {
        let value: serde_json::Value = serde_json::from_str(&trace.write().unwrap()).unwrap();
        value["digest"].as_str().unwrap().to_owned()
    };
    assert_eq!(digest(&trace), digest(&other));
    other.judged.change.files += 1;
    assert_ne!(digest(&trace), digest(&other));
}

#[test]
fn numbers_read_back_as_the_ones_that_were_digested() {
    let mut trace = sample();
    for (at, finding) in (0u32..).zip(&mut trace.judged.findings) {
        let shares = [
            0.1 + 0.2,
            1.0 / 3.0,
            1e300 / 7.0,
            f64::from(at) / 9.0,
            f64::NAN,
        ];
        *finding = finding
            .clone()
            .with("shares", shares.map(serde_json::Value::from).to_vec());
        *finding = finding.clone().with(
            "nested",
            serde_json::json!({ "b": u64::MAX, "a": i64::MIN }),
        );
    }
    assert_eq!(
        Trace::read(trace.write().unwrap().as_bytes()).unwrap(),
        trace
    );
}

#[test]
fn what_is_no_trace_is_refused_with_its_place_and_the_mend() {
    let good = sample().write().unwrap();
    for (bytes, place) in [
        (String::new(), "line 1"),
        ("{".to_owned(), "line 1"),
        ("[1]".to_owned(), "invalid length 1"),
        (
            "{\"schema\": 2, \"draftgate\": \"9.9.9\"}".to_owned(),
            "schema = 2 (written by draftgate 9.9.9)",
        ),
        (
            good.replacen("\"schema\": 1", "\"schema\": \"1\"", 1),
            "line 2 column",
        ),
        (
            good.replacen("\"verdict\"", "\"x\"", 1)
                .replacen("\"policy\": {", "\"polizei\": {", 1),
            "unknown field `polizei`",
        ),
        (
            good.replacen("\"added\": 1204", "\"added\": 0", 1),
            "`judged` was changed after the run",
        ),
        (
            good.replacen("\"level\": \"block\"", "\"level\": \"note\"", 1),
            "`judged` was changed after the run",
        ),
        (
            good.replacen("\"level\": \"block\"", "\"level\": \"fatal\"", 1),
            "unknown variant `fatal`",
        ),
        (format!("{good}x"), "trailing characters"),
        (good[..good.len() / 2].to_owned(), "EOF"),
        ("[".repeat(100_000), "line 1"),
        (
            format!("{{\"schema\": 1, \"judged\": {}", "[".repeat(100_000)),
            "line 1",
        ),
    ] {
        let why = refused(&bytes);
        assert!(why.contains(place), "{place}: {why}");
        assert!(
            why.contains("draftgate check --trace FILE"),
            "{place}: {why}"
        );
    }
}

#[test]
fn an_anchor_is_in_no_trace() {
    let mut trace = sample();
    trace.judged.findings[0].anchor = Some("hush-hush".to_owned());
    assert!(!trace.write().unwrap().contains("hush-hush"));
}

#[test]
fn a_trace_that_is_not_there_is_named() {
    let error = replay("no/such.trace".as_ref(), &[], Style::PLAIN).unwrap_err();
    assert!(format!("{error:#}").contains("no/such.trace"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Trace::read(&bytes);
    }

    /// A trace is read as it was written, or refused: a change of its judged part never goes unseen.
    #[test]
    fn a_damaged_trace_is_refused_or_says_the_same(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..4),
    ) {
        let trace = small();
        let mut bytes = trace.write().unwrap().into_bytes();
        for (at, byte, kind) in damage {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
        }
        if let Ok(read) = Trace::read(&bytes) {
            prop_assert_eq!(read.judged, trace.judged);
        }
    }
}

/// The sample, with a short ledger: damage hits the rest more often.
fn small() -> Trace {
    let mut trace = sample();
    trace.judged.ledger.truncate(2);
    trace
}
