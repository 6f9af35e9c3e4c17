//! The hash by which GitHub knows a line again when lines above it come and go: SARIF's
//! `primaryLocationLineHash`, as github/codeql-action computes it for uploads that lack it.
//!
//! A polynomial hash, base 37 modulo 2^64, over the first 100 UTF-16 units from the start of the line on;
//! spaces and tabs do not count, every line end is a line feed, and the end of the file is one unit of
//! 65535 followed by zeros. Equal hashes in one file are told apart by a number after a colon.
//!
//! Does not catch: files that are not UTF-8; codeql-action hashes their replacement characters.

use std::collections::{BTreeMap, BTreeSet};

/// Units that count.
const WINDOW: usize = 100;
const BASE: u64 = 37;
const END_OF_FILE: u16 = u16::MAX;

/// The hashes of these 1-based lines of a text; lines that it does not have are left out.
pub fn line_hashes(text: &str, wanted: &BTreeSet<u32>) -> BTreeMap<u32, String> {
    let units = units(text);
    let leaving = (0..WINDOW).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let unit = |at: usize| units.get(at).map_or(0, |unit| u64::from(unit.0));
    let mut hash = (0..WINDOW).fold(0, |hash: u64, at| {
        hash.wrapping_mul(BASE).wrapping_add(unit(at))
    });
    let mut seen: BTreeMap<u64, u32> = BTreeMap::new();
    let mut line = 0;
    let mut hashes = BTreeMap::new();
    for (at, (_, starts)) in units.iter().enumerate() {
        if *starts {
            line += 1;
            let times = seen.entry(hash).or_default();
            *times += 1;
            if wanted.contains(&line) {
                hashes.insert(line, format!("{hash:x}:{times}"));
            }
        }
        hash = hash
            .wrapping_mul(BASE)
            .wrapping_add(unit(at + WINDOW))
            .wrapping_sub(leaving.wrapping_mul(unit(at)));
    }
    hashes
}

/// The units that count, each with whether it is the first of a line.
fn units(text: &str) -> Vec<(u16, bool)> {
    let (mut units, mut starts, mut after_return) = (Vec::new(), true, false);
    let mut push = |unit: u16| {
        units.push((unit, starts));
        starts = unit == u16::from(b'\n');
    };
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            // What is skipped ends the memory of a carriage return, too.
            Ok(b' ' | b'\t') => after_return = false,
            Ok(b'\n') if after_return => after_return = false,
            Ok(b'\r') => {
                push(u16::from(b'\n'));
                after_return = true;
            }
            _ => {
                push(unit);
                after_return = false;
            }
        }
    }
    push(END_OF_FILE);
    units
}
