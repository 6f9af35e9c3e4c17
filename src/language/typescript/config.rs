//! The configuration of a tool that a program exports, as far as it is written out: maps, lists and literals.
//!
//! A name stands for what the same file binds it to, a function for what it returns at its end, a call for what it is
//! given. Whatever else is computed stands as its text.
//!
//! Does not catch: settings that come from another file, or that are put together by statements.

use crate::budget;
use crate::document::{Item, Value};
use crate::language::Parsed;
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::parts;

/// Levels over which nothing is read.
const DEEPEST: usize = 64;
/// Values of a file that are read, those that names stand for each time.
const MOST: usize = 20_000;
/// Bytes of a text that stands for what is computed.
const LONGEST: usize = 400;

/// What a program exports as a whole; `None` where that is no map or list that can be read.
pub(super) fn exported(parsed: &Parsed) -> Option<Item> {
    let mut reader = Reader {
        parsed,
        read: 0,
        bound: Vec::new(),
    };
    let mut found = None;
    for statement in parsed.root().named_children() {
        match statement.kind() {
            kind::EXPORT_STATEMENT => {
                let value = statement.child_by_field_name("value");
                let value = value.or_else(|| {
                    let function = statement.child_by_field_name("declaration")?;
                    let is_default = statement.children().any(|child| child.kind() == "default");
                    is_default.then_some(function)
                });
                found = value.or(found);
                if let Some(declared) = statement.child_by_field_name("declaration") {
                    reader.bind(declared);
                }
            }
            kind::LEXICAL_DECLARATION | kind::VARIABLE_DECLARATION => reader.bind(statement),
            kind::EXPRESSION_STATEMENT => {
                let assigned = statement
                    .named_child(0)
                    .and_then(|node| reader.assigned(node));
                found = found.or(assigned);
            }
            _ => {}
        }
    }
    let found = found.filter(|node| !node.has_error())?;
    let item = reader.value(found, Around::TOP)?;
    (item.text().is_none() && reader.read <= MOST).then_some(item)
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Around {
    depth: usize,
    /// Whether no map is around it: what is spread in there is a configuration of its own.
    is_top: bool,
}

impl Around {
    const TOP: Self = Self {
        depth: 0,
        is_top: true,
    };

    fn deeper(self, is_map: bool) -> Self {
        Self {
            depth: self.depth + 1,
            is_top: self.is_top && !is_map,
        }
    }
}

struct Reader<'t> {
    parsed: &'t Parsed,
    read: usize,
    /// Names that the file binds at its top.
    bound: Vec<(&'t str, Node<'t>)>,
}

impl<'t> Reader<'t> {
    fn bind(&mut self, declaration: Node<'t>) {
        for declared in declaration.named_children() {
            let name = declared.child_by_field_name("name");
            let value = declared.child_by_field_name("value");
            if let (Some(name), Some(value)) = (name, value)
                && name.kind() == kind::IDENTIFIER
            {
                self.bound.push((self.parsed.text(name), value));
            }
        }
    }

    /// What `module.exports = ..` and `exports.default = ..` export.
    fn assigned(&self, node: Node<'t>) -> Option<Node<'t>> {
        if node.kind() != kind::ASSIGNMENT_EXPRESSION {
            return None;
        }
        let to = self.parsed.text(node.child_by_field_name("left")?);
        let is_export = matches!(to, "module.exports" | "exports.default" | "exports");
        let value = node.child_by_field_name("right").filter(|_| is_export)?;
        // `exports = module.exports = ..`
        self.assigned(value).or(Some(value))
    }

    /// What a name is bound to.
    fn named(&self, name: &str) -> Option<Node<'t>> {
        budget::charge(self.bound.len());
        let mut bound = self.bound.iter();
        bound
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    }

    fn value(&mut self, node: Node<'t>, around: Around) -> Option<Item> {
        self.read += 1;
        if self.read > MOST || !budget::charge(1) {
            return None;
        }
        if around.depth >= DEEPEST {
            return Some(self.scalar(node));
        }
        let inner = || parts(node).into_iter().next();
        match node.kind() {
            kind::OBJECT => {
                let mut entries = Vec::new();
                self.entries(node, around.deeper(true), &mut entries);
                Some(self.item(node, Value::Map(entries)))
            }
            kind::ARRAY => self.list(node, node, around),
            kind::CALL_EXPRESSION => match node.child_by_field_name("arguments") {
                Some(given) if self.holds_values(given) => self.list(node, given, around),
                _ => Some(self.scalar(node)),
            },
            kind::AS_EXPRESSION
            | kind::SATISFIES_EXPRESSION
            | kind::NON_NULL_EXPRESSION
            | kind::PARENTHESIZED_EXPRESSION
            | kind::AWAIT_EXPRESSION => self.value(inner()?, around.deeper(false)),
            kind::ARROW_FUNCTION | kind::FUNCTION_EXPRESSION | kind::FUNCTION_DECLARATION
                if around.is_top =>
            {
                let body = node.child_by_field_name("body")?;
                if body.kind() != kind::STATEMENT_BLOCK {
                    return self.value(body, around.deeper(false));
                }
                for declared in body.named_children() {
                    self.bind(declared);
                }
                let last = parts(body).into_iter().next_back()?;
                let returned = (last.kind() == kind::RETURN_STATEMENT).then(|| last.named_child(0));
                self.value(returned.flatten()?, around.deeper(false))
            }
            kind::IDENTIFIER | kind::SHORTHAND_PROPERTY_IDENTIFIER => {
                match self.named(self.parsed.text(node)) {
                    Some(value) => {
                        let mut item = self.value(value, around.deeper(false))?;
                        if item.text().is_some() {
                            item.line = line(node);
                        }
                        Some(item)
                    }
                    None => Some(self.scalar(node)),
                }
            }
            _ => Some(self.scalar(node)),
        }
    }

    /// Whether a call is given a map, a list or a function, and not only names and literals.
    fn holds_values(&self, given: Node<'t>) -> bool {
        parts(given).into_iter().any(|node| {
            let value = match node.kind() {
                kind::IDENTIFIER => self.named(self.parsed.text(node)).unwrap_or(node),
                _ => node,
            };
            matches!(
                value.kind(),
                kind::OBJECT
                    | kind::ARRAY
                    | kind::ARROW_FUNCTION
                    | kind::FUNCTION_EXPRESSION
                    | kind::CALL_EXPRESSION
                    | kind::SPREAD_ELEMENT
                    | kind::AS_EXPRESSION
                    | kind::SATISFIES_EXPRESSION
            )
        })
    }

    fn entries(&mut self, object: Node<'t>, around: Around, entries: &mut Vec<(String, Item)>) {
        for part in parts(object) {
            match part.kind() {
                kind::PAIR => {
                    let key = part.child_by_field_name("key");
                    let value = part.child_by_field_name("value");
                    if let (Some(key), Some(value)) = (key, value)
                        && let Some(mut item) = self.value(value, around)
                    {
                        item.line = line(part);
                        self.put(self.key(key), item, entries);
                    }
                }
                kind::SHORTHAND_PROPERTY_IDENTIFIER => {
                    if let Some(mut item) = self.value(part, around) {
                        item.line = line(part);
                        self.put(self.parsed.text(part).to_owned(), item, entries);
                    }
                }
                kind::SPREAD_ELEMENT => {
                    let spread = parts(part).into_iter().next();
                    let bound = spread.and_then(|node| self.named(self.parsed.text(node)));
                    if let Some(value) = bound.or(spread)
                        && value.kind() == kind::OBJECT
                        && around.depth < DEEPEST
                        && self.read <= MOST
                    {
                        self.read += 1;
                        self.entries(value, around.deeper(true), entries);
                    }
                }
                _ => {}
            }
        }
    }

    /// A later entry takes the place of an earlier one of its key.
    fn put(&self, key: String, item: Item, entries: &mut Vec<(String, Item)>) {
        budget::charge(entries.len());
        match entries.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = item,
            None => entries.push((key, item)),
        }
    }

    fn key(&self, key: Node<'t>) -> String {
        let inner = match key.kind() {
            kind::COMPUTED_PROPERTY_NAME => parts(key).into_iter().next().unwrap_or(key),
            _ => key,
        };
        self.literal(inner)
    }

    fn list(&mut self, whole: Node<'t>, list: Node<'t>, around: Around) -> Option<Item> {
        let mut items = Vec::new();
        for part in parts(list) {
            if part.kind() != kind::SPREAD_ELEMENT {
                items.push(self.value(part, around.deeper(false))?);
                continue;
            }
            let spread = parts(part).into_iter().next();
            let bound = spread.and_then(|node| self.named(self.parsed.text(node)));
            let is_list = |node: &Node<'t>| node.kind() == kind::ARRAY;
            if let Some(value) = bound.or(spread).filter(is_list) {
                let inner = self.list(part, value, around.deeper(false))?;
                if let Value::List(inner) = inner.value {
                    items.extend(inner);
                }
            } else if around.is_top {
                items.push(self.scalar(part));
            }
        }
        Some(self.item(whole, Value::List(items)))
    }

    fn item(&self, node: Node<'t>, value: Value) -> Item {
        Item {
            line: line(node),
            value,
        }
    }

    fn scalar(&self, node: Node<'t>) -> Item {
        Item::of_text(line(node), &self.literal(node))
    }

    /// What a literal says; of anything else its text.
    fn literal(&self, node: Node<'t>) -> String {
        let text = self.parsed.text(node);
        let is_plain = match node.kind() {
            kind::STRING => true,
            kind::TEMPLATE_STRING => !text.contains("${"),
            _ => false,
        };
        if !is_plain {
            let end = text.floor_char_boundary(LONGEST);
            return text.get(..end).unwrap_or_default().to_owned();
        }
        let inside = text
            .get(1..text.len().saturating_sub(1))
            .unwrap_or_default();
        let mut said = String::new();
        let mut characters = inside.chars();
        while let Some(c) = characters.next() {
            said.extend(match c {
                '\\' => characters.next(),
                c => Some(c),
            });
        }
        said
    }
}

fn line(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use crate::document::{Item, Value};
    use crate::language::document;

    fn read(text: &str) -> Option<Item> {
        document("a.config.ts", text)
    }

    fn words(item: Option<&Item>) -> Vec<String> {
        let words = item.map(Item::words).unwrap_or_default();
        words.into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn what_is_written_out_is_read() {
        let text = "import { d } from 'x';\n// export default no\nconst lines = 90;\n\nexport default d({\n  test: {\n    exclude: ['a', \"b\", ...c.exclude],\n    retry: 2 + 1, fn() { return {} },\n    ...base, re: /[{]/,\n    cover: { lines, },\n  },\n} satisfies C);\n";
        let item = read(text).unwrap();
        let test = item.items()[0].get("test").unwrap();
        assert_eq!(words(test.get("exclude")), ["a", "b"]);
        let lines = test.at(&["cover", "lines"]).unwrap();
        assert_eq!((lines.text(), lines.line), (Some("90"), 10));
        assert_eq!(test.get("retry").and_then(Item::text), Some("2 + 1"));
        let list = read("export default [{ rules: { 'a/b': ['error', { x: 1 }] } }];").unwrap();
        let rule = list.items()[0].at(&["rules", "a/b"]).unwrap();
        assert_eq!(rule.items()[0].text(), Some("error"));
    }

    #[test]
    fn a_name_and_a_function_stand_for_what_they_hold() {
        for text in [
            "const config: C = { a: 'b' };\nmodule.exports = config;\n",
            "const base = { a: 'c' };\nexport default { ...base, a: `b` }\n",
            "exports.default = { a: 'b' } as const\n",
            "export default define(({ mode }) => ({ a: 'b' }))\n",
            "export default define(async () => { const a = 'b'; return { a } })\n",
            "export default function () { return { a: 'b' } }\n",
        ] {
            let item = read(text).unwrap();
            let all = item.walk();
            let found = all.iter().find(|(keys, _)| keys.as_slice() == ["a"]);
            assert_eq!(found.and_then(|(_, item)| item.text()), Some("b"), "{text}");
        }
    }

    #[test]
    fn configurations_that_others_ship_stand_in_the_outer_list() {
        let item =
            read("export default [js.configs.all, ...b.configs.strict, { a: [...c] }]").unwrap();
        assert_eq!(
            words(Some(&item)),
            ["js.configs.all", "...b.configs.strict"]
        );
        assert!(item.items()[2].get("a").unwrap().items().is_empty());
    }

    #[test]
    fn what_does_not_end_is_none_and_comes_to_an_end() {
        for text in [
            "export default {",
            "module.exports = [/* ",
            "x",
            "export default 1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let mut bomb = String::from("const a0 = ['x', 'x'];\n");
        for level in 1..40 {
            let before = level - 1;
            bomb.push_str(&format!("const a{level} = [a{before}, a{before}];\n"));
        }
        bomb.push_str("export default { a: a39, b: b };\nconst b = [b];\n");
        assert_eq!(read(&bomb), None);
        let deep = format!("export default {}1{}", "[".repeat(500), "]".repeat(500));
        assert!(read(&deep).is_some_and(|item| matches!(item.value, Value::List(_))));
    }
}
