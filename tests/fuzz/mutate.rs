//! Changes bytes at random, but the same way for the same seed.

/// `SplitMix64`: small, fast, and the same on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, or 0 where that is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        if end == 0 {
            return 0;
        }
        (self.next() % end as u64) as usize
    }

    /// One of several things.
    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A stretch of bytes, most of the time a short one.
    fn stretch(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let most = if self.below(4) == 0 { length } else { 40 };
        start..(start + self.below(most + 1)).min(length)
    }
}

/// What means something to one reader or another.
const WORDS: &[&str] = &[
    "\0",
    "\r",
    "\n",
    "\r\n",
    "\t",
    "\x0c",
    "\u{feff}",
    "\u{2028}",
    "\u{200b}",
    "\u{e9}",
    "e\u{301}",
    "\u{1f600}",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "`",
    "\\",
    "\\\n",
    "\\u{110000}",
    "\\x",
    "/*",
    "*/",
    "//",
    "#",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE a [",
    "&a;",
    "${{ ",
    " }}",
    "{{",
    "}}",
    "r#\"",
    "\"#",
    "f\"{",
    "b'",
    "%",
    "%s",
    "$",
    "@",
    "&a ",
    "*a",
    "<<: *a",
    "!!binary ",
    "---\n",
    "...\n",
    "- ",
    "? ",
    ": ",
    "|\n",
    ">-\n",
    "[[",
    "]]",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "<",
    ">",
    "=",
    "==",
    "=>",
    "->",
    ":=",
    "::",
    ":",
    ";",
    ",",
    ".",
    "..",
    "...",
    "0",
    "-1",
    "1e999",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "18446744073709551616",
    "-9223372036854775808",
    "nan",
    "0x",
    "1_0",
    "2026-02-30",
    "true",
    "null",
    "None",
    "async ",
    "await ",
    "yield ",
    "lambda: ",
    "if a:\n    ",
    "else:\n    ",
    "match a:\n    ",
    "case _:\n        ",
    "try:\n    ",
    "except:\n    ",
    "with a as b:\n    ",
    "def a():\n    ",
    "class a:\n    ",
    "@a\n",
    "return ",
    "assert ",
    "import a\n",
    "from a import *\n",
    "# noqa",
    "# type: ignore",
    "fn a() {",
    "mod a {",
    "use a::{",
    "impl a {",
    "macro_rules! a {",
    "#[test]\n",
    "#[cfg(test)]\n",
    "#![allow(a)]\n",
    "unsafe {",
    "|a| ",
    "?",
    "!",
    "assert!(",
    "match a {",
    "a => ",
    "if let ",
    "loop {",
    "'a",
    "&mut ",
    "<T: ",
    "@@ -1,3 +1,3 @@\n",
    "diff --git a/a b/a\n",
    "--- a/a\n",
    "+++ b/a\n",
    "rename from a\n",
    "new file mode 120000\n",
    "\\ No newline at end of file\n",
    "GIT binary patch\n",
    "SF:",
    "DA:",
    "end_of_record\n",
    "mode: set\n",
];

const PAIRS: &[(&str, &str)] = &[
    ("(", ")"),
    ("[", "]"),
    ("{", "}"),
    ("<", ">"),
    ("\"", "\""),
    ("[[", "]]"),
    ("<a>", "</a>"),
    ("not ", ""),
    ("-", ""),
    ("lambda: ", ""),
    ("{\"a\":", "}"),
    ("/*", "*/"),
    ("if a { ", " }"),
    ("a.", "()"),
    ("f\"{", "}\""),
    ("&", ""),
    ("- ", ""),
    ("> ", ""),
    ("a::{", "}"),
    ("(a if b else ", ")"),
    ("vec![", "]"),
    ("|a| ", ""),
    ("await ", ""),
];

/// A few changes in a row; `other` lends stretches. The result is at most `limit` bytes long.
pub(crate) fn mutate(bytes: &[u8], other: &[u8], limit: usize, random: &mut Random) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=random.below(5) {
        change(&mut out, other, random);
        out.truncate(limit);
    }
    out
}

fn change(out: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let place = random.stretch(out.len());
    match random.below(13) {
        0 => {
            if let Some(byte) = out.get_mut(place.start) {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => drop(out.drain(place)),
        2 => {
            let byte = random.below(256) as u8;
            out.insert(place.start, byte);
        }
        3..=5 => {
            let word = random.one(WORDS).as_bytes();
            let until = if random.below(2) == 0 {
                place.start
            } else {
                place.end
            };
            out.splice(place.start..until, word.iter().copied());
        }
        6 => {
            let piece = out[place.clone()].to_vec();
            let most = if random.below(8) == 0 { 400 } else { 8 };
            let times = 1 + random.below(most);
            out.splice(place.end..place.end, piece.repeat(times));
        }
        7 => {
            let lent = &other[random.stretch(other.len())];
            out.splice(place, lent.iter().copied());
        }
        8 => {
            let piece = out[place].to_vec();
            let to = random.below(out.len() + 1);
            out.splice(to..to, piece);
        }
        9 => {
            let (open, close) = *random.one(PAIRS);
            let most = if random.below(8) == 0 { 300 } else { 6 };
            let depth = 1 + random.below(most);
            let mut nested = open.repeat(depth).into_bytes();
            nested.extend_from_slice(&out[place.clone()]);
            nested.extend(
                close
                    .repeat(if random.below(6) == 0 {
                        depth / 2
                    } else {
                        depth
                    })
                    .into_bytes(),
            );
            out.splice(place, nested);
        }
        10 => lines(out, random),
        11 => out.truncate(place.start),
        _ => {
            // A number becomes another one.
            let Some(at) = (place.start..out.len()).find(|&at| out[at].is_ascii_digit()) else {
                return;
            };
            let end = (at..out.len())
                .find(|&at| !out[at].is_ascii_digit())
                .unwrap_or(out.len());
            let number = *random.one(&[
                "0",
                "1",
                "-1",
                "2",
                "255",
                "65536",
                "4294967295",
                "4294967296",
                "18446744073709551615",
                "99999999999999999999",
            ]);
            out.splice(at..end, number.bytes());
        }
    }
}

/// A line is taken away, said again, indented, or swapped with another.
fn lines(out: &mut Vec<u8>, random: &mut Random) {
    let mut lines: Vec<Vec<u8>> = out
        .split_inclusive(|&byte| byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    if lines.is_empty() {
        return;
    }
    let (one, two) = (random.below(lines.len()), random.below(lines.len()));
    match random.below(5) {
        0 => drop(lines.remove(one)),
        1 => lines.insert(two, lines[one].clone()),
        2 => lines.swap(one, two),
        3 => drop(lines[one].splice(0..0, b"    ".repeat(1 + random.below(3)))),
        _ => {
            let text = lines[one].trim_ascii_start().to_vec();
            lines[one] = text;
        }
    }
    *out = lines.concat();
}

#[test]
fn the_same_seed_makes_the_same_bytes() {
    let all = |seed| {
        let mut random = Random::new(seed);
        (0..300)
            .map(|_| {
                mutate(
                    b"def a(b):\n    return b + 1\n",
                    b"x = [1, 2]\n",
                    4096,
                    &mut random,
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(all(1), all(1));
    assert_ne!(all(1), all(2));
    assert!(all(1).iter().all(|bytes| bytes.len() <= 4096));
}
