//! What a process does to itself before it becomes a program, or starts one: namespaces, mounts, Landlock, privileges.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use landlock::{
    ABI, Access, AccessFs, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus, Scope, path_beneath_rules,
};
use rustix::io::Errno;
use rustix::mount::{MountFlags, MountPropagationFlags};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketType};
use rustix::process::{Signal, WaitOptions};
use rustix::thread::{CapabilitySet, UnshareFlags};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::{FIRST, LAUNCH, Wanted};
use crate::files;

/// What programs write to that is no file.
const DEVICES: [&str; 5] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
];
/// Terminals that a program makes, and memory that processes share by name (semaphores of Python's `multiprocessing`):
/// its own where it is alone, the user's where the system has no means for that.
const SHARED: [&str; 3] = ["/dev/ptmx", "/dev/pts", "/dev/shm"];
/// What root keeps: its way with files and with its own processes, and the ports below 1024.
const KEPT: CapabilitySet = CapabilitySet::CHOWN
    .union(CapabilitySet::DAC_OVERRIDE)
    .union(CapabilitySet::FOWNER)
    .union(CapabilitySet::FSETID)
    .union(CapabilitySet::KILL)
    .union(CapabilitySet::SETGID)
    .union(CapabilitySet::SETUID)
    .union(CapabilitySet::NET_BIND_SERVICE);
/// Added to the number of the signal that ended a program, as shells do.
const BY_SIGNAL: i32 = 128;

/// Does it, and ends as the program did, with an exit code.
type Step = fn(&Wanted, &[OsString]) -> Result<u8>;

/// What a first argument asks for.
pub(super) fn step(first: &OsStr) -> Option<Step> {
    if first == LAUNCH {
        Some(leave)
    } else if first == FIRST {
        Some(begin)
    } else {
        None
    }
}

/// The process that leaves the user's namespaces.
fn leave(wanted: &Wanted, command: &[OsString]) -> Result<u8> {
    end_with(wanted.by)?;
    // It fails for the leader of a group, which whoever starts this process does not make it.
    rustix::process::setsid().context("a session of its own")?;
    let mut left = UnshareFlags::empty();
    left.set(UnshareFlags::NEWNET, !wanted.network);
    let alone = UnshareFlags::NEWPID | UnshareFlags::NEWNS | UnshareFlags::NEWIPC;
    left.set(alone, wanted.alone);
    if !left.is_empty() {
        unshare_as_user(left)?;
    }
    if !wanted.network {
        bring_up_lo().context("its own `lo`")?;
    }
    if !wanted.alone {
        restrict(wanted)?;
        return Err(own_command(command)?.exec().into());
    }
    // What a user who is not root has in a namespace of its own is lost with the next program, unless it is kept.
    let mut has = rustix::thread::capabilities(None).context("what it may")?;
    has.inheritable |= CapabilitySet::SYS_ADMIN;
    rustix::thread::set_capabilities(None, has).context("mounts of its own")?;
    rustix::thread::configure_capability_in_ambient_set(CapabilitySet::SYS_ADMIN, true)
        .context("mounts of its own")?;
    // The group is told of a polite end, and the program is in it: this process waits for what that makes of it.
    let reported = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT, SIGHUP] {
        signal_hook::flag::register(signal, std::sync::Arc::clone(&reported))?;
    }
    let wanted = serde_json::to_string(&Wanted {
        by: std::process::id(),
        ..wanted.clone()
    })?;
    let mut first = own_command(&["/proc/self/exe".into(), FIRST.into(), wanted.into()])?;
    let status = first
        .args(command)
        .status()
        .context("the first process of a namespace")?;
    match status.code() {
        Some(code) if code > BY_SIGNAL => {
            let _ = rustix::process::set_dumpable_behavior(
                rustix::process::DumpableBehavior::NotDumpable,
            );
            // It comes back where there is no such signal: then that is the program's own code.
            let _ = signal_hook::low_level::emulate_default_handler(code - BY_SIGNAL);
            Ok(u8::try_from(code)?)
        }
        Some(code) => Ok(u8::try_from(code)?),
        None => bail!("it was ended by signal {}", status.signal().unwrap_or(0)),
    }
}

/// The first process of a namespace: gives it what is its own, starts the program, and waits for it.
fn begin(wanted: &Wanted, command: &[OsString]) -> Result<u8> {
    end_with(wanted.by)?;
    own_places()?;
    restrict(wanted)?;
    let mut program = own_command(command)?.spawn()?;
    let code = loop {
        // What lost its parent is this process's to wait for, too.
        let ended = match rustix::process::wait(WaitOptions::empty()) {
            Err(Errno::INTR) => continue,
            ended => ended?,
        };
        let Some((id, status)) = ended else {
            continue;
        };
        if id.as_raw_nonzero().get().cast_unsigned() == program.id() {
            break match (status.exit_status(), status.terminating_signal()) {
                (Some(code), _) => code,
                (None, Some(signal)) => BY_SIGNAL + signal,
                (None, None) => continue,
            };
        }
    };
    // It is reaped; only its handles are let go of.
    drop(program.stdin.take());
    Ok(u8::try_from(code)?)
}

/// Has the kernel end this process when the one that started it ends.
fn end_with(parent: u32) -> Result<()> {
    const STAT: &str = "/proc/self/stat";
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
        .context("an end with whoever started it")?;
    // It may have ended before that was asked. `/proc` is still that of the parent, who knows its number there.
    let stat = files::own(STAT.as_ref(), files::MOST_BY_HAND).context(STAT)?;
    let stat = stat.lossy();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let number = fields.split_whitespace().nth(1);
    ensure!(
        number.is_some_and(|number| number == parent.to_string()),
        "whoever started it is gone"
    );
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "this module is of process/, which may"
)]
fn own_command(words: &[OsString]) -> Result<Command> {
    let (program, arguments) = words.split_first().context("no program was named")?;
    let mut command = Command::new(program);
    command.args(arguments);
    Ok(command)
}

/// Leaves namespaces; in a user namespace of its own where this user needs one.
fn unshare_as_user(left: UnshareFlags) -> Result<()> {
    match unshare(left) {
        Err(Errno::PERM) => {
            let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
            unshare(UnshareFlags::NEWUSER | left).context("a user namespace of its own")?;
            let (user, group) = (user.as_raw(), group.as_raw());
            write("/proc/self/setgroups", "deny")?;
            write("/proc/self/uid_map", &format!("{user} {user} 1"))?;
            write("/proc/self/gid_map", &format!("{group} {group} 1"))
        }
        other => other.context("namespaces of its own"),
    }
}

#[expect(
    deprecated,
    reason = "it is deprecated for CLONE_FILES, which takes descriptors away from under their owners; none of the flags \
              here does"
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
    const FIRST_DEVICE: u32 = 1;
    const UP: u32 = 1;
    let mut message = Vec::new();
    message.extend(LENGTH.to_ne_bytes());
    message.extend(NEW_LINK.to_ne_bytes());
    message.extend(REQUEST_AND_ACKNOWLEDGE.to_ne_bytes());
    // Sequence number and sender; then family and kind of device, of any.
    message.extend([0; 8 + 4]);
    for part in [FIRST_DEVICE, UP, UP] {
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

/// `/proc`, shared memory and terminals that are the namespace's own.
fn own_places() -> Result<()> {
    // Nothing that is mounted here is seen outside.
    let here = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    rustix::mount::mount_change("/", here).context("mounts of its own")?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    rustix::mount::mount("proc", "/proc", "proc", flags, None).context("its own /proc")?;
    let terminals = MountFlags::NOSUID | MountFlags::NOEXEC;
    for (place, kind, flags, options) in [
        ("/dev/shm", "tmpfs", flags, c"mode=1777"),
        (
            "/dev/pts",
            "devpts",
            terminals,
            c"newinstance,ptmxmode=0666,mode=620",
        ),
    ] {
        if Path::new(place).is_dir() {
            rustix::mount::mount(kind, place, kind, flags, options)
                .with_context(|| format!("its own {place}"))?;
        }
    }
    if Path::new("/dev/pts/ptmx").exists() {
        rustix::mount::mount_bind("/dev/pts/ptmx", "/dev/ptmx").context("its own terminals")?;
    }
    Ok(())
}

/// Takes away what of files and of root's privileges is not wanted; where all may be written to, nothing.
fn restrict(wanted: &Wanted) -> Result<()> {
    if let Some(writable) = &wanted.writable {
        restrict_files(writable)?;
    }
    if wanted.alone || wanted.writable.is_some() {
        keep_few_privileges()?;
    }
    Ok(())
}

fn restrict_files(writable: &[PathBuf]) -> Result<()> {
    // The kernel's own level, where it is less: what it does not know it cannot restrict.
    let abi = ABI::V6;
    // As root, a device that is made is a way to every file of the disk.
    let all = AccessFs::from_all(abi) & !(AccessFs::MakeChar | AccessFs::MakeBlock);
    let devices = DEVICES.iter().chain(&SHARED).map(Path::new);
    let writable = writable.iter().map(PathBuf::as_path);
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
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

/// Root's privileges over the machine are not its programs'.
fn keep_few_privileges() -> Result<()> {
    let mut has = rustix::thread::capabilities(None).context("what it may")?;
    if has.permitted.contains(CapabilitySet::SETPCAP) {
        // By number, for a kernel knows ones that have no name here; it says where its last one is.
        for bit in (0..64).map(|number| CapabilitySet::from_bits_retain(1 << number)) {
            if !KEPT.contains(bit)
                && rustix::thread::remove_capability_from_bounding_set(bit).is_err()
            {
                break;
            }
        }
    }
    has.effective &= KEPT;
    has.permitted &= KEPT;
    has.inheritable &= KEPT;
    rustix::thread::set_capabilities(None, has).context("fewer privileges")
}
