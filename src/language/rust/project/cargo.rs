//! Cargo manifests: what a package may name, and what it takes from where.
//!
//! Does not catch: dependencies that a build script brings in by other means.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::language::ecosystem::{self, Package, Source};

/// The name of a manifest.
pub(crate) const MANIFEST: &str = "Cargo.toml";

/// One `Cargo.toml`.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    /// Whether it describes a package; a workspace root may describe none.
    pub(crate) is_package: bool,
    /// The package's name.
    pub(crate) own: Option<String>,
    /// Names that code of this package can use as a first path segment: dependencies under the name that
    /// the manifest gives them, and the package's own library.
    pub(crate) names: BTreeSet<String>,
    /// Those of them that more than its tests and its build script may use.
    pub(crate) shipped: BTreeSet<String>,
    /// The name of the package's own library among them.
    pub(crate) library: Option<String>,
    /// The versions that it asks for, by the name in code.
    pub(crate) versions: BTreeMap<String, String>,
    /// The names in the registry of dependencies from there, by the name in code.
    pub(crate) packages: BTreeMap<String, String>,
    /// Dependencies: name in the registry, and what the manifest says of it.
    pub(crate) dependencies: BTreeMap<String, Source>,
}

/// Reads a manifest; none where it does not parse.
pub(crate) fn manifest(text: &str) -> Option<Manifest> {
    let table: Table = text.parse().ok()?;
    let mut manifest = Manifest::default();
    if let Some(package) = table.get("package").and_then(Value::as_table) {
        manifest.is_package = true;
        manifest.own = package
            .get("name")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let lib = table.get("lib").and_then(|lib| lib.get("name"));
        if let Some(name) = lib.or_else(|| package.get("name")).and_then(Value::as_str) {
            manifest.names.insert(segment(name));
            manifest.shipped.insert(segment(name));
            manifest.library = Some(segment(name));
        }
    }
    dependencies(&table, &mut manifest);
    if let Some(workspace) = table.get("workspace").and_then(Value::as_table) {
        let mut shared = Manifest::default();
        dependencies(workspace, &mut shared);
        for (name, version) in shared.versions {
            manifest.versions.entry(name).or_insert(version);
        }
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

impl Manifest {
    /// The same as every ecosystem says it.
    pub(super) fn declared(self) -> ecosystem::Manifest {
        let packages = self.dependencies.into_iter().map(|(name, source)| {
            let package = Package {
                name: name.clone(),
                is_locked: source != Source::Inherited,
                source,
            };
            (name, package)
        });
        ecosystem::Manifest {
            packages: packages.collect(),
            own: self.own,
            ..ecosystem::Manifest::default()
        }
    }
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
            if section == "dependencies" {
                manifest.shipped.insert(segment(key));
            }
            let version = value.as_str().or_else(|| value.get("version")?.as_str());
            if let Some(version) = version {
                manifest.versions.insert(segment(key), version.to_owned());
            }
            let name = value.get("package").and_then(Value::as_str).unwrap_or(key);
            let source = source(value);
            if matches!(source, Source::Registry | Source::Inherited) {
                manifest.packages.insert(segment(key), name.to_owned());
            }
            manifest.dependencies.insert(name.to_owned(), source);
        }
    }
}

fn source(value: &Value) -> Source {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    if let Some(git) = text("git") {
        Source::Elsewhere(git)
    } else if let Some(registry) = text("registry").or_else(|| text("registry-index")) {
        Source::Elsewhere(registry)
    } else if value.get("path").is_some() {
        Source::Own
    } else if value.get("workspace").is_some() {
        Source::Inherited
    } else {
        Source::Registry
    }
}

/// A name as a path segment.
fn segment(name: &str) -> String {
    name.replace('-', "_")
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
        assert_eq!(manifest.dependencies.get("near"), Some(&Source::Own));
        assert!(matches!(
            manifest.dependencies.get("far"),
            Some(Source::Elsewhere(_))
        ));
    }
}
