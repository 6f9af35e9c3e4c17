//! Which characters hide, where they are at home, and what they spell.
//!
//! Sources: UAX #9 (bidirectional controls), UAX #44 `Default_Ignorable_Code_Point`, UTS #51 (emoji
//! sequences), UTS #37 (ideographic variation).
//!
//! Does not catch: blanks that are as wide as a letter (no-break space), which a reader can see.

use unicode_script::{Script, UnicodeScript};

/// Why a character is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Embeddings, overrides, isolates: the line is shown in another order than it is read.
    Bidi,
    /// No width: spaces, joiners, directional marks, fillers.
    ZeroWidth,
    /// The tag block: a copy of ASCII that is never shown.
    Tag,
    /// Chooses a glyph for the character before it; a run of them carries bytes.
    Selector,
    /// Moves the cursor of a terminal, or begins a line where a reader sees none.
    Control,
}

impl Class {
    /// All of them.
    pub(super) const ALL: [Class; 5] = [
        Class::Bidi,
        Class::ZeroWidth,
        Class::Tag,
        Class::Selector,
        Class::Control,
    ];
}

/// Neighbouring characters of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) class: Class,
    /// Index of the first character in the line.
    pub(super) start: usize,
    pub(super) text: String,
}

fn class(c: char) -> Option<Class> {
    Some(match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Class::Bidi,
        '\u{ad}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}' => Class::ZeroWidth,
        '\u{e0000}'..='\u{e007f}' => Class::Tag,
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => Class::Selector,
        // A form feed parts pages, and hides nothing.
        '\t' | '\n' | '\u{c}' => return None,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => Class::Control,
        _ => return None,
    })
}

/// Whether a text may hold a run at all: most are ASCII, and need no closer look.
pub(super) fn may_hide(text: &str) -> bool {
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let plain = match byte {
            b'\r' => bytes.peek().is_none_or(|next| *next == b'\n'),
            b'\t' | b'\n' | b'\x0c' => true,
            _ => (b' '..=b'~').contains(&byte),
        };
        if !plain {
            return true;
        }
    }
    false
}

/// The runs of a line that are not at home where they stand.
pub(super) fn runs(line: &str, first_line_of_file: bool) -> Vec<Run> {
    let chars: Vec<char> = line.chars().collect();
    let right_to_left = chars.iter().any(|c| is_right_to_left(*c));
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        match class(*c) {
            Some(found) => {
                at = take(
                    &chars,
                    at,
                    found,
                    first_line_of_file,
                    right_to_left,
                    &mut runs,
                );
            }
            None => at += 1,
        }
    }
    runs
}

fn take(
    chars: &[char],
    start: usize,
    found: Class,
    first_line_of_file: bool,
    right_to_left: bool,
    runs: &mut Vec<Run>,
) -> usize {
    let rest = chars.get(start..).unwrap_or_default();
    let run: Vec<char> = rest
        .iter()
        .copied()
        .take_while(|c| class(*c) == Some(found))
        .collect();
    let end = start + run.len();
    let before = start.checked_sub(1).and_then(|at| chars.get(at)).copied();
    let after = chars.get(end).copied();
    let at_home = match (found, run.as_slice()) {
        (Class::Bidi, _) => false,
        (Class::ZeroWidth, ['\u{feff}']) => first_line_of_file && start == 0,
        (Class::ZeroWidth, ['\u{200e}' | '\u{200f}' | '\u{61c}']) => right_to_left,
        (Class::ZeroWidth, ['\u{200c}' | '\u{200d}']) => {
            joins_letters(chars, start)
                || (before.is_some_and(in_emoji) && after.is_some_and(is_pictograph))
        }
        (Class::ZeroWidth, ['\u{200b}' | '\u{2060}']) => {
            before.is_some_and(writes_without_spaces) || after.is_some_and(writes_without_spaces)
        }
        (Class::ZeroWidth, ['\u{3164}' | '\u{115f}' | '\u{1160}' | '\u{ffa0}']) => {
            let hangul = |c: char| c.script() == Script::Hangul;
            before.is_some_and(hangul) || after.is_some_and(hangul)
        }
        // The blank among the patterns of dots, where such patterns stand.
        (Class::ZeroWidth, run) if run.iter().all(|c| *c == '\u{2800}') => {
            chars.iter().any(|c| matches!(c, '\u{2801}'..='\u{28ff}'))
        }
        (Class::ZeroWidth, _) => false,
        // England, Scotland, Wales: a black flag, up to six tags, and the cancel tag.
        (Class::Tag, tags) => {
            before == Some('\u{1f3f4}') && tags.len() <= 7 && tags.last() == Some(&'\u{e007f}')
        }
        (Class::Selector, [one]) => {
            *one <= '\u{fe0f}' || before.is_some_and(|c| c.script() == Script::Han)
        }
        (Class::Selector, _) => false,
        // Windows' line ends, also where they were made twice.
        (Class::Control, run) => after.is_none() && run.iter().all(|c| *c == '\r'),
    };
    if !at_home {
        runs.push(Run {
            class: found,
            start,
            text: run.into_iter().collect(),
        });
    }
    end
}

/// Whether the line has letters that are written from right to left.
pub(super) fn has_right_to_left(line: &str) -> bool {
    line.chars().any(is_right_to_left)
}

fn is_right_to_left(c: char) -> bool {
    !c.is_ascii()
        && c.is_alphabetic()
        && matches!(
            c.script(),
            Script::Arabic
                | Script::Hebrew
                | Script::Syriac
                | Script::Thaana
                | Script::Nko
                | Script::Adlam
        )
}

/// Whether isolates and embeddings of the line are closed on it, and none overrides the order.
pub(super) fn is_balanced(line: &str) -> bool {
    let (mut isolates, mut embeddings) = (0i64, 0i64);
    for c in line.chars() {
        match c {
            '\u{202d}' | '\u{202e}' => return false,
            '\u{2066}'..='\u{2068}' => isolates += 1,
            '\u{2069}' => isolates -= 1,
            '\u{202a}' | '\u{202b}' => embeddings += 1,
            '\u{202c}' => embeddings -= 1,
            _ => {}
        }
        if isolates < 0 || embeddings < 0 {
            return false;
        }
    }
    isolates == 0 && embeddings == 0
}

/// Joiners shape the letters of Arabic, Indic and related scripts.
fn joins_letters(chars: &[char], at: usize) -> bool {
    let shaped = |c: &char| {
        !matches!(
            c.script(),
            Script::Common
                | Script::Inherited
                | Script::Unknown
                | Script::Latin
                | Script::Greek
                | Script::Cyrillic
                | Script::Han
                | Script::Hiragana
                | Script::Katakana
                | Script::Hangul
        )
    };
    let before = chars.get(..at).unwrap_or_default();
    before
        .iter()
        .rev()
        .find(|c| c.script() != Script::Inherited)
        .is_some_and(shaped)
}

/// Scripts that put no space between words: a zero-width space says where a line may break.
fn writes_without_spaces(c: char) -> bool {
    matches!(
        c.script(),
        Script::Thai
            | Script::Lao
            | Script::Khmer
            | Script::Myanmar
            | Script::Tibetan
            | Script::Han
            | Script::Hiragana
            | Script::Katakana
    )
}

fn in_emoji(c: char) -> bool {
    is_pictograph(c) || c == '\u{fe0f}' || c == '\u{20e3}'
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// What a run spells, where it spells something: tag characters stand for ASCII, variation selectors
/// for bytes, zero-width characters for bits.
pub(super) fn decoded(run: &Run) -> Option<String> {
    let numbers = run.text.chars().map(u32::from);
    let bytes: Vec<u8> = match run.class {
        Class::Bidi | Class::Control => return None,
        Class::Tag => numbers
            .filter(|n| (0xe0020..0xe007f).contains(n))
            .filter_map(|n| u8::try_from(n - 0xe0000).ok())
            .collect(),
        Class::Selector => numbers
            .map(|n| {
                if n >= 0xe0100 {
                    n - 0xe0100 + 16
                } else {
                    n - 0xfe00
                }
            })
            .filter_map(|n| u8::try_from(n).ok())
            .collect(),
        Class::ZeroWidth => return bits(&run.text),
    };
    readable(bytes)
}

fn readable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    let plain = |c: char| !c.is_control() || c.is_whitespace();
    (!text.is_empty() && text.chars().all(plain)).then_some(text)
}

/// Two characters as bits, eight to a byte, either way round.
fn bits(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let one = chars.iter().find(|c| Some(*c) != chars.first())?;
    if chars.len() < 16 || !chars.len().is_multiple_of(8) {
        return None;
    }
    [false, true].into_iter().find_map(|inverted| {
        let bytes = chars
            .chunks_exact(8)
            .map(|eight| {
                eight
                    .iter()
                    .fold(0u8, |byte, c| byte << 1 | u8::from((c == one) != inverted))
            })
            .collect();
        readable(bytes).filter(|text| text.is_ascii())
    })
}

/// What the bidirectional controls are called.
pub(super) fn bidi_name(c: char) -> &'static str {
    match c {
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        _ => "pop directional isolate",
    }
}

/// Whether a run is an escape that begins a colour or a weight (ECMA-48, SGR), and neither conceals nor moves: what a
/// program printed, as tests keep it.
pub(super) fn is_colour(run: &Run, line: &str) -> bool {
    const CONCEAL: &str = "8";
    let from = run.start + run.text.chars().count();
    let Some((at, _)) = line.char_indices().nth(from) else {
        return false;
    };
    let rest = line.get(at..).and_then(|rest| rest.strip_prefix('['));
    let Some((parameters, _)) = rest.and_then(|rest| rest.split_once('m')) else {
        return false;
    };
    let mut of = parameters.split([';', ':']);
    while let Some(one) = of.next() {
        let left = match one {
            // A colour of the palette, or of three parts.
            "38" | "48" => match of.next() {
                Some("5") => 1,
                Some("2") => 3,
                _ => return false,
            },
            CONCEAL => return false,
            _ if one.chars().all(|c| c.is_ascii_digit()) => 0,
            _ => return false,
        };
        for _ in 0..left {
            of.next();
        }
    }
    run.text == "\u{1b}"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<Class> {
        runs(line, false).iter().map(|run| run.class).collect()
    }

    #[test]
    fn what_is_at_home_is_silent() {
        for line in [
            "plain",
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "\u{2764}\u{fe0f}\u{200d}\u{1f525}",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{915}\u{94d}\u{200d}\u{937}",
            "\u{e01}\u{200b}\u{e02}",
            "\u{5d0} (x)\u{200f}",
            "\u{845b}\u{e0100}",
            "x = 1\r",
            "\u{c}",
        ] {
            assert_eq!(found(line), [], "{line:?}");
        }
        assert_eq!(runs("\u{feff}x", true), []);
    }

    #[test]
    fn what_is_not_at_home_is_found() {
        assert_eq!(found("a\u{202e}b"), [Class::Bidi]);
        assert_eq!(found("a\u{200b}b"), [Class::ZeroWidth]);
        assert_eq!(found("a\u{200d}b"), [Class::ZeroWidth]);
        assert_eq!(found("\u{feff}x"), [Class::ZeroWidth]);
        assert_eq!(found("a\u{e0061}"), [Class::Tag]);
        assert_eq!(found("\u{263a}\u{fe0f}\u{fe01}"), [Class::Selector]);
        assert_eq!(found("a\u{200f}"), [Class::ZeroWidth]);
        assert_eq!(found("# fine\rrun()"), [Class::Control]);
        assert_eq!(found("a\u{1b}[2K"), [Class::Control]);
    }

    #[test]
    fn hidden_text_is_decoded() {
        let tags: String = "Hi!"
            .chars()
            .filter_map(|c| char::from_u32(0xe0000 + u32::from(c)))
            .collect();
        assert_eq!(decoded(&runs(&tags, false)[0]).as_deref(), Some("Hi!"));
        let selectors: String = "Hi!"
            .bytes()
            .filter_map(|b| char::from_u32(0xe0100 + u32::from(b) - 16))
            .collect();
        assert_eq!(
            decoded(&runs(&format!("x{selectors}"), false)[0]).as_deref(),
            Some("Hi!")
        );
        let bits: String = "Hi"
            .bytes()
            .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
            .map(|bit| if bit == 1 { '\u{200c}' } else { '\u{200b}' })
            .collect();
        assert_eq!(decoded(&runs(&bits, false)[0]).as_deref(), Some("Hi"));
    }
}
