//! What a path is to the policy: written here, generated, vendored, a test.
//!
//! Does not catch: generated code that says so only in a header comment; `paths.generated` names it.

use globset::GlobSet;

use super::document::Paths;
use super::values::Glob;

/// Endings of names that are made by a program. Lock files are not among them: they decide what is
/// installed, and checks read them.
pub const GENERATED: [&str; 6] = [
    "_pb2.py",
    "_pb2.pyi",
    "_pb2_grpc.py",
    ".pb.go",
    ".min.js",
    ".min.css",
];

/// Folders in which package managers put other people's code.
pub const VENDORED: [&str; 3] = ["node_modules", "vendor", "_vendor"];

/// What a path is to the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Written here by hand.
    Own,
    /// Made by a program: judged for secrets and hidden text only.
    Generated,
    /// Somebody else's code: judged for secrets and hidden text only.
    Vendored,
}

/// The patterns of `[paths]`, compiled.
#[derive(Clone, Debug, Default)]
pub(super) struct Matchers {
    generated: GlobSet,
    vendored: GlobSet,
    tests: GlobSet,
    attributes: Attributes,
    well_known: bool,
}

impl Matchers {
    /// Compiles; the error names the key.
    pub(super) fn new(paths: &Paths, attributes: &[u8]) -> Result<Self, (&'static str, String)> {
        let set = |key, patterns: &[Glob]| {
            Glob::set(patterns.iter().map(Glob::as_str)).map_err(|why| (key, why))
        };
        let on = paths.well_known;
        Ok(Self {
            generated: set("paths.generated", &paths.generated)?,
            vendored: set("paths.vendored", &paths.vendored)?,
            tests: set("paths.tests", &paths.tests)?,
            attributes: Attributes::read(if on { attributes } else { &[] }),
            well_known: on,
        })
    }

    /// What decides besides the policy file, for the digest.
    pub(super) fn beyond_the_file(&self) -> String {
        self.attributes.lines.join("\n")
    }

    pub(super) fn kind(&self, path: &str) -> Kind {
        let attributes = self.attributes.of(path);
        let known = |test: fn(&str) -> bool| self.well_known && test(path);
        if self.vendored.is_match(path) || attributes.vendored == Some(true) || known(in_vendored) {
            Kind::Vendored
        } else if self.generated.is_match(path)
            || attributes.generated == Some(true)
            || known(named_generated)
        {
            Kind::Generated
        } else {
            Kind::Own
        }
    }

    /// The folder whose well-known name alone makes a path vendored.
    pub(super) fn well_known_folder<'p>(&self, path: &'p str) -> Option<&'p str> {
        let attributes = self.attributes.of(path).vendored == Some(true);
        if !self.well_known || attributes || self.vendored.is_match(path) {
            return None;
        }
        let mut end = 0;
        for part in path.split('/') {
            end += part.len();
            if VENDORED.contains(&part) && end < path.len() {
                return path.get(..end);
            }
            end += 1;
        }
        None
    }

    /// Whether the well-known ending of its name alone makes a path generated.
    pub(super) fn is_named_generated(&self, path: &str) -> bool {
        self.well_known
            && named_generated(path)
            && !self.generated.is_match(path)
            && self.attributes.of(path).generated != Some(true)
    }

    pub(super) fn is_test(&self, path: &str) -> bool {
        self.tests.is_match(path)
    }
}

fn in_vendored(path: &str) -> bool {
    path.rsplit('/')
        .skip(1)
        .any(|folder| VENDORED.contains(&folder))
}

fn named_generated(path: &str) -> bool {
    GENERATED.iter().any(|ending| path.ends_with(ending))
}

/// The lines of a `.gitattributes` at the root that set `linguist-generated` or `linguist-vendored`.
/// Quoted patterns, macros and patterns that are none are passed over.
#[derive(Clone, Debug, Default)]
struct Attributes {
    patterns: GlobSet,
    marks: Vec<Marks>,
    lines: Vec<String>,
}

/// What a line of a `.gitattributes` at the root takes out of what is judged.
pub fn marked_by(line: &str) -> impl Fn(&str) -> bool {
    let attributes = Attributes::read(line.as_bytes());
    move |path| {
        let marks = attributes.of(path);
        marks.generated == Some(true) || marks.vendored == Some(true)
    }
}

/// What one line sets, or what all lines come to.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    generated: Option<bool>,
    vendored: Option<bool>,
}

impl Attributes {
    fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut globs = Vec::new();
        let mut marks = Vec::new();
        let mut lines = Vec::new();
        for line in text.lines() {
            let mut words = line.split_ascii_whitespace();
            let Some(pattern) = words
                .next()
                .filter(|word| !word.starts_with(['#', '"', '[']))
            else {
                continue;
            };
            let mut attributes = Marks::default();
            for word in words {
                let on = !word.starts_with(['-', '!'])
                    && !word.ends_with("=false")
                    && !word.ends_with("=0");
                let name = word.trim_start_matches(['-', '!']);
                match name.split('=').next() {
                    Some("linguist-generated") => attributes.generated = Some(on),
                    Some("linguist-vendored") => attributes.vendored = Some(on),
                    _ => {}
                }
            }
            if attributes.generated.is_none() && attributes.vendored.is_none() {
                continue;
            }
            // A pattern without a slash holds in every folder; one with a slash, from the root.
            let glob = match pattern.contains('/') {
                true => pattern.trim_start_matches('/').to_owned(),
                false => format!("**/{pattern}"),
            };
            if let Ok(glob) = Glob::try_from(glob) {
                globs.push(glob);
                marks.push(attributes);
                lines.push(line.to_owned());
            }
        }
        match Glob::set(globs.iter().map(Glob::as_str)) {
            Ok(patterns) => Self {
                patterns,
                marks,
                lines,
            },
            Err(_) => Self::default(),
        }
    }

    /// What the lines say of a path; the last line that says something counts.
    fn of(&self, path: &str) -> Marks {
        let mut all = Marks::default();
        for attributes in self
            .patterns
            .matches(path)
            .into_iter()
            .filter_map(|at| self.marks.get(at))
        {
            all.generated = attributes.generated.or(all.generated);
            all.vendored = attributes.vendored.or(all.vendored);
        }
        all
    }
}
