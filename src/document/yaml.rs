//! YAML: the events of the parser as a tree.

use super::{ALIASED, DEEPEST, Item, Value};

/// The first document of a YAML text.
pub(crate) fn yaml(text: &str) -> Option<Item> {
    use saphyr_parser::{Event, Parser};
    // An open map holds the key that waits for its value.
    struct Open {
        item: Item,
        key: Option<String>,
        anchor: usize,
    }
    let mut stack: Vec<Open> = Vec::new();
    let mut anchors: std::collections::BTreeMap<usize, Item> = std::collections::BTreeMap::new();
    let mut aliased = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let line = u32::try_from(span.start.line()).unwrap_or(u32::MAX);
        let (done, anchor) = match event {
            Event::Scalar(text, _, anchor, _) => (Item::scalar(line, text.into_owned()), anchor),
            Event::Alias(anchor) => {
                let named = anchors.get(&anchor);
                let size = named.map_or(0, Item::size);
                aliased += size;
                match named.filter(|_| aliased <= ALIASED) {
                    Some(item) => (item.clone(), 0),
                    None => (Item::scalar(line, "*"), 0),
                }
            }
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _)
                if stack.len() < DEEPEST =>
            {
                let value = if matches!(event, Event::SequenceStart(..)) {
                    Value::List(Vec::new())
                } else {
                    Value::Map(Vec::new())
                };
                stack.push(Open {
                    item: Item { line, value },
                    key: None,
                    anchor,
                });
                continue;
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => return None,
            Event::SequenceEnd | Event::MappingEnd => {
                let open = stack.pop()?;
                (open.item, open.anchor)
            }
            Event::DocumentEnd => return None,
            _ => continue,
        };
        if anchor > 0 {
            anchors.insert(anchor, done.clone());
        }
        let Some(above) = stack.last_mut() else {
            return Some(done);
        };
        match &mut above.item.value {
            Value::List(items) => items.push(done),
            Value::Map(entries) => match above.key.take() {
                Some(key) => entries.push((key, done)),
                None => above.key = Some(done.text().unwrap_or_default().to_owned()),
            },
            Value::Scalar(_) => return None,
        }
    }
    None
}
