//! What a lock holds, and locks in TOML: arrays of tables, one a package. The tools of several languages write them alike.
//!
//! Does not catch: locks in other formats, which a language reads itself.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

/// A package of a lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Locked {
    /// Its name.
    pub name: String,
    /// Where it comes from; empty for packages of the tree.
    pub source: String,
    /// Names of the packages that it needs.
    pub needs: BTreeSet<String>,
    /// Its version.
    pub version: String,
    /// Checksums of its files, by their names or addresses; under no name where it is one.
    pub sums: BTreeMap<String, String>,
    /// Whether the lock says that code of it runs as it is installed.
    pub runs: bool,
}

/// The packages of a lock in TOML; `None` where it is none.
pub fn read(text: &str) -> Option<Vec<Locked>> {
    let table: Table = text.parse().ok()?;
    let packages = table
        .get("package")
        .or_else(|| table.get("packages"))?
        .as_array()?;
    Some(
        packages
            .iter()
            .filter_map(|package| {
                Some(Locked {
                    name: package.get("name")?.as_str()?.to_owned(),
                    source: package.get("source").map(origin).unwrap_or_default(),
                    needs: needs(package),
                    version: word(package, "version").unwrap_or_default(),
                    sums: sums(package),
                    runs: false,
                })
            })
            .collect(),
    )
}

fn word(value: &Value, key: &str) -> Option<String> {
    Some(value.get(key)?.as_str()?.to_owned())
}

/// `checksum = ".."` (cargo), `files = [{ file, hash }]` (poetry, pdm), `sdist` and `wheels` with `url` and `hash` (uv).
fn sums(package: &Value) -> BTreeMap<String, String> {
    let whole = word(package, "checksum").map(|sum| (String::new(), sum));
    let list = |key: &str| {
        package
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    let files = list("files")
        .chain(list("wheels"))
        .chain(package.get("sdist"));
    let sums = files.filter_map(|file| {
        let name = word(file, "file").or_else(|| word(file, "url"))?;
        Some((name, word(file, "hash")?))
    });
    sums.chain(whole).collect()
}

fn origin(source: &Value) -> String {
    match source {
        Value::String(text) => text.clone(),
        Value::Table(table) => {
            let kinds = [
                "registry",
                "git",
                "url",
                "editable",
                "virtual",
                "directory",
                "path",
            ];
            let known = kinds
                .iter()
                .find_map(|kind| Some((*kind, table.get(*kind)?.as_str()?)));
            match known {
                Some(("editable" | "virtual" | "directory" | "path", _)) => String::new(),
                Some((kind, address)) => format!("{kind}+{address}"),
                None => table
                    .get("url")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned(),
            }
        }
        _ => String::new(),
    }
}

/// The names in all tables and arrays of a locked package that list what it needs.
fn needs(package: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (key, value) in package.as_table().into_iter().flatten() {
        if !key.contains("depend") {
            continue;
        }
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            match value {
                Value::String(text) => {
                    let end = text.find(|c: char| !c.is_alphanumeric() && !"-_.".contains(c));
                    found.insert(
                        text.get(..end.unwrap_or(text.len()))
                            .unwrap_or(text)
                            .to_owned(),
                    );
                }
                Value::Array(items) => open.extend(items),
                Value::Table(table) => {
                    if let Some(name) = table.get("name").and_then(Value::as_str) {
                        found.insert(name.to_owned());
                    } else {
                        found.extend(table.keys().cloned());
                        open.extend(table.values().filter(|value| !value.is_str()));
                    }
                }
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_of_cargo_uv_and_poetry_are_read() {
        let cargo = read("[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"registry+x\"\ndependencies = [\"b 1.0\", \"c\"]\n").unwrap();
        assert_eq!(cargo[0].source, "registry+x");
        assert_eq!(cargo[0].needs.iter().collect::<Vec<_>>(), ["b", "c"]);
        let uv = read("[[package]]\nname = \"a\"\nsource = { registry = \"https://pypi.org/simple\" }\ndependencies = [{ name = \"b\" }]\n").unwrap();
        assert_eq!(uv[0].source, "registry+https://pypi.org/simple");
        assert_eq!(uv[0].needs.iter().collect::<Vec<_>>(), ["b"]);
        let poetry =
            read("[[package]]\nname = \"a\"\n[package.dependencies]\nb = \">=1\"\n").unwrap();
        assert_eq!(poetry[0].needs.iter().collect::<Vec<_>>(), ["b"]);
    }
}
