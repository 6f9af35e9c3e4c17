//! Checks of national ids: which digit or letter the others make.
//!
//! Does not catch: whether the number was ever given to somebody.

/// Six letters, year, month, day, place, and a letter that is made of the others.
pub(super) fn is_codice_fiscale(bare: &str) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let bytes = bare.as_bytes();
    let shape = bytes.iter().enumerate().all(|(at, byte)| match at {
        6 | 7 | 9 | 10 | 12..=14 => byte.is_ascii_digit(),
        _ => byte.is_ascii_uppercase(),
    });
    let months = bytes
        .get(8)
        .is_some_and(|month| b"ABCDEHLMPRST".contains(month));
    let value = |at: usize, byte: u8| {
        let plain = char::from(byte)
            .to_digit(36)
            .map_or(0, |value| if value > 9 { value - 10 } else { value });
        match at % 2 {
            0 => ODD.get(plain as usize).copied().unwrap_or(0),
            _ => plain,
        }
    };
    bytes.len() == 16 && shape && months && {
        let sum: u32 = bytes
            .iter()
            .take(15)
            .enumerate()
            .map(|(at, byte)| value(at, *byte))
            .sum();
        bytes.last().map(|last| u32::from(last - b'A')) == Some(sum % 26)
    }
}

/// Eight digits, of which the first may be a letter of foreigners, and the letter of their rest by 23.
pub(super) fn is_dni(bare: &str) -> bool {
    let Some((number, letter)) = bare.split_at_checked(8).filter(|_| bare.len() == 9) else {
        return false;
    };
    let number = number
        .replacen('X', "0", 1)
        .replacen('Y', "1", 1)
        .replacen('Z', "2", 1);
    let rest = number.parse::<usize>().ok().map(|number| number % 23);
    rest.and_then(|rest| "TRWAGMYFPDXBNJZSQVHLCKE".get(rest..=rest)) == Some(letter)
}

/// `DDMMYY-NNNC`: the letter of the rest of all digits by 31.
pub(super) fn is_hetu(number: &str) -> bool {
    let bytes = number.as_bytes();
    let shape = bytes.len() == 11 && matches!(bytes.get(6), Some(b'-' | b'A'));
    let digits = [number.get(..6), number.get(7..10)]
        .map(Option::unwrap_or_default)
        .concat();
    let day = digits.get(..2).and_then(|day| day.parse().ok());
    let month = digits.get(2..4).and_then(|month| month.parse().ok());
    let dated = day.is_some_and(|day: u32| (1..=31).contains(&day))
        && month.is_some_and(|month: u32| (1..=12).contains(&month));
    let rest = digits.parse::<usize>().ok().map(|number| number % 31);
    let letter = rest.and_then(|rest| "0123456789ABCDEFHJKLMNPRSTUVWXY".get(rest..=rest));
    shape && dated && letter.is_some() && letter == number.get(10..)
}

/// The sum of digits, each with a weight, by a number.
fn weighted(digits: &[u32], weights: &[u32], by: u32) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum::<u32>()
        % by
}

/// Two digits that the nine before them make.
pub(super) fn is_cpf(digits: &[u32]) -> bool {
    let check = |weights: &[u32]| weighted(digits, weights, 11) * 10 % 11 % 10;
    let wanted = [
        check(&[10, 9, 8, 7, 6, 5, 4, 3, 2]),
        weighted(digits, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2], 11) * 10 % 11 % 10,
    ];
    digits.len() == 11 && digits.get(9..) == Some(wanted.as_slice())
}

/// Thirteen digits whose weighted sum ends in 0.
pub(super) fn is_ean(digits: &[u32]) -> bool {
    weighted(digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1], 10) == 0
}

/// Nine digits, the last of which the others make by 11.
pub(super) fn is_bsn(digits: &[u32]) -> bool {
    let last = digits.last().copied().unwrap_or(0);
    digits.len() == 9 && weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2], 11) == last
}

/// Eleven digits whose weighted sum ends in 0.
pub(super) fn is_pesel(digits: &[u32]) -> bool {
    digits.len() == 11 && weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1], 10) == 0
}

/// Thirteen digits, and 97 less their rest by 97.
pub(super) fn is_nir(digits: &[u32]) -> bool {
    let rest = digits
        .iter()
        .take(13)
        .fold(0, |rest, digit| (rest * 10 + digit) % 97);
    let key = digits
        .iter()
        .skip(13)
        .take(2)
        .fold(0, |key, digit| key * 10 + digit);
    digits.len() == 15 && key == 97 - rest
}
