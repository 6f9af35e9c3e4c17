//! Modules of a `site-packages` by their dotted names, and what they have.
//!
//! Does not catch: modules that are found by other means than files (they are unknown, and nothing is said of them).

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Site;
use super::surface::Surface;
use crate::budget;
use crate::files::EntryKind;

/// Modules that are gone through for one name.
const MOST_MODULES: usize = 64;

/// What stands under a dotted name.
pub(super) enum Found {
    /// A module whose text is there.
    Written(Module),
    /// The folder of this dotted name holds no such segment.
    Missing { within: String, segment: String },
    /// Something that cannot be read, or may be elsewhere.
    Unknown,
}

/// A module whose text is there.
pub(super) struct Module {
    /// Its dotted name.
    pub(super) dotted: String,
    /// The folder that it is, where it is a package.
    folder: Option<String>,
    /// What runs, where that is there.
    pub(super) code: Option<Rc<Surface>>,
    /// What only types it.
    stub: Option<Rc<Surface>>,
}

/// Whether a module has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It has.
    Has,
    /// It surely has not.
    Lacks,
    /// Nobody can tell.
    Unknown,
}

impl Module {
    /// What its texts say.
    pub(super) fn surfaces(&self) -> impl Iterator<Item = &Rc<Surface>> {
        self.code.iter().chain(&self.stub)
    }

    /// The dotted name of a module as this one writes it, with leading dots.
    fn absolute(&self, written: &str) -> Option<String> {
        let dots = written.chars().take_while(|c| *c == '.').count();
        let rest = written.get(dots..)?;
        if dots == 0 {
            return Some(rest.to_owned());
        }
        let mut package = self.dotted.as_str();
        for _ in usize::from(self.folder.is_some())..dots.min(MOST_MODULES) {
            package = package.rsplit_once('.')?.0;
        }
        Some(match rest {
            "" => package.to_owned(),
            rest => format!("{package}.{rest}"),
        })
    }
}

/// Whether one of a folder's entries is a module of this name, of whatever kind.
fn is_module_of(entry: &str, name: &str) -> bool {
    let rest = entry.strip_prefix(name);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl Site {
    fn surface(&self, path: &str) -> Option<Rc<Surface>> {
        if let Some(known) = self.surfaces.borrow().get(path) {
            return known.clone();
        }
        let surface = self.root.text(path).and_then(Surface::of).map(Rc::new);
        let surfaces = &mut self.surfaces.borrow_mut();
        surfaces.insert(path.to_owned(), surface.clone());
        surface
    }

    /// What stands under a dotted name.
    pub(super) fn find(&self, dotted: &str) -> Found {
        let mut folder = String::new();
        let mut segments = dotted.split('.').peekable();
        while let Some(segment) = segments.next() {
            let Some(entries) = self.root.entries(&folder) else {
                return Found::Unknown;
            };
            budget::charge(entries.len());
            let mut alike = entries
                .iter()
                .filter(|(name, _)| is_module_of(name, segment));
            let is_odd = alike.any(|(name, kind)| {
                let ending = name.get(segment.len()..).unwrap_or_default();
                let known = match kind {
                    EntryKind::Folder => ending.is_empty(),
                    EntryKind::File => matches!(ending, ".py" | ".pyi"),
                    EntryKind::Other => false,
                };
                !known
            });
            let path = match folder.as_str() {
                "" => segment.to_owned(),
                above => format!("{above}/{segment}"),
            };
            let name = path.replace('/', ".");
            let stem = match entries.get(segment) {
                Some(EntryKind::Folder) => format!("{path}/__init__"),
                _ => path.clone(),
            };
            let is_package = stem != path;
            let is_file = ["py", "pyi"]
                .iter()
                .any(|ending| entries.contains_key(&format!("{segment}.{ending}")));
            if is_odd || is_package && is_file {
                return Found::Unknown;
            }
            if !is_package && !is_file {
                return self.missing(&folder, segment);
            }
            if segments.peek().is_some() && is_package {
                folder = path;
                continue;
            }
            if segments.peek().is_some() {
                return Found::Unknown;
            }
            let known = match is_package {
                true => self.root.entries(&path),
                false => Some(entries),
            };
            let read = |ending: &str| {
                let full = format!("{stem}.{ending}");
                let file = full.rsplit('/').next().unwrap_or(&full);
                let is_there = known.as_ref().is_some_and(|it| it.contains_key(file));
                is_there.then(|| self.surface(&full))
            };
            let (code, stub) = (read("py"), read("pyi"));
            let is_unread = [&code, &stub]
                .into_iter()
                .any(|it| matches!(it, Some(None)));
            let (code, stub) = (code.flatten(), stub.flatten());
            // A stub alone is a module of another kind; without either it is a namespace.
            if is_unread || code.is_none() {
                return Found::Unknown;
            }
            return Found::Written(Module {
                dotted: name,
                folder: is_package.then_some(path),
                code,
                stub,
            });
        }
        Found::Unknown
    }

    /// What it means that a folder holds no such segment: nothing where its package may make modules.
    fn missing(&self, folder: &str, segment: &str) -> Found {
        let within = folder.replace('/', ".");
        if within.is_empty() {
            return Found::Unknown;
        }
        let Found::Written(package) = self.find(&within) else {
            return Found::Unknown;
        };
        let makes = package.surfaces().any(|surface| {
            surface.is_open
                || surface.makes_modules
                || surface.parsed.source.contains("sys.modules")
        });
        match makes {
            true => Found::Unknown,
            false => Found::Missing {
                within,
                segment: segment.to_owned(),
            },
        }
    }

    /// Whether a module has a name.
    pub(super) fn has(&self, module: &Module, name: &str) -> Answer {
        self.has_by(module, name, &mut BTreeSet::new())
    }

    fn has_by(&self, module: &Module, name: &str, seen: &mut BTreeSet<String>) -> Answer {
        if !seen.insert(module.dotted.clone()) {
            return Answer::Lacks;
        }
        if seen.len() > MOST_MODULES {
            return Answer::Unknown;
        }
        let mut surfaces = module.surfaces();
        if surfaces.any(|surface| surface.names.contains(name)) {
            return Answer::Has;
        }
        if let Some(folder) = &module.folder {
            let Some(entries) = self.root.entries(folder) else {
                return Answer::Unknown;
            };
            budget::charge(entries.len());
            if entries.keys().any(|entry| is_module_of(entry, name)) {
                return Answer::Has;
            }
        }
        let mut answer = Answer::Lacks;
        for surface in module.surfaces() {
            if surface.is_open {
                answer = Answer::Unknown;
            }
            for star in &surface.stars {
                let target = module.absolute(star).map(|dotted| self.find(&dotted));
                let Some(Found::Written(target)) = target else {
                    answer = Answer::Unknown;
                    continue;
                };
                match self.has_by(&target, name, seen) {
                    Answer::Has => return Answer::Has,
                    Answer::Unknown => answer = Answer::Unknown,
                    Answer::Lacks => {}
                }
            }
        }
        answer
    }

    /// The names that a module has, as far as its own texts and the stars in them tell: for hints.
    pub(super) fn names(&self, module: &Module) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for surface in module.surfaces() {
            found.extend(surface.names.iter().cloned());
            for star in surface.stars.iter().take(MOST_MODULES) {
                let target = module.absolute(star).map(|dotted| self.find(&dotted));
                if let Some(Found::Written(target)) = target {
                    let surfaces = target.surfaces();
                    found.extend(surfaces.flat_map(|it| it.names.iter().cloned()));
                }
            }
        }
        budget::charge(found.len());
        found
    }

    /// The module in which a name of a module is defined, and its name there; `None` where that is not one place.
    pub(super) fn definition(&self, dotted: &str, name: &str) -> Option<(Module, String)> {
        self.defined(dotted, name, &mut 0)
    }

    fn defined(&self, dotted: &str, name: &str, steps: &mut usize) -> Option<(Module, String)> {
        *steps += 1;
        let Found::Written(module) = self.find(dotted) else {
            return None;
        };
        let code = module.code.clone().filter(|code| !code.is_open)?;
        if *steps > MOST_MODULES || code.assigned.contains(name) {
            return None;
        }
        let (mut imports, is_defined) = (code.imports(name), code.defines(name));
        match (imports.next(), imports.next()) {
            (None, None) if is_defined => Some((module, name.to_owned())),
            (Some(import), None) if !is_defined && import.guard.is_none() => {
                let target = module.absolute(&import.module)?;
                self.defined(&target, import.name.as_ref()?, steps)
            }
            (None, None) => {
                let mut places: Vec<(Module, String)> = Vec::new();
                for star in &code.stars {
                    let target = module.absolute(star)?;
                    let Found::Written(below) = self.find(&target) else {
                        return None;
                    };
                    let code = below.code.as_ref()?;
                    if code.binds(name)
                        || !code.stars.is_empty() && self.has(&below, name) != Answer::Lacks
                    {
                        places.push(self.defined(&target, name, steps)?);
                    }
                }
                let (module, name) = places.pop()?;
                let is_one = |(other, called): &(Module, String)| {
                    other.dotted == module.dotted && *called == name
                };
                places.iter().all(is_one).then_some((module, name))
            }
            _ => None,
        }
    }
}
