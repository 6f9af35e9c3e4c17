//! What no check could see: content that is not text, or that is not here at all. Silence about such a
//! file would be a pass that nobody gave, so a human is told to look.
//!
//! Pictures, fonts and sounds are common in good work and run nowhere: they are a note.
//!
//! Does not catch: a program under the name of a picture (the kind is told by the ending); a file that
//! was made executable.

mod attributes;

use anyhow::Result;

use super::{Applicability, Check, CheckResult, Context};
use crate::change::{Blob, Content, File, Mode, Side};
use crate::finding::{Finding, Level, Place};
use crate::policy::Kind;
use crate::rule::Rule;
use crate::rule::built_in::unreadable as rules;
use crate::text::visible;

/// The check.
pub(super) struct Unreadable;

impl Check for Unreadable {
    fn name(&self) -> &'static str {
        "unreadable"
    }

    fn question(&self) -> &'static str {
        "Does the change hold something that no check could read?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["unreadable"]
    }

    fn judges_generated(&self) -> bool {
        true
    }

    fn applicability(&self, file: &File) -> Applicability {
        match file.head {
            Some(_) => Applicability::Sees,
            None => Applicability::NotApplicable("deleted".to_owned()),
        }
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        match examine(context) {
            Ok(result) => result,
            Err(error) => CheckResult::broken(error),
        }
    }
}

fn examine(context: &Context<'_>) -> Result<CheckResult> {
    context.each(|file, result| {
        let Some(head) = &file.head else {
            return Ok(());
        };
        if file.path.rsplit('/').next() == Some(".gitattributes") {
            attributes::check_file(context, file, Side::Head, &mut result.head)?;
            attributes::check_file(context, file, Side::Base, &mut result.base)?;
        }
        let same = file
            .base
            .as_ref()
            .is_some_and(|base| same_content(base, head));
        if same && file.old_path.is_none() {
            return Ok(());
        }
        let Some(seen) = inspect(&file.path, head, file.base.as_ref()) else {
            return Ok(());
        };
        let moved = if same { "moved, unchanged: " } else { "" };
        let rule = seen.rule;
        let message = format!("{moved}{}", seen.message);
        let mut finding = rule.finding(Side::Head, &file.path, Place::FILE, message);
        finding.level = match context.policy.kind(&file.path) {
            Kind::Own if !same => seen.level,
            Kind::Own | Kind::Generated | Kind::Vendored => Level::Note,
        };
        finding.anchor = Some(head.id.clone());
        result.head.push(finding);
        Ok(())
    })
}

/// Whether a file that is no text is only noted: a picture, a font, a sound, a link inside the
/// repository. What reads text has nothing to look for in it.
pub(super) fn is_only_noted(file: &File) -> bool {
    let head = file.head.as_ref().filter(|head| head.text().is_none());
    let seen = head.and_then(|head| inspect(&file.path, head, file.base.as_ref()));
    seen.is_some_and(|seen| seen.level == Level::Note)
}

fn same_content(base: &Blob, head: &Blob) -> bool {
    base.id == head.id && (base.mode == head.mode || head.text().is_some())
}

/// What there is to say about a file.
struct Seen {
    rule: &'static Rule,
    level: Level,
    message: String,
}

fn inspect(path: &str, head: &Blob, base: Option<&Blob>) -> Option<Seen> {
    let unreadable = |message: String| Seen {
        rule: rules::UNREADABLE_FILE,
        level: Level::Escalate,
        message,
    };
    Some(match &head.content {
        Content::Text(_) => return None,
        Content::Binary => match kind(path) {
            Binary::Media(what) if head.mode != Mode::Executable => Seen {
                rule: rules::MEDIA_FILE,
                level: Level::Note,
                message: format!("{what} of {} bytes: nothing in it was checked", head.size),
            },
            Binary::Media(what) => unreadable(format!(
                "a file of {} bytes that is named like {what} is marked as a program",
                head.size
            )),
            Binary::Other(what) => unreadable(format!(
                "{what} of {} bytes: nothing in it was checked",
                head.size
            )),
        },
        Content::Symlink(target) => symlink(path, target, base)?,
        Content::Submodule(id) => {
            let to: String = id.chars().take(12).collect();
            let from = base.map(|base| match &base.content {
                Content::Submodule(id) => {
                    format!(" from {}", id.chars().take(12).collect::<String>())
                }
                _ => " in place of a file".to_owned(),
            });
            unreadable(format!(
                "the submodule points{} to commit {to} of another repository, whose code was not checked",
                from.unwrap_or_default()
            ))
        }
        Content::Undecodable(_) | Content::LfsPointer | Content::TooLarge | Content::Missing(_) => {
            unreadable(format!(
                "nothing in it was checked: {}",
                head.out_of_reach()?
            ))
        }
    })
}

fn symlink(path: &str, target: &str, base: Option<&Blob>) -> Option<Seen> {
    let outside = leaves_repository(path, target);
    let shown = visible(target);
    let was = match base.map(|base| &base.content) {
        None => "a new symbolic link".to_owned(),
        Some(Content::Symlink(old)) if old == target => return None,
        Some(Content::Symlink(old)) => format!("a symbolic link that went to `{}`", visible(old)),
        Some(_) => "a file became a symbolic link: it".to_owned(),
    };
    let replaced = base.is_some_and(|base| base.mode != Mode::Symlink);
    Some(Seen {
        rule: rules::UNREADABLE_FILE,
        level: if outside || replaced {
            Level::Escalate
        } else {
            Level::Note
        },
        message: match outside {
            true => format!("{was} leads out of the repository, to `{shown}`"),
            false => format!("{was} leads to `{shown}`"),
        },
    })
}

/// Whether a link's target is absolute, or climbs over the top.
fn leaves_repository(path: &str, target: &str) -> bool {
    if target.starts_with(['/', '\\', '~']) || target.chars().nth(1) == Some(':') {
        return true;
    }
    let mut depth = path.split('/').count().saturating_sub(1);
    for part in target.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return true,
            },
            _ => depth += 1,
        }
    }
    false
}

/// What the ending of a binary file promises.
enum Binary {
    /// Shown or played, never run.
    Media(&'static str),
    /// Anything else.
    Other(&'static str),
}

fn kind(path: &str) -> Binary {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "ico" | "icns" | "bmp" | "tif"
        | "tiff" => Binary::Media("a picture"),
        "woff" | "woff2" | "ttf" | "otf" | "eot" => Binary::Media("a font"),
        "mp3" | "ogg" | "wav" | "flac" | "mp4" | "webm" | "mov" => Binary::Media("a recording"),
        "pdf" => Binary::Media("a PDF document"),
        "exe" | "dll" | "so" | "dylib" | "o" | "a" | "lib" | "class" | "pyc" | "pyd" | "wasm"
        | "node" | "elf" | "msi" | "app" | "apk" => Binary::Other("a compiled program"),
        "zip" | "gz" | "tgz" | "xz" | "bz2" | "zst" | "7z" | "rar" | "tar" | "whl" | "jar"
        | "egg" | "crate" | "deb" | "rpm" => Binary::Other("an archive"),
        "db" | "sqlite" | "sqlite3" | "npy" | "npz" | "parquet" | "pkl" | "pickle" | "pt"
        | "onnx" => Binary::Other("a binary data file"),
        _ => Binary::Other("a binary file of no known kind"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leaves_the_repository_when_it_is_absolute_or_climbs_over_the_top() {
        assert!(leaves_repository("a/b", "/etc/passwd"));
        assert!(leaves_repository("a/b", "../../x"));
        assert!(leaves_repository("a", "../x"));
        assert!(leaves_repository("a/b", "../c/../../x"));
        assert!(!leaves_repository("a/b", "../x"));
        assert!(!leaves_repository("a/b/c", "../../LICENSE"));
    }
}
