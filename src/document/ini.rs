//! INI: sections of keys, as configparser reads them.
//!
//! Does not catch: keys before the first section.

use super::{Item, Value};

/// Sections of keys; indented lines go on with the value before them.
pub(crate) fn ini(text: &str) -> Item {
    let mut sections: Vec<(String, Item)> = Vec::new();
    for (number, line) in (1u32..).zip(text.lines()) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            let empty = Item {
                line: number,
                value: Value::Map(Vec::new()),
            };
            sections.push((name.to_owned(), empty));
            continue;
        }
        let Some((
            _,
            Item {
                value: Value::Map(entries),
                ..
            },
        )) = sections.last_mut()
        else {
            continue;
        };
        if line.starts_with([' ', '\t']) {
            if let Some((
                _,
                Item {
                    value: Value::Scalar(text),
                    ..
                },
            )) = entries.last_mut()
            {
                text.push('\n');
                text.push_str(trimmed);
            }
        } else if let Some((key, value)) = line.split_once(['=', ':']) {
            entries.push((key.trim().to_owned(), Item::scalar(number, value.trim())));
        }
    }
    Item {
        line: 1,
        value: Value::Map(sections),
    }
}
