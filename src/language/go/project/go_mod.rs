//! `go.mod` and `go.work`: the directives of one file, line by line, as `cmd/go` reads them
//! (<https://go.dev/ref/mod#go-mod-file>).
//!
//! Does not catch: what `GOFLAGS=-modfile=..` names instead.

use std::collections::BTreeMap;

use crate::language::ecosystem::{self, Source};

/// The name of a manifest.
pub(super) const MANIFEST: &str = "go.mod";
/// The name of the file that joins modules of one tree.
pub(super) const WORKSPACE: &str = "go.work";

/// One `go.mod` or `go.work`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct GoMod {
    /// The path of the module; empty in a `go.work`.
    pub(super) module: String,
    /// The minor release of Go 1 that it asks for.
    pub(super) go: Option<u32>,
    /// Modules that are required, each with its version.
    pub(super) requires: BTreeMap<String, String>,
    /// What stands for a module: a folder of the disk, or another module with its version.
    pub(super) replaces: BTreeMap<String, String>,
    /// Folders of the modules that a `go.work` joins.
    pub(super) uses: Vec<String>,
}

/// Reads one; `None` where it names neither a module nor folders.
pub(super) fn read(text: &str) -> Option<GoMod> {
    let mut found = GoMod::default();
    let mut block: Option<&str> = None;
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let mut words: Vec<&str> = line.split_whitespace().collect();
        match (block, words.as_slice()) {
            (_, []) => continue,
            (Some(_), [")"]) => block = None,
            (Some(directive), _) => directive_line(directive, &words, &mut found),
            (None, [directive, "("]) => block = Some(directive),
            (None, [directive, ..]) => {
                let directive = *directive;
                words.remove(0);
                // `require(` needs no blank.
                match directive.strip_suffix('(') {
                    Some(directive) => block = Some(directive),
                    None => directive_line(directive, &words, &mut found),
                }
            }
        }
    }
    let says_something = !found.module.is_empty() || !found.uses.is_empty();
    says_something.then_some(found)
}

fn directive_line(directive: &str, words: &[&str], found: &mut GoMod) {
    let words: Vec<&str> = words
        .iter()
        .map(|word| word.trim_matches(['"', '`']))
        .collect();
    match (directive, words.as_slice()) {
        ("module", [path, ..]) => found.module = (*path).to_owned(),
        ("go", [version, ..]) => {
            let minor = version.split('.').nth(1);
            let digits = minor.and_then(|minor| minor.split(|c: char| !c.is_ascii_digit()).next());
            found.go = digits.and_then(|digits| digits.parse().ok());
        }
        ("require", [path, version, ..]) => {
            found
                .requires
                .insert((*path).to_owned(), (*version).to_owned());
        }
        ("use", [folder, ..]) => found.uses.push((*folder).to_owned()),
        ("replace", _) => {
            let mut sides = words.split(|word| *word == "=>");
            let (old, new) = (sides.next(), sides.next());
            if let (Some([path, ..]), Some(new @ [_, ..])) = (old, new) {
                found.replaces.insert((*path).to_owned(), new.join(" "));
            }
        }
        _ => {}
    }
}

/// Whether what stands for a module is a folder of the disk.
fn is_folder(replacement: &str) -> bool {
    replacement.starts_with("./")
        || replacement.starts_with("../")
        || replacement.starts_with('/')
        || matches!(replacement, "." | "..")
}

impl GoMod {
    /// The same as every ecosystem says it.
    pub(super) fn declared(self) -> ecosystem::Manifest {
        let mut packages = BTreeMap::new();
        for name in self.requires.keys().chain(self.replaces.keys()) {
            let source = match self.replaces.get(name) {
                Some(folder) if is_folder(folder) => Source::Own,
                Some(other) => {
                    let path = other.split(' ').next().unwrap_or(other);
                    match path == name {
                        true => Source::Registry,
                        false => Source::Elsewhere(path.to_owned()),
                    }
                }
                None => Source::Registry,
            };
            let package = ecosystem::Package {
                name: name.clone(),
                source,
                is_locked: false,
            };
            packages.insert(name.clone(), package);
        }
        ecosystem::Manifest {
            packages,
            own: (!self.module.is_empty()).then_some(self.module),
            ..ecosystem::Manifest::default()
        }
    }

    /// Whether a module that is required or replaced holds the package of an import path.
    pub(super) fn provides(&self, path: &str) -> bool {
        let mut names = self.requires.keys().chain(self.replaces.keys());
        names.any(|module| below(path, module).is_some())
    }
}

/// What an import path has behind a module's; empty for the module itself, `None` where it is outside of it.
pub(super) fn below<'p>(path: &'p str, module: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(module)?;
    match rest.strip_prefix('/') {
        Some(rest) => Some(rest),
        None => rest.is_empty().then_some(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "module example.com/shop // the shop\n\ngo 1.22.3\n\ntoolchain go1.23.1\n\n\
        require example.com/one v1.0.0\nrequire (\n\texample.com/two/v2 v2.1.0 // indirect\n\t\"example.com/three\" v0.1.0\n)\n\
        replace example.com/one => ../one\nreplace(\n\texample.com/two/v2 v2.1.0 => example.com/fork v1.0.0\n\
        \texample.com/three => example.com/three v0.2.0\n)\nexclude example.com/four v1.0.0\n";

    #[test]
    fn directives_are_read_alone_and_in_blocks() {
        let read = read(TEXT).expect("a module");
        assert_eq!(
            (read.module.as_str(), read.go),
            ("example.com/shop", Some(22))
        );
        let requires: Vec<_> = read.requires.keys().map(String::as_str).collect();
        assert_eq!(
            requires,
            ["example.com/one", "example.com/three", "example.com/two/v2"]
        );
        assert!(read.provides("example.com/two/v2/sub") && !read.provides("example.com/two"));
        assert!(!read.provides("example.com/four"));
        let packages = read.declared().packages;
        let source = |name: &str| packages.get(name).map(|package| package.source.clone());
        assert_eq!(source("example.com/one"), Some(Source::Own));
        assert_eq!(source("example.com/three"), Some(Source::Registry));
        let fork = Source::Elsewhere("example.com/fork".to_owned());
        assert_eq!(source("example.com/two/v2"), Some(fork));
    }

    #[test]
    fn a_workspace_joins_folders_and_other_texts_are_none() {
        let read_uses = |text: &str| read(text).map(|read| read.uses);
        assert_eq!(
            read_uses("go 1.22\nuse (\n\t./a\n\t./b\n)\n"),
            Some(vec!["./a".to_owned(), "./b".to_owned()])
        );
        assert_eq!(read_uses("a text\n"), None);
    }

    #[test]
    fn a_path_is_below_a_module_at_whole_segments() {
        assert_eq!(below("a/b/c", "a/b"), Some("c"));
        assert_eq!(below("a/b", "a/b"), Some(""));
        assert_eq!(below("a/bc", "a/b"), None);
    }
}
