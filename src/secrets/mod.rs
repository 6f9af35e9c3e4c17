//! Searching texts for credentials: what the check `secrets` finds, and what no output may show.
//!
//! [`scan`] is the search: keywords, then the rules of [`engine`] whose keyword was seen, then the same in what
//! the text encodes ([`decode`]) or holds in pieces ([`fold`], [`join`]). The rest says what a value is:
//! [`validate`] and [`pem`] prove or disprove it, [`rarity`] and [`placeholder`] tell a random value from a word,
//! [`assignment`], [`generic`] and [`url`] find the name or the connection that it is given to.
//!
//! Does not catch: a value that has no known format, no telling name and no URL around it.

mod assignment;
mod beside;
mod decode;
mod engine;
mod fold;
mod generic;
mod join;
mod kind;
mod manifest;
mod numbers;
mod pem;
mod personal;
mod placeholder;
mod rarity;
pub mod sample;
mod scan;
mod search;
mod url;
mod validate;

use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::language::{self, Parsed};
use crate::text;

pub(crate) use engine::{Finder, engine};
pub(crate) use fold::Tree;
pub(crate) use rarity::entropy;
pub(crate) use scan::{Hit, Match, Tier, scan};

/// Standard alphabet, padding or none.
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
/// URL alphabet, padding or none.
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// What a validator says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Validity {
    /// It is one: nothing else has this structure.
    Proven,
    /// It has the shape, and there is nothing to verify.
    Shaped,
    /// It has the shape and its checksum or structure is wrong.
    Wrong,
}

/// Every text of a file that no output may show: its secrets as they stand, decoded and encoded.
pub fn shown(path: &str, text: &str) -> Vec<String> {
    hits(path, text)
        .iter()
        .flat_map(|hit| forms(hit, text))
        .collect()
}

/// Where the secrets of a text are.
pub fn places(path: &str, text: &str) -> Vec<std::ops::Range<usize>> {
    let hits = hits(path, text).into_iter();
    hits.map(|hit| hit.range).collect()
}

/// How many secrets of a text a checksum or a structure proves.
pub fn proven(path: &str, text: &str) -> usize {
    let hits = hits(path, text).into_iter();
    hits.filter(|hit| hit.tier == Tier::Proven).count()
}

/// What our own rules find; nothing where they cannot be read, which the check tells.
fn hits(path: &str, text: &str) -> Vec<Hit<'static>> {
    let parsed = || Parsed::of_path(language::of_text(path)?, path, text.into()).map(Arc::new);
    scan(Vec::new(), path, text, &parsed).unwrap_or_default()
}

/// How a secret may show: as it stands, decoded, and in the usual encodings.
pub(crate) fn forms(hit: &Hit<'_>, text: &str) -> Vec<String> {
    let value = &hit.value;
    let hex = text::hex(value.as_bytes());
    let escaped = value.replace('\n', "\\n");
    let mut forms = vec![
        value.clone(),
        STANDARD.encode(value),
        hex.to_uppercase(),
        hex,
        escaped,
    ];
    forms.extend(text.get(hit.range.clone()).map(str::to_owned));
    forms
}
