//! Personal data that a checksum tells from other numbers: payment cards, bank accounts (IBAN), national ids.
//!
//! Facts: ISO/IEC 7812 (issuer ranges, Luhn), ISO 13616 (IBAN, mod 97), and the laws that make the ids: Italy's codice
//! fiscale, Spain's DNI and NIE, France's NIR, Brazil's CPF, the Netherlands' BSN, Poland's PESEL, Finland's HETU,
//! Switzerland's AHV number. Numbers that everybody tests with are none.
//!
//! Linear: each run of letters and digits is looked at once.
//!
//! Does not catch: a card without separators on a line that does not speak of one; ids without a checksum.

mod ids;

use std::ops::Range;

use super::placeholder;
use ids::{is_bsn, is_codice_fiscale, is_cpf, is_dni, is_ean, is_hetu, is_nir, is_pesel};

/// What a number is; the id of its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Datum {
    /// A payment card.
    Card,
    /// An account.
    Iban,
    /// A person's number at the state.
    NationalId,
}

impl Datum {
    /// The rule.
    pub(super) fn rule(self) -> &'static str {
        match self {
            Datum::Card => "payment-card",
            Datum::Iban => "bank-account",
            Datum::NationalId => "national-id",
        }
    }
}

/// Digests of card numbers and accounts that are published to test with, as in [`placeholder`].
const PUBLISHED: &[&str] = &[
    "3a134ef77d4e2e4c",
    "53a8fc816e63b7a5",
    "b40e9bc7a74d50ab",
    "d8086d483c15c711",
    "d79449f462cec9af",
    "20e6583871d36495",
    "6730ad8b34fa0e71",
    "a662c25827d0ba6f",
    "0ba80f703c657bed",
    "45c755c9e88ba167",
    "5488b036f43dca67",
    "faf7e1c0107370ff",
    "cb2609a461853b2a",
    "2847f6106ab6f0da",
    "701502320c05f830",
    "b179add486f3c7e1",
    "b84613f12f07e198",
    "c498d017d83bf116",
    "5806e726dc53200d",
    "0669f8f5825f3f3b",
    "34d9c40d6d8e3e53",
    "f2439e35bdad88b3",
    "f6c8d84f1d6cf66e",
    "76a477f9d6f5c972",
    "95c1bd675f346c51",
    "122da061f22f818b",
    "d83a36c127d39e9e",
    "274325e2aab5c46a",
    "8f8e3c05eae30618",
    "f5e43d20b5f4d1ec",
];

/// Digits of the number that has the fewest.
const FEWEST: usize = 7;
/// Characters of the longest number, separators included.
const LONGEST: usize = 44;

/// All of a text, in order.
pub(super) fn find(text: &str) -> Vec<(Datum, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if !byte.is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let end = at
            + bytes
                .iter()
                .skip(at)
                .take_while(|byte| in_run(**byte))
                .count();
        let whole = grouped(bytes, at, end);
        let open = at.checked_sub(1).and_then(|at| bytes.get(at));
        let free =
            open.is_none_or(|byte| !matches!(byte, b'.' | b'-' | b'_' | b'/' | b'%' | b'#' | b'+'));
        let digits = bytes.get(at..whole).unwrap_or_default().iter();
        let digits = digits.filter(|byte| byte.is_ascii_digit()).count();
        let mut ends = [whole, end].into_iter().filter(|_| digits >= FEWEST);
        let datum = ends.find_map(|end| {
            let next = bytes.get(end);
            let closed = next.is_none_or(|byte| !matches!(byte, b'-' | b'_' | b'/' | b'='));
            if !free || !closed {
                return None;
            }
            let number = text.get(at..end)?;
            datum(number, &line_before(text, at)).map(|datum| (datum, at..end))
        });
        match datum {
            Some((datum, range)) => {
                at = range.end;
                found.push((datum, range));
            }
            None => at = end.max(at + 1),
        }
    }
    found
}

fn in_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// Where a number ends that goes on in groups of digits or capitals, with one separator of one kind between them.
fn grouped(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut last = end;
    let Some(&separator) = bytes
        .get(end)
        .filter(|byte| matches!(byte, b' ' | b'-' | b'.'))
    else {
        return end;
    };
    let mut separator = separator;
    while last - start < LONGEST && bytes.get(last) == Some(&separator) {
        let inside = |byte: &&u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
        let length = bytes
            .iter()
            .skip(last + 1)
            .take(20)
            .take_while(inside)
            .count();
        if length == 0 || length > 12 {
            break;
        }
        last += 1 + length;
        // `000.000.000-00`
        if separator == b'.' && bytes.get(last) == Some(&b'-') {
            separator = b'-';
        }
    }
    last
}

/// What stands on the line before a number, in small letters.
fn line_before(text: &str, at: usize) -> String {
    let from = text.ceil_char_boundary(at.saturating_sub(80));
    let before = text.get(from..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.to_ascii_lowercase()
}

fn datum(number: &str, before: &str) -> Option<Datum> {
    let bare: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    if !(8..=34).contains(&bare.len()) {
        return None;
    }
    let says = |words: &[&str]| {
        let mut parts = before.split(|c: char| !c.is_ascii_alphanumeric());
        parts.any(|part| {
            words
                .iter()
                .any(|word| part == *word || word.len() > 4 && part.contains(word))
        })
    };
    let digits: Vec<u32> = bare.chars().map_while(|c| c.to_digit(10)).collect();
    let numeric = digits.len() == bare.len();
    let is_known = || {
        let digest = crate::text::digest(bare.as_bytes());
        PUBLISHED.iter().any(|known| digest.starts_with(known))
    };
    let datum = if numeric {
        let card = is_card(&digits)
            && (is_grouped_card(number)
                || number == bare
                    && says(&[
                        "card",
                        "pan",
                        "ccnum",
                        "ccnumber",
                        "credit",
                        "visa",
                        "mastercard",
                        "amex",
                        "kreditkarte",
                    ]));
        let id = match number.as_bytes() {
            [_, _, _, b'.', _, _, _, b'.', _, _, _, b'-', _, _] => is_cpf(&digits),
            [b'7', b'5', b'6', b'.', ..] => digits.len() == 13 && is_ean(&digits),
            _ => {
                says(&["bsn"]) && is_bsn(&digits)
                    || says(&["pesel"]) && is_pesel(&digits)
                    || says(&["nir", "insee"]) && is_nir(&digits)
                    || says(&["cpf"]) && is_cpf(&digits)
            }
        };
        match (card, id) {
            (true, _) => Datum::Card,
            (_, true) => Datum::NationalId,
            _ => return None,
        }
    } else if is_iban(&bare) {
        Datum::Iban
    } else if is_codice_fiscale(&bare)
        || is_hetu(number)
        || says(&["dni", "nie", "nif"]) && is_dni(&bare)
    {
        Datum::NationalId
    } else {
        return None;
    };
    let made_up = placeholder::longest_run(bare.as_bytes()) >= 5
        || distinct(&bare) < 4
        || counts_up(&digits)
        || is_known();
    (!made_up).then_some(datum)
}

fn distinct(text: &str) -> usize {
    let mut bytes = text.as_bytes().to_vec();
    bytes.sort_unstable();
    bytes.dedup();
    bytes.len()
}

/// Seven digits that follow each other.
fn counts_up(digits: &[u32]) -> bool {
    digits.windows(7).any(|part| {
        part.windows(2).all(|pair| {
            pair.first()
                .zip(pair.last())
                .is_some_and(|(a, b)| *b == (a + 1) % 10)
        })
    })
}

/// `dddd dddd dddd dddd` or `dddd dddddd ddddd`.
fn is_grouped_card(number: &str) -> bool {
    let groups: Vec<usize> = number.split([' ', '-']).map(str::len).collect();
    groups == [4, 4, 4, 4] || groups == [4, 6, 5] || groups == [4, 4, 4, 4, 3]
}

/// Whether the sum over digits, each second one from the right doubled, ends in 0.
fn luhn(digits: &[u32]) -> bool {
    let sums = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match at % 2 {
            0 => *digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        });
    sums.sum::<u32>() % 10 == 0
}

fn is_card(digits: &[u32]) -> bool {
    let first = |count: usize| {
        digits
            .iter()
            .take(count)
            .fold(0, |number, digit| number * 10 + digit)
    };
    let (two, three, four) = (first(2), first(3), first(4));
    let issued = match digits.len() {
        13 | 19 => digits.first() == Some(&4) || two == 62 && digits.len() == 19,
        14 => (300..=305).contains(&three) || matches!(two, 36 | 38),
        15 => matches!(two, 34 | 37),
        16 => {
            digits.first() == Some(&4)
                || (51..=55).contains(&two)
                || (2221..=2720).contains(&four)
                || (3528..=3589).contains(&four)
                || four == 6011
                || (644..=649).contains(&three)
                || matches!(two, 65 | 62)
        }
        _ => false,
    };
    // Made to test with: `4000 00..` and `4242 42..`.
    issued && luhn(digits) && !matches!(first(6), 400_000 | 424_242 | 411_111 | 555_555)
}

/// Countries and how long their accounts are.
const IBANS: &str = "AD24 AE23 AL28 AT20 BA20 BE16 BG22 BR29 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 HR21 \
     HU28 IE22 IL23 IS26 IT27 KW30 LB28 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MT31 NL18 NO15 PL28 PT25 QA29 RO24 RS22 SA24 SE24 SI19 SK24 SM27 TR26 UA29 XK20";

fn is_iban(bare: &str) -> bool {
    let Some((country, rest)) = bare.split_at_checked(2) else {
        return false;
    };
    let length = IBANS
        .split_whitespace()
        .find_map(|one| one.strip_prefix(country));
    let known = length.and_then(|length| length.parse().ok()) == Some(bare.len());
    let upper = bare
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let checked = rest
        .get(..2)
        .is_some_and(|check| check.bytes().all(|byte| byte.is_ascii_digit()));
    known && upper && checked && {
        let moved = bare.chars().skip(4).chain(bare.chars().take(4));
        let values = moved.filter_map(|c| c.to_digit(36));
        values.fold(0, |rest, value| {
            (rest * if value > 9 { 100 } else { 10 } + value) % 97
        }) == 1
    }
}

/// A made-up number of a kind, so that none stands in our own repository.
pub(super) fn sample(kind: &str) -> Option<String> {
    let marks = || ('0'..='9').chain('A'..='Z');
    let bare = |text: &str| text.replace(' ', "");
    let digits = |text: &str| {
        text.chars()
            .filter_map(|c| c.to_digit(10))
            .collect::<Vec<u32>>()
    };
    match kind {
        "card" => {
            let mut all = marks().map(|last| format!("4716 2893 6420 517{last}"));
            all.find(|card| is_card(&digits(card)))
        }
        "iban" => {
            let mut all = (2..=98).map(|check| format!("DE{check:02} 3705 0198 0071 6294 53"));
            all.find(|account| is_iban(&bare(account)))
        }
        "codice-fiscale" => {
            let mut all = marks().map(|last| format!("BNCLRA72H55F205{last}"));
            all.find(|id| is_codice_fiscale(id))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(text: &str) -> Vec<Datum> {
        find(text).into_iter().map(|(datum, _)| datum).collect()
    }

    /// With its last digit, so that no whole one stands here.
    fn closed(start: &str, is_right: fn(&str) -> bool) -> String {
        let mut all = ('0'..='9')
            .chain('A'..='Z')
            .map(|last| format!("{start}{last}"));
        all.find(|one| is_right(&one.replace([' ', '.', '-'], "")))
            .unwrap()
    }

    fn digits(text: &str) -> Vec<u32> {
        text.chars().filter_map(|c| c.to_digit(10)).collect()
    }

    #[test]
    fn cards_are_found_by_shape_and_sum() {
        let card = sample("card").unwrap();
        assert_eq!(data(&format!("n = \"{card}\"")), [Datum::Card]);
        let bare = card.replace(' ', "");
        assert_eq!(data(&format!("card_number = {bare}")), [Datum::Card]);
        for text in [
            format!("order = {bare}"),
            format!("card = {}", bare.replace('7', "8")),
            "card 4242 4242 4242 4242".to_owned(),
            "card = 4111111111111111".to_owned(),
            format!("card-{bare}-x.png"),
            format!("0.{bare}"),
        ] {
            assert_eq!(data(&text), [], "{text}");
        }
    }

    #[test]
    fn accounts_are_found_by_country_and_sum() {
        let account = sample("iban").unwrap();
        assert_eq!(
            data(&format!("pay to {account}")),
            [Datum::Iban],
            "{account}"
        );
        assert_eq!(data(&account.replace(' ', "")), [Datum::Iban]);
        assert_eq!(data(&account.replace("3705", "3706")), []);
        assert_eq!(data("GB82 WEST 1234 5698 7654 32"), []);
    }

    #[test]
    fn national_ids_are_found_by_their_checks() {
        let mut all = (0..100).map(|check| format!("417.628.935-{check:02}"));
        let cpf = all.find(|cpf| is_cpf(&digits(cpf))).unwrap();
        for (text, found) in [
            (sample("codice-fiscale").unwrap(), true),
            (format!("dni: {}", closed("48213759", is_dni)), true),
            (closed("48213759", is_dni), false),
            (cpf.clone(), true),
            (cpf.replace(".935", ".936"), false),
            (
                format!(
                    "pesel {}",
                    closed("8203174629", |text| is_pesel(&digits(text)))
                ),
                true,
            ),
            (
                format!("bsn {}", closed("21973648", |text| is_bsn(&digits(text)))),
                true,
            ),
            (
                closed("131052-308", |text| {
                    is_hetu(&text.replacen("131052", "131052-", 1))
                }),
                true,
            ),
        ] {
            assert_eq!(
                data(&text),
                if found {
                    vec![Datum::NationalId]
                } else {
                    vec![]
                },
                "{text}"
            );
        }
    }
}
