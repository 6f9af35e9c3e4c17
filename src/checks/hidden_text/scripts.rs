//! Words that mix Latin letters with letters of another script that look the same (UTS #39).
//!
//! Only twins count: `Δx`, `σ_max` and `µs` mix scripts and deceive nobody, so a word with a Greek
//! or Cyrillic letter that no reader takes for a Latin one is left alone.
//!
//! Does not catch: twins of digits and signs, and words of one script that look like another word of
//! the same script.

/// A word that is not what it looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Disguised {
    /// Index of its first character in the line.
    pub(super) start: usize,
    /// As written.
    pub(super) word: String,
    /// What a reader takes it for.
    pub(super) seen: String,
    /// The foreign letters, as `U+0430 for a`.
    pub(super) letters: Vec<String>,
    /// Whether Latin letters stand beside them; otherwise the whole word is foreign.
    pub(super) mixed: bool,
    /// Whether each foreign letter is a form of the Latin one, which some languages read as it.
    pub(super) folds: bool,
}

/// The Latin letter that this one is a form of: fullwidth, or of the mathematical alphabets. Python reads a name in such
/// letters as the plain one (NFKC).
fn folded(c: char) -> Option<char> {
    const MATHEMATICAL: u32 = 0x1d400;
    match c {
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(u32::from(c) - 0xfee0),
        '\u{1d400}'..='\u{1d6a3}' => {
            let at = (u32::from(c) - MATHEMATICAL) % 52;
            let first = if at < 26 { 'A' } else { 'a' };
            char::from_u32(u32::from(first) + at % 26)
        }
        _ => None,
    }
}

/// The Latin letter that this one cannot be told from.
fn twin(c: char) -> Option<char> {
    const PAIRS: &[(&str, &str)] = &[
        // Cyrillic.
        ("асеорхуіјѕԁһԛԝ", "aceopxyijsdhqw"),
        ("АВЕКМНОРСТХУІЈЅԚԜ", "ABEKMHOPCTXYIJSQW"),
        // Greek: only what is identical; ν, ρ, α and the like are symbols in formulas.
        ("οΟΑΒΕΖΗΙΚΜΝΡΤΥΧ", "oOABEZHIKMNPTYX"),
        // Armenian.
        ("օ", "o"),
    ];
    if c.is_ascii() {
        return None;
    }
    if let Some(plain) = folded(c) {
        return Some(plain);
    }
    PAIRS.iter().find_map(|(foreign, latin)| {
        let at = foreign.chars().position(|other| other == c)?;
        latin.chars().nth(at)
    })
}

/// The disguised words of a line. A word ends at what is no letter; `_` and digits end one as well, so
/// that `data_ящик` is two.
pub(super) fn disguised(line: &str) -> Vec<Disguised> {
    let mut found = Vec::new();
    let mut word: Vec<char> = Vec::new();
    let mut start = 0;
    for (at, c) in line.chars().chain(std::iter::once(' ')).enumerate() {
        if c.is_alphabetic() {
            if word.is_empty() {
                start = at;
            }
            word.push(c);
        } else {
            if word.iter().any(|c| !c.is_ascii()) {
                found.extend(disguise_of(start, &word));
            }
            word.clear();
        }
    }
    found
}

fn disguise_of(start: usize, word: &[char]) -> Option<Disguised> {
    let mut letters = Vec::new();
    let mut seen = String::new();
    for c in word {
        if c.is_ascii() {
            seen.push(*c);
        } else {
            let latin = twin(*c)?;
            seen.push(latin);
            letters.push(format!("U+{:04X} for {latin}", u32::from(*c)));
        }
    }
    letters.dedup();
    Some(Disguised {
        start,
        word: word.iter().collect(),
        seen,
        letters,
        mixed: word.iter().any(char::is_ascii),
        folds: word.iter().all(|c| c.is_ascii() || folded(*c).is_some()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_deceive_are_found() {
        for line in [
            "Δx = σ_max * µs",
            "naïve = café",
            "данные_user = 1",
            "getДанные()",
            "ρv νx αb",
        ] {
            assert_eq!(disguised(line), [], "{line}");
        }
        let found = disguised("x = \u{430}dmin");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].start, found[0].seen.as_str()), (4, "admin"));
        assert!(found[0].mixed);
        assert_eq!(found[0].letters, ["U+0430 for a"]);
        let found = disguised("\u{1d42c}ystem(\u{ff45}\u{ff56}\u{ff41}\u{ff4c})");
        let seen: Vec<&str> = found.iter().map(|word| word.seen.as_str()).collect();
        assert_eq!(seen, ["system", "eval"]);
        assert!(found.iter().all(|word| word.folds));
        assert!(!disguised("\u{455}\u{441}\u{43e}\u{440}\u{435}")[0].mixed);
    }
}
