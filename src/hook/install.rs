//! Putting the hook into a repository, and taking it out again to the byte.
//!
//! Nothing that is there is lost: a hook of somebody else's is refused unless the user says what becomes
//! of it, and comes back with `uninstall`. Where hooks are managed by a tool that writes them anew
//! (husky, lefthook), the line for that tool is printed instead.
//!
//! Does not catch: a manager that this module does not know, and that later writes over the hook.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::agent::Agent;
use crate::files;
use crate::process::Program;

const HOOK: &str = "pre-push";
/// A hook that ours runs first.
const CHAINED: &str = "pre-push.draftgate-prev";
/// A hook that ours stands in place of.
const REPLACED: &str = "pre-push.draftgate-replaced";
/// The second line of a hook that is ours.
const MARK: &str = "# draftgate pre-push hook, written by `draftgate hook install`; `draftgate hook uninstall` takes it away.";
const BLOCK_START: &str = "# >>> draftgate >>> written by `draftgate hook install --append`\n";
const BLOCK_END: &str = "# <<< draftgate <<<\n";

/// What becomes of a hook that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It is kept, and nothing is written.
    Refuse,
    /// Ours runs it first.
    Chain,
    /// Our lines are put at its top.
    Append,
    /// Ours stands in its place.
    Force,
}

/// Who wrote the hook that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    Ours,
    OursInside,
    Foreign,
}

/// Where git looks for hooks.
struct Hooks {
    folder: PathBuf,
    /// `core.hooksPath`, where it is set.
    configured: Option<String>,
    top: PathBuf,
    /// Whether the folder belongs to this repository alone.
    own: bool,
}

impl Hooks {
    fn of(directory: &Path) -> Result<Self> {
        let ask = |arguments: &[&str]| -> Result<Option<String>> {
            let ran = Program::new("git", directory).args(arguments).run();
            Ok(ran.succeeded().then(|| {
                String::from_utf8_lossy(&ran.stdout)
                    .trim_end_matches('\n')
                    .to_owned()
            }))
        };
        let path = |name: &str| -> Result<PathBuf> {
            let ran = ask(&["rev-parse", "--git-path", name])?;
            let ran = ran.with_context(|| {
                format!(
                    "{} is in no git repository: go into one, or name it with `-C DIR`",
                    directory.display()
                )
            })?;
            Ok(std::path::absolute(directory.join(ran))?)
        };
        let folder = path("hooks")?;
        let common = path(".")?;
        let top = match ask(&["rev-parse", "--show-toplevel"])? {
            Some(top) => PathBuf::from(top),
            None => std::path::absolute(directory)?,
        };
        let configured = ask(&["config", "--get", "core.hooksPath"])?;
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let own = configured.is_none()
            || real(&folder).starts_with(real(&top))
            || real(&folder).starts_with(real(&common));
        Ok(Self {
            folder,
            configured,
            top,
            own,
        })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn found(&self) -> Result<Found> {
        let hook = self.file(HOOK);
        let text = match files::own(&hook, files::MOST_BY_HAND) {
            Ok(read) => read.lossy(),
            Err(files::Refused::NotThere) => return Ok(Found::Nothing),
            // A link to a script, for instance.
            Err(files::Refused::Kind(_)) => return Ok(Found::Foreign),
            Err(refused) => {
                return Err(refused).with_context(|| format!("cannot read {}", hook.display()));
            }
        };
        Ok(if text.lines().nth(1) == Some(MARK) {
            Found::Ours
        } else if text.contains(BLOCK_START) && text.contains(BLOCK_END) {
            Found::OursInside
        } else {
            Found::Foreign
        })
    }

    /// The line for the tool that writes the hooks here, where one does.
    fn managed(&self) -> Option<String> {
        let husky = self.folder.ends_with(".husky/_") || self.folder.ends_with(".husky");
        if husky {
            return Some(
                "husky writes the hooks here: add this line to .husky/pre-push\n\n    draftgate hook pre-push \"$@\"\n".to_owned(),
            );
        }
        let lefthook = [
            "lefthook.yml",
            "lefthook.yaml",
            ".lefthook.yml",
            ".lefthook.yaml",
            "lefthook.toml",
            "lefthook.json",
        ];
        if lefthook.iter().any(|name| self.top.join(name).is_file()) {
            return Some(
                "lefthook writes the hooks here: add this to its configuration, then `lefthook install`\n\n    pre-push:\n      commands:\n        draftgate:\n          run: draftgate hook pre-push {1} {2}\n          use_stdin: true\n".to_owned(),
            );
        }
        None
    }
}

/// Installs the hook; what there is to say.
///
/// # Errors
/// Where there is no repository, hooks are managed by another tool, or a foreign hook stands there.
pub fn install(directory: &Path, existing: Existing) -> Result<String> {
    let hooks = Hooks::of(directory)?;
    if let Some(line) = hooks.managed() {
        bail!("nothing was written: {line}");
    }
    if !hooks.own && existing != Existing::Force {
        bail!(
            "core.hooksPath is {}, which other repositories share: `--force` writes there all the same, or add this line to its {HOOK}:\n\n    draftgate hook pre-push \"$@\"\n",
            crate::text::visible(hooks.configured.as_deref().unwrap_or_default())
        );
    }
    std::fs::create_dir_all(&hooks.folder)
        .with_context(|| format!("cannot make {}", hooks.folder.display()))?;
    let hook = hooks.file(HOOK);
    let shown = hook.display();
    match (hooks.found()?, existing) {
        (Found::Nothing, _) => {
            write(&hook, &script()?)?;
            Ok(format!("installed {shown}\n"))
        }
        (Found::Ours, _) => {
            write(&hook, &script()?)?;
            Ok(format!("{shown} is ours already; written anew\n"))
        }
        (Found::OursInside, _) => Ok(format!("{shown} has our lines already\n")),
        (Found::Foreign, Existing::Refuse) => bail!(
            "{shown} is not ours, and stays as it is. Choose: `--chain` runs it first, then draftgate; `--append` puts our lines at its top (shell scripts); `--force` puts ours in its place. `draftgate hook uninstall` brings it back as it is now"
        ),
        (Found::Foreign, Existing::Chain) => {
            set_aside(&hook, &hooks.file(CHAINED))?;
            write(&hook, &script()?)?;
            Ok(format!("installed {shown}; it runs {CHAINED} first\n"))
        }
        (Found::Foreign, Existing::Force) => {
            set_aside(&hook, &hooks.file(REPLACED))?;
            write(&hook, &script()?)?;
            Ok(format!("installed {shown}; the old one is {REPLACED}\n"))
        }
        (Found::Foreign, Existing::Append) => {
            let text = text_of(&hook).with_context(|| format!("{shown}: use --chain"))?;
            let (first, rest) = text.split_once('\n').unwrap_or((text.as_str(), ""));
            let shell = ["sh", "bash", "dash", "ksh", "zsh"];
            let program = first
                .trim_end()
                .rsplit(['/', ' '])
                .next()
                .unwrap_or_default();
            if !first.starts_with("#!") || !shell.contains(&program) || !text.contains('\n') {
                bail!("{shown} does not begin as a shell script does (`#!/bin/sh`): use --chain");
            }
            files::replace(&hook, format!("{first}\n{}{rest}", block()?).as_bytes())
                .with_context(|| format!("cannot write {shown}"))?;
            Ok(format!("put our lines at the top of {shown}\n"))
        }
    }
}

/// Takes the hook out; what there is to say.
///
/// # Errors
/// Where there is no repository, or a file cannot be written.
pub fn uninstall(directory: &Path) -> Result<String> {
    let hooks = Hooks::of(directory)?;
    let hook = hooks.file(HOOK);
    let shown = hook.display();
    match hooks.found()? {
        Found::Nothing => Ok(format!("there is no {shown}\n")),
        Found::Foreign => Ok(format!("{shown} is not ours, and stays as it is\n")),
        Found::OursInside => {
            let text = text_of(&hook)?;
            let start = text.find(BLOCK_START);
            let end = text.find(BLOCK_END).map(|at| at + BLOCK_END.len());
            let parts = start
                .zip(end)
                .and_then(|(start, end)| Some((text.get(..start)?, text.get(end..)?)));
            let (before, after) =
                parts.context("our lines are not in order: take them out by hand")?;
            files::replace(&hook, format!("{before}{after}").as_bytes())?;
            Ok(format!("took our lines out of {shown}\n"))
        }
        Found::Ours => {
            for kept in [CHAINED, REPLACED] {
                let kept = hooks.file(kept);
                if kept.exists() {
                    std::fs::rename(&kept, &hook)?;
                    return Ok(format!(
                        "took our hook out; {shown} is the one that was there\n"
                    ));
                }
            }
            std::fs::remove_file(&hook)?;
            Ok(format!("took {shown} away\n"))
        }
    }
}

/// What is installed.
///
/// # Errors
/// Where there is no repository.
pub fn status(directory: &Path) -> Result<String> {
    let hooks = Hooks::of(directory)?;
    let hook = hooks.file(HOOK);
    let state = match hooks.found()? {
        Found::Nothing => "not installed".to_owned(),
        Found::Ours if hooks.file(CHAINED).exists() => format!("installed; runs {CHAINED} first"),
        Found::Ours => "installed".to_owned(),
        Found::OursInside => "installed, inside a hook that is not ours".to_owned(),
        Found::Foreign => "not installed; another hook stands there".to_owned(),
    };
    let mut text = format!("{}: {state}\n", hook.display());
    if let Some(path) = &hooks.configured {
        text.push_str(&format!(
            "core.hooksPath is {}\n",
            crate::text::visible(path)
        ));
    }
    if let Some(line) = hooks.managed() {
        text.push_str(&line);
    }
    Ok(text)
}

/// Writes the settings of a coding agent's hooks, where it has none yet.
///
/// # Errors
/// Where the agent has settings already: then the message holds what to add.
pub fn install_agent(top: &Path, agent: Agent) -> Result<String> {
    let (path, settings) = agent.settings();
    let file = top.join(path);
    match files::in_tree(top, Path::new(path), files::MOST_BY_HAND) {
        Ok(there) if there.bytes == settings.as_bytes() => {
            Ok(format!("{path} has our hook already\n"))
        }
        Ok(_) => bail!("{path} is there, and stays as it is: merge this into it\n\n{settings}"),
        Err(refused) if refused.is_not_there() => {
            let folder = file.parent().unwrap_or(top);
            std::fs::create_dir_all(folder).with_context(|| format!("cannot write {path}"))?;
            files::deliver(Some(top), &file, settings.as_bytes())
                .with_context(|| format!("cannot write {path}"))?;
            Ok(format!("wrote {path}\n"))
        }
        Err(refused) => Err(refused).with_context(|| path.to_owned()),
    }
}

/// Takes the settings of a coding agent's hooks away, where they are as we wrote them.
///
/// # Errors
/// Where the file holds more: then the message says what to take out.
pub fn uninstall_agent(top: &Path, agent: Agent) -> Result<String> {
    let (path, settings) = agent.settings();
    let file = top.join(path);
    match files::in_tree(top, Path::new(path), files::MOST_BY_HAND) {
        Err(refused) if refused.is_not_there() => Ok(format!("there is no {path}\n")),
        Err(refused) => Err(refused).with_context(|| path.to_owned()),
        Ok(there) if there.bytes == settings.as_bytes() => {
            std::fs::remove_file(&file).with_context(|| format!("cannot remove {path}"))?;
            Ok(format!("took {path} away\n"))
        }
        Ok(_) => bail!(
            "{path} holds more than our hook, and stays as it is: take out the entry whose command is `draftgate hook agent {}`",
            agent.name()
        ),
    }
}

/// The hook: this program, or whichever is on the path once it has moved.
fn script() -> Result<String> {
    let program = program()?;
    Ok(format!(
        r#"#!/bin/sh
{MARK}
draftgate={program}
[ -x "$draftgate" ] || draftgate=draftgate
command -v "$draftgate" >/dev/null || {{
    echo "draftgate is not installed any more, so nothing was judged; take its hook away: ${{0}}" >&2
    exit 2
}}
previous="${{0%/*}}/{CHAINED}"
[ -x "$previous" ] || exec "$draftgate" hook pre-push "$@"
refs=$(mktemp) || exit 2
trap 'rm -f "$refs"' EXIT
cat >"$refs"
"$previous" "$@" <"$refs" || exit $?
"$draftgate" hook pre-push "$@" <"$refs"
"#
    ))
}

/// Our lines for the top of a shell script. What they read of standard input is there again after them.
fn block() -> Result<String> {
    let program = program()?;
    Ok(format!(
        r#"{BLOCK_START}draftgate={program}
[ -x "$draftgate" ] || draftgate=draftgate
draftgate_refs=$(mktemp) && cat >"$draftgate_refs" || exit 2
"$draftgate" hook pre-push "$@" <"$draftgate_refs" || {{ draftgate_code=$?; rm -f "$draftgate_refs"; exit "$draftgate_code"; }}
exec <"$draftgate_refs"
rm -f "$draftgate_refs"
{BLOCK_END}"#
    ))
}

/// This program's path, quoted for a shell.
fn program() -> Result<String> {
    let path = std::env::current_exe().context("where is this program?")?;
    let path = path
        .to_str()
        .context("the path of draftgate is not UTF-8: put it elsewhere")?;
    Ok(format!("'{}'", path.replace('\'', r"'\''")))
}

fn text_of(hook: &Path) -> Result<String> {
    let read = files::own(hook, files::MOST_BY_HAND)?;
    String::from_utf8(read.bytes).context("it is no text")
}

fn set_aside(hook: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        bail!("{} is there already: move it away first", to.display());
    }
    std::fs::rename(hook, to).with_context(|| format!("cannot move {}", hook.display()))
}

fn write(hook: &Path, script: &str) -> Result<()> {
    files::replace(hook, script.as_bytes())
        .with_context(|| format!("cannot write {}", hook.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(hook, std::fs::Permissions::from_mode(0o755))
            .with_context(|| format!("cannot make {} executable", hook.display()))?;
    }
    Ok(())
}
