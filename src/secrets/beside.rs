//! Names whose value stands apart from them: behind the verb of a command (`ENV NAME value`), in the next field of an
//! entry (`name: NAME` above `value: ..`), or as a part of a connection string.
//!
//! Every look is bounded.
//!
//! Does not catch: an entry with more than a few fields between name and value, or with a list or an object there.

use std::ops::Range;

use super::url;

/// Bytes that are looked at around a name.
const AROUND: usize = 320;
/// Fields of an entry between its name and its value.
const FIELDS: usize = 4;

/// Words behind which a name and its value follow, with the word before where that must be another.
const VERBS: &[(&str, &str)] = &[
    ("", "ENV"),
    ("", "setenv"),
    ("", "SetEnv"),
    ("", "setx"),
    ("", "fastcgi_param"),
    ("set", "-x"),
    ("set", "-gx"),
    ("set", "-xg"),
    ("set", "-Ux"),
    ("set", "--export"),
    ("config", "set"),
    ("config", "--global"),
    ("config", "--local"),
    ("configure", "set"),
];

/// Whether the words before a name make what follows it its value.
pub(super) fn is_commanded(text: &str, name: &Range<usize>) -> bool {
    let first = text.ceil_char_boundary(name.start.saturating_sub(96));
    let before = text.get(first..name.start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    if !line.ends_with([' ', '\t']) {
        return false;
    }
    let mut words = line.split_whitespace().rev();
    let (last, other) = (words.next(), words.next());
    VERBS
        .iter()
        .any(|(before, verb)| last == Some(verb) && (before.is_empty() || other == Some(before)))
}

/// Where the value of an entry begins whose name stands at `name`; `None` where the name is of no entry.
pub(super) fn value_of_entry(text: &str, name: &Range<usize>) -> Option<usize> {
    let first = text.ceil_char_boundary(name.start.saturating_sub(AROUND));
    let before = text.get(first..name.start)?;
    let key = key_before(before)?;
    let last = text.floor_char_boundary(text.len().min(name.end + AROUND));
    let after = text.get(name.end..last)?;
    if let Some(at) = behind(after) {
        return Some(name.end + at);
    }
    above(before.get(..key)?).map(|at| first + at)
}

/// Where the key begins that ends a text, when it is one that holds a name: `name: "`, `"key":"`, `<name>`.
fn key_before(before: &str) -> Option<usize> {
    let bare = before.trim_end_matches(['"', '\'', '\\']);
    let bare = bare.trim_end_matches([' ', '\t']);
    let key = bare
        .strip_suffix([':', '=', '>'])?
        .trim_end_matches([' ', '\t', '"', '\'', '\\', '=']);
    let word = key.rsplit(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let known = ["name", "key", "variable", "parameterkey", "parametername"];
    let known = known.iter().any(|known| word.eq_ignore_ascii_case(known));
    known.then(|| key.len() - word.len())
}

fn is_value(word: &str) -> bool {
    let known = ["value", "val", "default", "defaultvalue", "parametervalue"];
    known.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// A field of an entry: its key, and where what stands behind its operator begins.
fn field(text: &str, from: usize) -> Option<(&str, usize)> {
    let rest = text.get(from..)?;
    let breaks = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\' | ',' | ';');
    // `</name>` of an element ends the name.
    let closed = rest.strip_prefix("</").map(|rest| rest.find('>'));
    let start = match closed {
        Some(end) => 2 + end? + 1,
        None => 0,
    };
    let key = rest.get(start..)?.trim_start_matches(breaks);
    let key = key.strip_prefix('<').unwrap_or(key);
    let at = text.len() - key.len();
    let length = key.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let word = key.get(..length)?;
    let operator = key.get(length..)?;
    let operator = operator.trim_start_matches(['"', '\'', '\\', ' ']);
    let behind = operator.strip_prefix([':', '=', '>'])?;
    let behind = behind.strip_prefix('>').unwrap_or(behind);
    (!word.is_empty()).then(|| (word, at + (key.len() - behind.len())))
}

/// Where the value stands behind the name.
fn behind(after: &str) -> Option<usize> {
    let mut at = 0;
    for _ in 0..FIELDS {
        let (word, next) = field(after, at)?;
        if is_value(word) {
            return Some(next);
        }
        let rest = after.get(next..)?;
        let length = rest.find(['\n', ',', '{', '}', '[', ']'])?;
        if rest.get(length..)?.starts_with(['{', '}', '[', ']']) {
            return None;
        }
        at = next + length;
    }
    None
}

/// Where the value stands above the name: in the field before it.
fn above(before: &str) -> Option<usize> {
    let begin = before.rfind(['{', '}', '[', ']']).map_or(0, |at| at + 1);
    let own = before.get(begin..)?;
    let lines = own.trim_end().rfind('\n').map_or(0, |at| at + 1);
    let (mut at, line) = (0, own.get(lines..)?);
    for _ in 0..FIELDS {
        let (word, next) = field(line.trim_start_matches([' ', '-']), at)?;
        let skipped = line.len() - line.trim_start_matches([' ', '-']).len();
        if is_value(word) {
            return Some(begin + lines + skipped + next);
        }
        at = next + line.get(skipped + next..)?.find(',')?;
    }
    None
}

/// Whether what stands at `name`, with a value that ends at `end`, is a part of a connection string to another
/// machine: `Server=db;User Id=app;Password=..` or `host=db user=app password=..` in a literal.
pub(super) fn is_of_connection(text: &str, name: &Range<usize>, end: usize) -> bool {
    const HOSTS: &[&str] = &[
        "server=",
        "host=",
        "data source=",
        "hostname=",
        "addr=",
        "address=",
        "endpoint=",
    ];
    const OTHERS: &[&str] = &[
        "user id=",
        "uid=",
        "user=",
        "username=",
        "dbname=",
        "database=",
        "initial catalog=",
        "accountname=",
    ];
    let first = text.ceil_char_boundary(name.start.saturating_sub(AROUND));
    let last = text.floor_char_boundary(text.len().min(end.saturating_add(AROUND)));
    let quote = |c: char| matches!(c, '"' | '\'' | '`' | '\n');
    let before = text.get(first..name.start).unwrap_or_default();
    let Some(open) = before.rfind(quote) else {
        return false;
    };
    let after = text.get(end..last).unwrap_or_default();
    let close = after.find(quote).unwrap_or(after.len());
    let whole = text.get(first + open..end + close).unwrap_or_default();
    if whole.starts_with('\n') {
        return false;
    }
    let lower = whole.to_ascii_lowercase();
    let host = HOSTS.iter().find_map(|key| lower.split_once(key));
    let host = host.map(|(_, rest)| {
        rest.split([';', ' ', ',', ':', '/', '"', '\''])
            .next()
            .unwrap_or_default()
    });
    let host = host.map(|host| host.trim_start_matches("tcp"));
    let other = OTHERS.iter().any(|key| lower.contains(key));
    match host {
        Some(host) => {
            !matches!(host, "." | "(local)" | "(localdb)\\mssqllocaldb") && !url::is_local(host)
        }
        None => other && !lower.contains("localhost") && !lower.contains("127.0.0.1"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, name: &str) -> Range<usize> {
        let at = text.find(name).unwrap();
        at..at + name.len()
    }

    fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
        let start = value_of_entry(text, &at(text, name))?;
        text.get(start..)?
            .trim_matches([' ', '"', '}', '\n', '-', '>', '/'])
            .split(['"', '<', '\n'])
            .next()
    }

    #[test]
    fn the_value_of_an_entry_is_found() {
        for text in [
            "- name: DB_PW\n  value: v1\n",
            "{\"name\": \"DB_PW\", \"value\": \"v1\"}",
            "{\"Key\":\"DB_PW\",\"Type\":\"String\",\"Value\":\"v1\"}",
            "{\"value\": \"v1\", \"name\": \"DB_PW\"}",
            "<property><name>DB_PW</name>\n <value>v1</value></property>",
            "{\n  name  = \"DB_PW\"\n  value = \"v1\"\n}",
            "- key: DB_PW\n  scope: x\n  value: v1\n",
        ] {
            assert_eq!(value(text, "DB_PW"), Some("v1"), "{text}");
        }
    }

    #[test]
    fn what_is_no_entry_has_no_value() {
        for text in [
            "DB_PW: x\nvalue: v1\n",
            "- name: DB_PW\n  valueFrom:\n    secretKeyRef: {name: a, key: b}\n",
            "{\"name\": \"DB_PW\"}, {\"name\": \"X\", \"value\": \"v1\"}",
        ] {
            assert_eq!(value(text, "DB_PW"), None, "{text}");
        }
    }

    #[test]
    fn a_verb_stands_before_the_name() {
        for text in [
            "ENV DB_PW v",
            "set -gx DB_PW v",
            "aws configure set DB_PW v",
        ] {
            assert!(is_commanded(text, &at(text, "DB_PW")), "{text}");
        }
        for text in ["the DB_PW v", "set DB_PW v", "ENVDB_PW v"] {
            assert!(!is_commanded(text, &at(text, "DB_PW")), "{text}");
        }
    }

    #[test]
    fn a_connection_string_names_a_host_or_a_user() {
        for (text, told) in [
            ("c = \"Server=db1;User Id=a;Password=x1;\"", true),
            (
                "c = \"host=db user=a password=x1 dbname=d\""
                    .replace("password", "Password")
                    .as_str(),
                true,
            ),
            ("c = \"Server=localhost;Password=x1;\"", false),
            ("c = \"Theme=dark;Password=x1;\"", false),
            ("Server=db1;Password=x1;", false),
        ] {
            let name = at(text, "Password");
            let end = name.end + 3;
            assert_eq!(is_of_connection(text, &name, end), told, "{text}");
        }
    }
}
