//! How much a text looks like drawn by chance, and how much like words.
//!
//! Words of source code and prose follow each other's letters; a random token does not. The costs are
//! half bits of an order-1 model over the distinct words and parts of identifiers of public Python and
//! Rust repositories and their documentation (about 16,000 words).
//!
//! Does not catch: a passphrase of plain words; a random text of only a few letters.

/// Row: the letter before (first row: none); column: the letter; half bits, `a` is 0.
const COSTS: [&[u8; 26]; 27] = [
    b"ijhijjlkjonkiklipihikmkqqp",
    b"qjijsolqksmgjgvktgiglnppmp",
    b"gmkogposhmufpqhpzijnhssslr",
    b"gtlqgrtgjrijqufsvkmhktruos",
    b"iprmeqosgrymrpitxmkpkqstou",
    b"jojhmmnrosqjkgqlofgjqnpkps",
    b"hqpnhhoueyxipqgsyjmkixtrmr",
    b"jprsftkjiyvkokkqzikojttzrs",
    b"fqrsfsztguslongrvjmikxrzmw",
    b"klikjlkurtpjjehlrkihrlwovl",
    b"frqpexxqiomoxrglpxirgxqtxx",
    b"hqpmeonqgttkrliqtnhjkrnznu",
    b"gqplfpqsftphpphpvulkkptziv",
    b"fkpoepqvhupnkphgvqkokrutnw",
    b"irihhmfrjsnoqmjrurhgmnstoq",
    b"nljjpnmtnqmiiekkvgjkiljprt",
    b"gtpogqpmizrhsshjxgljktsrlw",
    b"mtxooxtprxxmpnmorolnbpptxq",
    b"gplleomrhxnmkmhovlijloqxls",
    b"ktkrgqqkiwonppkjssigjspvnt",
    b"hrmpfqvjfzvmpripyijkkuprlt",
    b"jjjlimkujrphjfojzgggqrxpsr",
    b"ftotcuqrfzxsqsixzqoqnoxspx",
    b"fopngpqiftrntihszijnquovnz",
    b"jphnhoznhwwonqngwsofotshko",
    b"knmpkrorktrlmklizojjrrnsrn",
    b"goppdpsohqvmnokovslskvpzli",
];

/// What the characters of a text are like.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Looks {
    /// Characters.
    pub(super) length: usize,
    /// Shannon entropy, bits a character.
    pub(super) entropy: f64,
    /// Mean cost of a character under the word model, bits.
    pub(super) surprise: f64,
    /// Digits.
    pub(super) digits: usize,
    /// Lower-case letters.
    pub(super) lower: usize,
    /// Upper-case letters.
    pub(super) upper: usize,
    /// Neither letters nor digits.
    pub(super) other: usize,
}

impl Looks {
    /// Letters.
    pub(super) fn letters(&self) -> usize {
        self.lower + self.upper
    }

    /// How many of lower case, upper case and digits there are.
    pub(super) fn classes(&self) -> usize {
        [self.digits, self.lower, self.upper]
            .iter()
            .filter(|&&count| count > 0)
            .count()
    }
}

/// Looks at a text.
pub(super) fn looks(text: &str) -> Looks {
    let mut looks = Looks {
        entropy: entropy(text),
        ..Looks::default()
    };
    let (mut half_bits, mut before) = (0u32, b' ');
    for byte in text.bytes() {
        looks.length += 1;
        match byte {
            b'0'..=b'9' => looks.digits += 1,
            b'a'..=b'z' => looks.lower += 1,
            b'A'..=b'Z' => looks.upper += 1,
            _ => looks.other += 1,
        }
        half_bits += cost(before, byte);
        before = byte;
    }
    if looks.length > 0 {
        looks.surprise = f64::from(half_bits) / 2.0 / looks.length as f64;
    }
    looks
}

fn row(letter: u8) -> Option<usize> {
    letter
        .is_ascii_alphabetic()
        .then(|| usize::from(letter.to_ascii_lowercase() - b'a'))
}

fn cost(before: u8, byte: u8) -> u32 {
    let Some(column) = row(byte) else {
        return match (before, byte) {
            // A number goes on, or begins after a break.
            (b'0'..=b'9', b'0'..=b'9') => 7,
            (_, b'0'..=b'9') if !before.is_ascii_alphabetic() => 8,
            (_, b'0'..=b'9') => 14,
            (_, b'-' | b'_' | b'.' | b' ' | b'/') => 6,
            _ => 12,
        };
    };
    let begins = match row(before) {
        None if before.is_ascii_digit() => return 16,
        None => true,
        // `camelCase`: a capital after a small letter begins a word.
        Some(_) if before.is_ascii_lowercase() && byte.is_ascii_uppercase() => {
            return 2 + letter_cost(0, column);
        }
        Some(_) => false,
    };
    let at = if begins {
        0
    } else {
        row(before).map_or(0, |at| at + 1)
    };
    // `ABcd`: a small letter after several capitals is a turn too, a cheap one.
    letter_cost(at, column)
}

fn letter_cost(row: usize, column: usize) -> u32 {
    COSTS
        .get(row)
        .and_then(|row| row.get(column))
        .map_or(16, |&letter| u32::from(letter - b'a'))
}

/// Shannon entropy of the bytes, in bits a byte.
pub(crate) fn entropy(text: &str) -> f64 {
    let mut counts = [0u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = text.len() as f64;
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| {
            let share = f64::from(count) / total;
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_no_surprise_and_random_letters_are() {
        for words in [
            "access_token_expires",
            "getUserCredentials",
            "application",
            "primary-key-columns",
            "Configuration",
        ] {
            let looks = looks(words);
            assert!(looks.surprise < 4.2, "{words}: {}", looks.surprise);
        }
        for random in [
            concat!("qX7vJ", "9zKp2", "WmR4t"),
            concat!("zqxkv", "jwpfg", "bhxzt"),
            concat!("a8f3k", "2m9x1", "b7q4z"),
        ] {
            let looks = looks(random);
            assert!(looks.surprise > 4.6, "{random}: {}", looks.surprise);
        }
    }

    #[test]
    fn entropy_of_one_letter_is_nothing() {
        assert_eq!(entropy("aaaa"), 0.0);
        assert_eq!(entropy("abcd"), 2.0);
    }
}
