//! From a TOML tree with places to typed settings, so that every error knows its place.
//!
//! serde's own route stops at the first error and words it for programmers. Here unknown keys are
//! looked for against the fields that a struct has, and a value that is wrong is left out and the
//! rest read again, so that one run tells all that is wrong.
//!
//! Does not catch: more than [`MOST`] problems; the rest come with the next run.

use std::collections::BTreeSet;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, Visitor,
};
use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue};

use super::error::{listed, suggestion};

/// Problems told at once.
const MOST: usize = 20;

/// One error of the parse, not yet a line and a column.
#[derive(Debug)]
pub(super) struct Fault {
    what: What,
    /// Byte where it is; none until a container knows.
    at: Option<usize>,
    /// Place of the entry to leave out when the rest is read again.
    left_out: Option<usize>,
    /// Keys from the top to it.
    path: Vec<String>,
}

#[derive(Debug)]
enum What {
    Wrong(String),
    UnknownKey(String, &'static [&'static str]),
    Missing(&'static str),
    /// A key is missing because its value was wrong, which has been told.
    Reported,
}

impl Fault {
    fn new(what: What) -> Self {
        Self {
            what,
            at: None,
            left_out: None,
            path: Vec::new(),
        }
    }

    /// Byte where it is.
    pub(super) fn at(&self) -> usize {
        self.at.unwrap_or(0)
    }

    /// What is wrong, in words.
    pub(super) fn message(&self) -> String {
        let path = self.path.join(".");
        match &self.what {
            What::UnknownKey(key, known) => {
                let place = match path.as_str() {
                    "" => "at the top level".to_owned(),
                    "levels" | "floors" | "waivers" => format!("in [[{path}]]"),
                    _ => format!("in [{path}]"),
                };
                format!("unknown key `{key}` {place}; {}", suggestion(key, known))
            }
            What::Missing(key) => match path.as_str() {
                "levels" | "floors" | "waivers" => format!("[[{path}]] without `{key}`"),
                _ => format!("[{path}] without `{key}`"),
            },
            What::Wrong(message) => match path.as_str() {
                "" => message.clone(),
                "levels" | "waivers" if message.ends_with("found a table") => {
                    format!("[{path}] is a list of tables: write [[{path}]]")
                }
                _ => format!("{path}: {message}"),
            },
            What::Reported => String::new(),
        }
    }

    fn here(mut self, at: usize) -> Self {
        self.at.get_or_insert(at);
        self
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::new(What::Wrong(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Map => "a table".to_owned(),
            Unexpected::Seq => "a list".to_owned(),
            Unexpected::Str(text) => format!("the string {text:?}"),
            Unexpected::Signed(number) => format!("the number {number}"),
            other => other.to_string(),
        };
        let expected = match expected.to_string().as_str() {
            "u32" => format!("a whole number from 0 to {}", u32::MAX),
            "a sequence" => "a list".to_owned(),
            "a map" => "a table".to_owned(),
            other => other.to_owned(),
        };
        Self::custom(format!("expected {expected}, found {found}"))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let choice = suggestion(variant, expected);
        Self::custom(match choice.starts_with("did") {
            true => format!("`{variant}` is none of {}; {choice}", listed(expected)),
            false => format!("`{variant}` is none of {}", listed(expected)),
        })
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(What::UnknownKey(field.to_owned(), expected))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(What::Missing(field))
    }
}

/// Reads a table into its type, or tells what is wrong with it, in the order found.
pub(super) fn typed<T: DeserializeOwned>(table: &DeTable<'_>) -> Result<T, Vec<Fault>> {
    let mut left_out = BTreeSet::new();
    let mut faults = Vec::new();
    loop {
        let node = Table {
            table,
            at: 0,
            left_out: &left_out,
        };
        match T::deserialize(node) {
            Ok(value) if faults.is_empty() => return Ok(value),
            Ok(_) => return Err(faults),
            Err(fault) => {
                let fresh = fault.left_out.is_some_and(|at| left_out.insert(at));
                if !matches!(fault.what, What::Reported) {
                    faults.push(fault);
                }
                if !fresh || faults.len() >= MOST {
                    return Err(faults);
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Table<'de> {
    table: &'de DeTable<'de>,
    at: usize,
    left_out: &'de BTreeSet<usize>,
}

impl<'de> Deserializer<'de> for Table<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(Entries {
            rest: self.table.iter(),
            value: None,
            left_out: self.left_out,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        for (key, _) in self.table {
            let at = key.span().start;
            if !fields.contains(&key.get_ref().as_ref()) && !self.left_out.contains(&at) {
                let mut fault = Fault::unknown_field(key.get_ref(), fields).here(at);
                fault.left_out = Some(at);
                return Err(fault);
            }
        }
        self.deserialize_any(visitor).map_err(|mut fault| {
            if let What::Missing(key) = fault.what
                && fault.at.is_none()
                && self.table.contains_key(key)
            {
                fault.what = What::Reported;
            }
            fault.here(self.at)
        })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Entries<'de, I> {
    rest: I,
    value: Option<(&'de Spanned<DeString<'de>>, &'de Spanned<DeValue<'de>>)>,
    left_out: &'de BTreeSet<usize>,
}

impl<'de, I> MapAccess<'de> for Entries<'de, I>
where
    I: Iterator<Item = (&'de Spanned<DeString<'de>>, &'de Spanned<DeValue<'de>>)>,
{
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let left_out = self.left_out;
        let Some((key, value)) = self
            .rest
            .find(|(key, _)| !left_out.contains(&key.span().start))
        else {
            return Ok(None);
        };
        self.value = Some((key, value));
        let name: StrDeserializer<'_, Fault> = key.get_ref().as_ref().into_deserializer();
        seed.deserialize(name).map(Some).map_err(|fault| {
            let mut fault = fault.here(key.span().start);
            fault.left_out.get_or_insert(key.span().start);
            fault
        })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let Some((key, value)) = self.value.take() else {
            return Err(Fault::custom("a value without its key"));
        };
        let node = Node {
            value,
            left_out: self.left_out,
        };
        seed.deserialize(node).map_err(|fault| {
            let mut fault = fault.here(value.span().start);
            fault.left_out.get_or_insert(key.span().start);
            fault.path.insert(0, key.get_ref().to_string());
            fault
        })
    }
}

struct Elements<'de> {
    rest: std::slice::Iter<'de, Spanned<DeValue<'de>>>,
    left_out: &'de BTreeSet<usize>,
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        let left_out = self.left_out;
        let Some(value) = self
            .rest
            .find(|value| !left_out.contains(&value.span().start))
        else {
            return Ok(None);
        };
        let node = Node { value, left_out };
        seed.deserialize(node).map(Some).map_err(|fault| {
            let mut fault = fault.here(value.span().start);
            fault.left_out.get_or_insert(value.span().start);
            fault
        })
    }
}

#[derive(Clone, Copy)]
struct Node<'de> {
    value: &'de Spanned<DeValue<'de>>,
    left_out: &'de BTreeSet<usize>,
}

impl<'de> Node<'de> {
    fn elements(self, array: &'de DeArray<'de>) -> Elements<'de> {
        Elements {
            rest: array.iter(),
            left_out: self.left_out,
        }
    }

    fn table(self, table: &'de DeTable<'de>) -> Table<'de> {
        Table {
            table,
            at: self.value.span().start,
            left_out: self.left_out,
        }
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value.get_ref() {
            DeValue::String(text) => visitor.visit_str(text),
            DeValue::Integer(number) => {
                match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => visitor.visit_i64(number),
                    Err(_) => Err(Fault::custom(format!("the number {number} is too large"))),
                }
            }
            DeValue::Float(number) => match number.as_str().parse() {
                Ok(number) => visitor.visit_f64(number),
                Err(_) => Err(Fault::custom(format!("`{number}` is no number"))),
            },
            DeValue::Boolean(value) => visitor.visit_bool(*value),
            DeValue::Datetime(moment) => visitor.visit_string(moment.to_string()),
            DeValue::Array(array) => visitor.visit_seq(self.elements(array)),
            DeValue::Table(table) => self.table(table).deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value.get_ref() {
            DeValue::Table(table) => self.table(table).deserialize_struct(name, fields, visitor),
            _ => Err(Fault::custom(format!(
                "expected a table, found {}",
                self.kind()
            ))),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value.get_ref() {
            DeValue::String(text) => visitor.visit_enum(Variant(text)),
            _ => Err(Fault::custom(format!(
                "expected one of {}, found {}",
                listed(variants),
                self.kind()
            ))),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

impl Node<'_> {
    fn kind(self) -> &'static str {
        match self.value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        }
    }
}

struct Variant<'de>(&'de str);

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Fault;
    type Variant = <StrDeserializer<'de, Fault> as EnumAccess<'de>>::Variant;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), Fault> {
        let name: StrDeserializer<'de, Fault> = self.0.into_deserializer();
        name.variant_seed(seed)
    }
}
