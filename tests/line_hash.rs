//! The line hash, beside values that github/codeql-action's own function gave for the same texts
//! (`hash` of its `src/fingerprints.ts`, release of 2026, run under Node 20).

use std::collections::BTreeSet;

use draftgate::finding::line_hash::line_hashes;

fn hashes(text: &str) -> Vec<String> {
    let lines = BTreeSet::from_iter(1..=10_000);
    line_hashes(text, &lines).into_values().collect()
}

#[test]
fn it_is_the_one_that_github_computes() {
    for (text, expected) in [
        ("", &["c129715d7a2bc9a3:1"][..]),
        ("one", &["37d1a24550e3f429:1"]),
        (
            "a\n\n  b\tc\r\nd\re",
            &[
                "62683aa85ce35a42:1",
                "37c90684291ca153:1",
                "17edcb13f202be95:1",
                "1e9f699606cbfd66:1",
                "2be488999ca9e6d8:1",
            ],
        ),
        (
            "caf\u{e9} \u{1f600} end\n\ttab\n",
            &[
                "421a4bc24b35df19:1",
                "da7732313560bb64:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
        (
            "\u{feff}x = 1\ny = 2\n",
            &[
                "50bb8dd4ca5b0b5c:1",
                "ab1f8ed3e7dc41c1:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
        (
            "\r \n\r\n x",
            &[
                "464797bb3f4dcd9:1",
                "aa6568db034358f3:1",
                "a88801a1799b48b5:1",
                "638816509450efbf:1",
            ],
        ),
    ] {
        assert_eq!(hashes(text), expected, "{text:?}");
    }
    let long = format!("{}\nnext\n", "long ".repeat(60));
    assert_eq!(
        hashes(&long),
        [
            "bde0fb9ae592ce20:1",
            "a5f9e5dec441e0b8:1",
            "c129715d7a2bc9a3:1"
        ]
    );
}

#[test]
fn equal_hashes_are_numbered_in_the_order_of_the_lines() {
    let text = "same line of text, over and over again\n".repeat(6);
    let found = hashes(&text);
    let first = found[0].split(':').next().unwrap();
    assert_eq!(found[1], format!("{first}:2"));
    assert_eq!(found[2], format!("{first}:3"));
    assert_ne!(found[6].split(':').next(), Some(first));
    let one = line_hashes(&text, &BTreeSet::from([2]));
    assert_eq!(one.into_iter().collect::<Vec<_>>(), [(2, found[1].clone())]);
}
