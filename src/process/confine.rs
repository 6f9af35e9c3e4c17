//! Programs without network, and with a read-only view of all but their own directories.
//!
//! A process is confined by itself, before it becomes the program: a namespace of the network can only be left behind by
//! a process of one thread, and nothing may run between `fork` and `exec` in one that has more without `unsafe`. So
//! draftgate starts itself, with [`LAUNCH`] as its first argument, and that process ([`become_asked`]) restricts itself and
//! then becomes the program, under the same id. The network is a namespace of its own in which only `lo` is up, so that a
//! test may serve itself; files are Landlock's, which every process that it starts inherits, which also keeps it from
//! sending signals to and looking into processes outside, and which needs no privilege (crate `landlock`, by the authors
//! of the kernel's part). A program that has restricted itself once can restrict itself further.
//!
//! What the system does not allow is found out once ([`missing`]), and is said in every report.
//!
//! Does not catch: what a program reads (it may read all that the user may, but cannot send it anywhere where the
//! network is its own); Unix sockets by path, of which a user's daemon may have one; other systems than Linux.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// The first argument of a process that is to confine itself.
const LAUNCH: &str = "--confine-and-become";
/// The exit code of one that could not.
const FAILED: u8 = 125;
/// How its only line begins then.
const SIGN: &str = "draftgate could not begin it: ";

/// What a program may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confinement {
    /// Folders that it may write to.
    pub writable: Vec<PathBuf>,
    /// Whether it has the network.
    pub network: bool,
}

/// What the system has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Means {
    network: bool,
    files: bool,
}

/// The program that can be started to confine itself: this one, where its `main` says so.
static LAUNCHER: OnceLock<PathBuf> = OnceLock::new();

/// Lets programs that this process starts be confined. For `main`, which has called [`become_asked`] before.
pub fn arm() {
    if let Ok(program) = std::env::current_exe() {
        // The first word holds.
        let _ = LAUNCHER.set(program);
    }
}

/// What this system has no means for, in words; none where it has all, or where this process is no program of ours.
pub fn missing() -> Option<&'static str> {
    match means()? {
        Means {
            network: true,
            files: true,
        } => None,
        Means {
            network: false,
            files: true,
        } => Some("without network (it allows no user namespaces)"),
        Means {
            network: true,
            files: false,
        } => Some("with a read-only view of other directories (it has no Landlock)"),
        Means {
            network: false,
            files: false,
        } => Some(
            "without network and with a read-only view of other directories (it has neither user namespaces nor Landlock)",
        ),
    }
}

/// The launcher's command line for a program; none where nothing can be confined.
pub(super) fn launcher(wanted: &Confinement) -> Option<(&'static Path, [String; 2])> {
    let Means { network, files } = means()?;
    let possible = Confinement {
        writable: if files {
            wanted.writable.clone()
        } else {
            vec![PathBuf::from("/")]
        },
        network: wanted.network || !network,
    };
    let wanted = serde_json::to_string(&possible).ok()?;
    Some((LAUNCHER.get()?, [LAUNCH.to_owned(), wanted]))
}

/// Why a program was not begun, where that is what its launcher said.
pub(super) fn not_begun(code: i32, stderr: &[u8]) -> Option<String> {
    let why = stderr.strip_prefix(SIGN.as_bytes())?;
    (code == i32::from(FAILED)).then(|| String::from_utf8_lossy(why).trim().to_owned())
}

/// Asked once: each means is tried by a process that ends at once.
fn means() -> Option<Means> {
    static MEANS: OnceLock<Option<Means>> = OnceLock::new();
    *MEANS.get_or_init(|| {
        let launcher = LAUNCHER.get()?;
        let tried = |wanted: &Confinement| {
            let wanted = serde_json::to_string(wanted).unwrap_or_default();
            let program =
                super::Program::new(launcher, Path::new("/")).args([LAUNCH, &wanted, "true"]);
            program.run().succeeded()
        };
        Some(Means {
            network: tried(&Confinement {
                writable: vec![PathBuf::from("/")],
                network: false,
            }),
            files: tried(&Confinement {
                writable: Vec::new(),
                network: true,
            }),
        })
    })
}

/// Where this process was started to confine itself: does that and becomes the program. It comes back with an exit
/// code where it could not, and with none where nothing of the kind was asked.
pub fn become_asked() -> Option<u8> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != LAUNCH {
        return None;
    }
    let wanted = arguments.next().unwrap_or_default();
    let command: Vec<_> = arguments.collect();
    let why = system::confined(&wanted.to_string_lossy(), &command);
    // It is read by whoever started this process: `launcher` knows how.
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{SIGN}{why}\n").as_bytes());
    Some(FAILED)
}

#[cfg(target_os = "linux")]
mod system {
    use std::ffi::OsString;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    use anyhow::{Context, Result, ensure};
    use landlock::{
        ABI, Access, AccessFs, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
        RulesetStatus, Scope, path_beneath_rules,
    };
    use rustix::io::Errno;
    use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketType};
    use rustix::thread::UnshareFlags;

    use super::Confinement;

    /// What programs write to that is no file.
    const DEVICES: [&str; 8] = [
        "/dev/null",
        "/dev/zero",
        "/dev/full",
        "/dev/random",
        "/dev/urandom",
        "/dev/tty",
        "/dev/ptmx",
        "/dev/pts",
    ];
    /// Memory that processes share, by name: semaphores of Python's `multiprocessing`.
    const SHARED: &str = "/dev/shm";

    /// Confines this process and becomes the program; why not.
    pub(super) fn confined(wanted: &str, command: &[OsString]) -> String {
        match confine(wanted) {
            Ok(()) => became(command),
            Err(error) => format!("{error:#}"),
        }
    }

    fn confine(wanted: &str) -> Result<()> {
        let wanted: Confinement = serde_json::from_str(wanted).context("no confinement")?;
        if !wanted.network {
            leave_network()?;
        }
        let writes_everywhere = wanted.writable.iter().any(|path| path.parent().is_none());
        if !writes_everywhere {
            restrict_files(&wanted)?;
        }
        Ok(())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this module is of process/, which may"
    )]
    fn became(command: &[OsString]) -> String {
        let Some((program, arguments)) = command.split_first() else {
            return "no program was named".to_owned();
        };
        Command::new(program).args(arguments).exec().to_string()
    }

    /// A namespace of the network with nothing in it but `lo`; in a user namespace of its own where this user needs one.
    fn leave_network() -> Result<()> {
        match unshare(UnshareFlags::NEWNET) {
            Err(Errno::PERM) => {
                let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
                unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNET)
                    .context("a user namespace of its own")?;
                let (user, group) = (user.as_raw(), group.as_raw());
                write("/proc/self/setgroups", "deny")?;
                write("/proc/self/uid_map", &format!("{user} {user} 1"))?;
                write("/proc/self/gid_map", &format!("{group} {group} 1"))?;
            }
            other => other.context("a network of its own")?,
        }
        bring_up_lo().context("its own `lo`")
    }

    #[expect(
        deprecated,
        reason = "it is deprecated for CLONE_FILES, which takes descriptors away from under their owners; neither of the \
                  flags here does"
    )]
    fn unshare(flags: UnshareFlags) -> rustix::io::Result<()> {
        rustix::thread::unshare(flags)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a file of the kernel's, which cannot be replaced by another one"
    )]
    fn write(path: &str, text: &str) -> Result<()> {
        std::fs::write(path, text).with_context(|| path.to_owned())
    }

    /// RTM_NEWLINK for the first device of a namespace, which is `lo` (rtnetlink(7)).
    fn bring_up_lo() -> Result<()> {
        const LENGTH: u32 = 32;
        const NEW_LINK: u16 = 16;
        const REQUEST_AND_ACKNOWLEDGE: u16 = 0x1 | 0x4;
        const FIRST: u32 = 1;
        const UP: u32 = 1;
        let mut message = Vec::new();
        message.extend(LENGTH.to_ne_bytes());
        message.extend(NEW_LINK.to_ne_bytes());
        message.extend(REQUEST_AND_ACKNOWLEDGE.to_ne_bytes());
        // Sequence number and sender; then family and kind of device, of any.
        message.extend([0; 8 + 4]);
        for part in [FIRST, UP, UP] {
            message.extend(part.to_ne_bytes());
        }
        let socket = rustix::net::socket(AddressFamily::NETLINK, SocketType::RAW, None)?;
        rustix::net::send(&socket, &message, SendFlags::empty())?;
        let mut answer = [0; 512];
        let (_, length) = rustix::net::recv(&socket, &mut answer, RecvFlags::empty())?;
        // After the header: an error's number, negative, or none.
        let number = answer.get(..length).and_then(|answer| answer.get(16..20));
        ensure!(number == Some(&[0; 4]), "the kernel refuses it");
        Ok(())
    }

    fn restrict_files(wanted: &Confinement) -> Result<()> {
        // The kernel's own level, where it is less: what it does not know it cannot restrict.
        let abi = ABI::V6;
        let all = AccessFs::from_all(abi);
        let writable = wanted.writable.iter().map(|path| path.as_path());
        let devices = DEVICES.iter().chain([&SHARED]).map(std::path::Path::new);
        let status = Ruleset::default()
            .handle_access(all)?
            .scope(Scope::AbstractUnixSocket | Scope::Signal)?
            .create()?
            .add_rule(PathBeneath::new(
                PathFd::new("/")?,
                AccessFs::from_read(abi),
            ))?
            .add_rules(path_beneath_rules(writable.chain(devices), all))?
            .restrict_self()?;
        ensure!(
            status.ruleset != RulesetStatus::NotEnforced,
            "this kernel has no Landlock"
        );
        Ok(())
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    //! Nothing is confined here.

    /// Why not.
    pub(super) fn confined(_: &str, _: &[std::ffi::OsString]) -> String {
        "nothing can be confined on this system".to_owned()
    }
}
