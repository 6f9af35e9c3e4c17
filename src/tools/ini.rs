//! INI as Python's `configparser` reads it, so that no line has one section for us and another one for the tool: the
//! ends of lines, the blanks, indented headers and options, and what goes on with the value before it.
//!
//! Does not catch: readers of INI that are not Python's.

/// The section whose keys hold in all others.
const EVERYWHERE: &str = "DEFAULT";

/// A line, with where it belongs.
pub(super) struct Line<'t> {
    /// The header that it stands under, without the outermost brackets.
    section: Option<&'t str>,
    /// The option that it begins; none where it goes on with the one before, or is no option.
    pub(super) key: Option<&'t str>,
    /// The value, or a part of it.
    pub(super) value: Option<&'t str>,
    /// As it stands in the file.
    pub(super) text: &'t str,
}

impl Line<'_> {
    /// Whether it is of the section `name`, of one whose name goes on from it (`name-*`, `name:*`), or of the section
    /// that holds in every other one. Versions of Python end a header at its first or at its last bracket.
    pub(super) fn is_of(&self, name: &str) -> bool {
        self.section.is_some_and(|section| {
            let first = section.split(']').next().unwrap_or(section);
            [section, first].into_iter().any(|section| {
                section == EVERYWHERE
                    || section
                        .strip_prefix(name)
                        .is_some_and(|more| more.is_empty() || more.starts_with(['-', ':']))
            })
        })
    }
}

/// What Python takes for a blank.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    let (mut section, mut has_option, mut indent) = (None, false, 0);
    for text in text.split_terminator('\n').flat_map(|line| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        line.split('\r')
    }) {
        let trimmed = text.trim_matches(is_blank);
        let mut line = Line {
            section,
            key: None,
            value: None,
            text,
        };
        if !trimmed.is_empty() && !trimmed.starts_with(['#', ';']) {
            let at = text.chars().take_while(|c| is_blank(*c)).count();
            if section.is_some() && has_option && at > indent {
                line.value = Some(trimmed);
            } else {
                indent = at;
                let header = trimmed.strip_prefix('[').and_then(|rest| {
                    let end = rest.rfind(']')?;
                    rest.get(..end).filter(|name| !name.is_empty())
                });
                if let Some(name) = header {
                    (section, has_option) = (Some(name), false);
                    line.section = section;
                } else {
                    let (key, value) = trimmed.split_once(['=', ':']).unwrap_or((trimmed, ""));
                    line.key = Some(key.trim_end_matches(is_blank));
                    line.value = Some(value.trim_matches(is_blank));
                    has_option = true;
                }
            }
        }
        found.push(line);
    }
    found
}

/// The lines of a section and of those that belong to it, and all others.
pub(super) fn split(text: &str, name: &str) -> (String, String) {
    let (mut ours, mut rest) = (String::new(), String::new());
    for line in lines(text) {
        let to = if line.is_of(name) {
            &mut ours
        } else {
            &mut rest
        };
        to.push_str(line.text);
        to.push('\n');
    }
    (ours, rest)
}

/// The lines of a section and of those that belong to it; none where it has none.
pub(super) fn sections(text: &str, name: &str) -> Option<String> {
    let kept = split(text, name).0;
    (!kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_belongs_where_configparser_has_it() {
        let keys = |text: &str| -> Vec<String> {
            let of_mypy = lines(text).into_iter().filter(|line| line.is_of("mypy"));
            of_mypy
                .filter_map(|line| Some(format!("{}={}", line.key?, line.value?)))
                .collect()
        };
        for (text, wanted) in [
            ("[mypy]\na = 1\n", &["a=1"][..]),
            // Indented, where nothing goes on.
            ("[x]\n  [mypy]\n  a = 1\n", &["a=1"]),
            // It goes on with `b`.
            ("[x]\nb = 1\n  [mypy]\n  a = 1\n", &[]),
            ("[x]\rb = 1\r[mypy]\ra: 1\r", &["a=1"]),
            ("[x]\r\n[mypy]\r\na = 1\r\n", &["a=1"]),
            ("[DEFAULT]\na = 1\n[x]\nb = 1\n", &["a=1"]),
            ("[mypy] more]\na = 1\n", &["a=1"]),
            ("[mypy-a.*]\na = 1\n[mypyc]\nb = 1\n", &["a=1"]),
            ("\u{1f}[mypy]\na = 1\n", &["a=1"]),
            ("# [mypy]\na = 1\n", &[]),
        ] {
            assert_eq!(keys(text), wanted, "{text:?}");
        }
    }
}
