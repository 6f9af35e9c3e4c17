//! Cargo manifests and locks: what a package may name, and what it takes from where.
//!
//! Does not catch: dependencies that a build script brings in by other means.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

/// One `Cargo.toml`.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    /// Whether it describes a package; a workspace root may describe none.
    pub(crate) is_package: bool,
    /// Names that code of this package can use as a first path segment: dependencies under the name that
    /// the manifest gives them, and the package's own library.
    pub(crate) names: BTreeSet<String>,
    /// Dependencies: name in the registry, and what the manifest says of it.
    pub(crate) dependencies: BTreeMap<String, Source>,
}

/// Where a dependency comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Source {
    /// crates.io.
    #[default]
    Registry,
    /// Another registry, by name or address.
    OtherRegistry(String),
    /// A git repository.
    Git(String),
    /// The tree itself.
    Path,
    /// What the workspace says.
    Workspace,
}

/// Reads a manifest; none where it does not parse.
pub(crate) fn manifest(text: &str) -> Option<Manifest> {
    let table: Table = text.parse().ok()?;
    let mut manifest = Manifest::default();
    if let Some(package) = table.get("package").and_then(Value::as_table) {
        manifest.is_package = true;
        let lib = table.get("lib").and_then(|lib| lib.get("name"));
        if let Some(name) = lib.or_else(|| package.get("name")).and_then(Value::as_str) {
            manifest.names.insert(segment(name));
        }
    }
    dependencies(&table, &mut manifest);
    if let Some(workspace) = table.get("workspace").and_then(Value::as_table) {
        let mut shared = Manifest::default();
        dependencies(workspace, &mut shared);
        for (name, source) in shared.dependencies {
            manifest.dependencies.entry(name).or_insert(source);
        }
    }
    for target in table
        .get("target")
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(Table::values)
    {
        if let Some(target) = target.as_table() {
            dependencies(target, &mut manifest);
        }
    }
    for patched in table
        .get("patch")
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(Table::values)
    {
        for (name, value) in patched.as_table().into_iter().flatten() {
            manifest.dependencies.insert(name.clone(), source(value));
        }
    }
    // The elder form: `"name:version" = { git = .. }`.
    let replaced = table.get("replace").and_then(Value::as_table);
    for (name, value) in replaced.into_iter().flatten() {
        let name = name.split([':', '@']).next().unwrap_or(name);
        manifest.dependencies.insert(name.to_owned(), source(value));
    }
    Some(manifest)
}

fn dependencies(table: &Table, manifest: &mut Manifest) {
    for section in [
        "dependencies",
        "dev-dependencies",
        "build-dependencies",
        "dev_dependencies",
        "build_dependencies",
    ] {
        for (key, value) in table
            .get(section)
            .and_then(Value::as_table)
            .into_iter()
            .flatten()
        {
            manifest.names.insert(segment(key));
            let name = value.get("package").and_then(Value::as_str).unwrap_or(key);
            manifest.dependencies.insert(name.to_owned(), source(value));
        }
    }
}

fn source(value: &Value) -> Source {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    if let Some(git) = text("git") {
        Source::Git(git)
    } else if let Some(registry) = text("registry").or_else(|| text("registry-index")) {
        Source::OtherRegistry(registry)
    } else if value.get("path").is_some() {
        Source::Path
    } else if value.get("workspace").is_some() {
        Source::Workspace
    } else {
        Source::Registry
    }
}

/// A name as a path segment.
fn segment(name: &str) -> String {
    name.replace('-', "_")
}

/// A package of a lock file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Locked {
    /// Its name.
    pub(crate) name: String,
    /// Where it comes from; empty for packages of the tree.
    pub(crate) source: String,
    /// Names of the packages that it needs.
    pub(crate) needs: BTreeSet<String>,
}

/// The packages of a `Cargo.lock`, `uv.lock`, `poetry.lock` or `pdm.lock`; none where it does not parse.
pub(crate) fn lock(text: &str) -> Option<Vec<Locked>> {
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
                })
            })
            .collect(),
    )
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
    fn every_section_of_a_manifest_gives_names() {
        let manifest = manifest(
            r#"
[package]
name = "my-tool"
[dependencies]
serde_json = "1"
short = { package = "long-name", version = "1" }
shared.workspace = true
[target.'cfg(unix)'.dependencies]
libc = "0.2"
[dev-dependencies]
near = { path = "../near" }
far = { git = "https://example.org/far" }
"#,
        )
        .unwrap();
        for name in [
            "my_tool",
            "serde_json",
            "short",
            "shared",
            "libc",
            "near",
            "far",
        ] {
            assert!(manifest.names.contains(name), "{name}");
        }
        assert_eq!(
            manifest.dependencies.get("long-name"),
            Some(&Source::Registry)
        );
        assert_eq!(manifest.dependencies.get("near"), Some(&Source::Path));
        assert!(matches!(
            manifest.dependencies.get("far"),
            Some(Source::Git(_))
        ));
    }

    #[test]
    fn locks_of_cargo_uv_and_poetry_are_read() {
        let cargo = lock("[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"registry+x\"\ndependencies = [\"b 1.0\", \"c\"]\n").unwrap();
        assert_eq!(cargo[0].source, "registry+x");
        assert_eq!(cargo[0].needs.iter().collect::<Vec<_>>(), ["b", "c"]);
        let uv = lock("[[package]]\nname = \"a\"\nsource = { registry = \"https://pypi.org/simple\" }\ndependencies = [{ name = \"b\" }]\n").unwrap();
        assert_eq!(uv[0].source, "registry+https://pypi.org/simple");
        assert_eq!(uv[0].needs.iter().collect::<Vec<_>>(), ["b"]);
        let poetry =
            lock("[[package]]\nname = \"a\"\n[package.dependencies]\nb = \">=1\"\n").unwrap();
        assert_eq!(poetry[0].needs.iter().collect::<Vec<_>>(), ["b"]);
    }
}
