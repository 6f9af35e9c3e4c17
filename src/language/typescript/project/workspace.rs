//! What stands beside `package.json`: `pnpm-workspace.yaml` with its catalogs, `deno.json` with its imports, and files that
//! name registries.
//!
//! Does not catch: a registry that a variable of the environment names.

use std::collections::BTreeMap;

use super::package::replaced;
use super::requirements::{Wanted, is_public, versioned, wanted};
use crate::document::{self, Item};
use crate::language::ecosystem::{Manifest, Package, Source};

/// The name of pnpm's file.
pub(super) const PNPM: &str = "pnpm-workspace.yaml";

/// Whether a file of this name is one of deno's manifests.
pub(super) fn is_of_deno(name: &str) -> bool {
    matches!(
        name,
        "deno.json" | "deno.jsonc" | "import_map.json" | "importmap.json"
    )
}

/// What pnpm's file declares.
pub(super) fn pnpm(text: &str) -> Option<Manifest> {
    let item = document::yaml(text)?;
    let mut packages = BTreeMap::new();
    let named = item.get("catalogs").map(Item::entries).unwrap_or_default();
    let catalogs = named
        .iter()
        .map(|(_, catalog)| catalog)
        .chain(item.get("catalog"));
    for (key, range) in catalogs.flat_map(Item::entries) {
        let Wanted { name, source } = wanted(key, range.text().unwrap_or_default());
        let package = Package {
            name: name.clone(),
            source,
            is_locked: false,
        };
        packages.insert(name, package);
    }
    for (key, range) in item.get("overrides").map(Item::entries).unwrap_or_default() {
        replaced(key, range.text().unwrap_or_default(), &mut packages);
    }
    let built = item
        .get("onlyBuiltDependencies")
        .map(Item::words)
        .unwrap_or_default();
    let allowed = item
        .get("allowBuilds")
        .map(Item::entries)
        .unwrap_or_default();
    let allowed = allowed
        .iter()
        .filter(|(_, item)| item.text() == Some("true"));
    let trusted = built.into_iter().map(|(name, _)| name);
    Some(Manifest {
        packages,
        trusted: trusted
            .chain(allowed.map(|(name, _)| name.clone()))
            .collect(),
        ..Manifest::default()
    })
}

/// What a manifest of deno declares: packages of npm, and addresses.
pub(super) fn deno(path: &str, text: &str) -> Option<Manifest> {
    let item = document::read(path, text)?;
    let mut packages = BTreeMap::new();
    for (_, target) in item.get("imports").map(Item::entries).unwrap_or_default() {
        let Some(target) = target.text() else {
            continue;
        };
        let (name, source) = if let Some(package) = target.strip_prefix("npm:") {
            (
                versioned(package.trim_start_matches('/')).0.to_owned(),
                Source::Registry,
            )
        } else if let Some((_, rest)) = target.split_once("https://") {
            let host = rest.split('/').next().unwrap_or(rest);
            let is_known = matches!(host, "deno.land" | "jsr.io" | "esm.sh");
            let host = host.to_owned();
            match is_known {
                true => continue,
                false => (host.clone(), Source::Elsewhere(format!("https://{host}"))),
            }
        } else {
            continue;
        };
        let package = Package {
            name: name.clone(),
            source,
            is_locked: false,
        };
        packages.insert(name, package);
    }
    Some(Manifest {
        packages,
        ..Manifest::default()
    })
}

/// The registries that a file names in place of the public one: address, and the line.
pub(super) fn sources(text: &str) -> std::collections::BTreeSet<(String, String)> {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with(['#', ';', '/']));
    let naming = lines.filter(|line| line.to_ascii_lowercase().contains("registr"));
    naming
        .filter_map(|line| {
            let at = line.find("http")?;
            let address = line.get(at..)?.split(['"', '\'', ' ', ',']).next()?;
            let is_other = address.contains("://") && !is_public(address);
            is_other.then(|| (address.to_owned(), line.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catalogs_and_what_may_run_are_read() {
        let read = pnpm("packages:\n  - a/*\ncatalog:\n  react: ^18\ncatalogs:\n  old:\n    vue: ^2\nonlyBuiltDependencies:\n  - esbuild\noverrides:\n  a: github:x/a\n").unwrap();
        assert_eq!(
            read.packages.keys().collect::<Vec<_>>(),
            ["a", "react", "vue"]
        );
        assert_eq!(read.trusted.iter().collect::<Vec<_>>(), ["esbuild"]);
    }

    #[test]
    fn other_registries_are_named() {
        let named = |text: &str| {
            sources(text)
                .into_iter()
                .map(|(address, _)| address)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            named("registry=https://registry.npmjs.org/\n"),
            Vec::<String>::new()
        );
        assert_eq!(
            named("@s:registry=https://npm.example/\n"),
            ["https://npm.example/"]
        );
        assert_eq!(
            named("npmRegistryServer: \"https://npm.example\"\n"),
            ["https://npm.example"]
        );
    }
}
