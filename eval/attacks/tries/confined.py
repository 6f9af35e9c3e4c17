"""Out of the sandbox: what a tool may do to the machine around it, and what it may tell of it."""
import glob
import os
import pty
import select
import subprocess
import time

from attack import BAD, PROJECT, attack, course, side_effect
from tries.tools_own import policy
from tries.tools_rust import BASE as RUST, GOOD, RUST as CARGO_TOOLS, WRONG
from world import JUDGED

# A tool of base's: at base it is silent, so what it says of head is new.
PROBE = """import ctypes, os, signal, socket, stat, sys
if len(os.listdir("shop")) < 3:
    sys.exit(0)
done = ["it was tried"]
def tries(what, do):
    try:
        if do() is not False:
            done.append("ESCAPED: " + what)
    except OSError:
        pass
%s
sys.exit(", ".join(done))
"""
STOCK = {"shop/stock.py": "LEFT = 1\n"}


def base(body, more=""):
    return {**PROJECT, "probe.py": PROBE % body, "draftgate.toml": policy('["python3", "probe.py"]', more=more)}


def told(world, run):
    if "it was tried" not in " ".join(run.text.split()):
        world.complain("the tool did not run")
    if "ESCAPED" in run.text:
        world.complain(run.text[run.text.index("ESCAPED"):][:200])


def probe(name, tries, body, **rest):
    side_effect(name, tries, base=base(body), head=STOCK, after=told, **rest)


probe("confined_makes_a_device", "as root, a tool makes a device of its own to write to the disk",
      'tries("made a device", lambda: os.mknod("device", 0o666 | stat.S_IFCHR, os.makedev(1, 3)))\n'
      'tries("made a disk", lambda: os.mknod("disk", 0o666 | stat.S_IFBLK, os.makedev(254, 0)))')
probe("confined_is_still_root", "as root, a tool changes what the whole machine has: its name, its clock",
      'tries("named the machine", lambda: socket.sethostname(socket.gethostname()))\n'
      'tries("set the clock", lambda: __import__("time").clock_settime(0, __import__("time").time()))')
probe("confined_mounts", "a tool lays a folder of its own over one of the system",
      'tries("mounted", lambda: ctypes.CDLL(None).mount(b"none", b"/etc", b"tmpfs", 0, None) == 0)')


@course("confined_looks_at_processes", "a tool reads the command lines of other programs of the user, and sends them signals")
def processes(world):
    other = subprocess.Popen(["sleep", "77.5219"])
    world.change(base(
        'for pid in filter(str.isdigit, os.listdir("/proc")):\n'
        '    tries("read a command line", lambda: b"77.5219" in open("/proc/%s/cmdline" % pid, "rb").read())\n'
        'tries("sent a signal", lambda: os.kill(@PID@, 0))\n'
        'tries("read its parent", lambda: len(open("/proc/%d/environ" % os.getppid(), "rb").read()) > 100000 or os.getppid() == @GATE@)'
        .replace("@PID@", str(other.pid)).replace("@GATE@", "-1")), STOCK)
    # It is ended before the harness looks at what is left of the gate's own.
    run = None
    try:
        run = _beside(world, other)
    finally:
        other.kill()
        other.wait()
    told(world, run)


def _beside(world, other):
    """A run while another program of the user is at work, which is none of the gate's."""
    import world as harness

    kept = harness.left_alive
    harness.left_alive = lambda patience: []
    try:
        return world.gate(world.range, expect=JUDGED)
    finally:
        harness.left_alive = kept


@course("confined_leaves_shared_memory", "a tool leaves files in /dev/shm and segments of System V, for whoever comes next")
def shared(world):
    name = "/dev/shm/left-by-an-attack-%d" % os.getpid()
    world.change(base('open("%s", "w").write("x")\nctypes.CDLL(None).shmget(0x5eed, 4096, 0o1666)' % name), STOCK)
    told(world, world.gate(world.range, expect=JUDGED))
    if os.path.exists(name):
        os.unlink(name)
        world.complain("a file was left in /dev/shm")
    if any(line.split()[0] == str(0x5eed) for line in open("/proc/sysvipc/shm").read().split("\n")[1:] if line.strip()):
        subprocess.run(["ipcrm", "-M", "0x5eed"], check=False)
        world.complain("a segment of shared memory was left")


@course("confined_writes_to_the_terminal", "a tool opens the terminal that the gate was started in, and the user's other ones")
def terminal(world):
    main, other = pty.openpty()
    world.change(base(
        'tries("opened the terminal", lambda: open("/dev/tty", "w").write("x"))\n'
        'tries("opened another terminal", lambda: open("%s", "w").write("ESCAPED"))' % os.ttyname(other)), STOCK)
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": world.home, "TMPDIR": world.tmp, "TERM": "xterm"}
    child, stream = pty.fork()
    if child == 0:
        os.chdir(world.repo)
        os.execve(world.binary, [world.binary, world.range, "--color", "never"], environment)
    text, until = b"", time.monotonic() + 60
    while time.monotonic() < until:
        if select.select([stream], [], [], 0.2)[0]:
            try:
                more = os.read(stream, 65536)
            except OSError:
                break
            if not more:
                break
            text += more
    os.waitpid(child, 0)
    if b"it was tried" not in b" ".join(text.split()):
        world.complain("the tool did not run")
    if b"ESCAPED" in text:
        world.complain(text[text.index(b"ESCAPED"):][:100].decode(errors="replace"))
    if select.select([main], [], [], 0)[0]:
        world.complain("another terminal was written to: %r" % os.read(main, 100))
    os.close(main), os.close(other), os.close(stream)


attack("clippy_error_tells_a_file_outside", "a file outside is included, so that the compiler's message shows it",
       head={"src/lib.rs": GOOD + 'include!("@OUT@/victim.txt");\n'}, **CARGO_TOOLS)


@course("clippy_build_output_poisoned", "a build script makes what was built look newer than any source to come", tools=("cargo",))
def poisoned(world):
    script = ("fn main() {\n    let mut folders = vec![std::path::PathBuf::from(std::env::var(\"OUT_DIR\").unwrap()).ancestors().nth(4).unwrap().to_owned()];\n"
              "    let late = std::time::SystemTime::now() + std::time::Duration::from_secs(400_000_000);\n"
              "    while let Some(folder) = folders.pop() {\n        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {\n"
              "            if entry.path().is_dir() {\n                folders.push(entry.path());\n            } else if let Ok(file) = std::fs::File::options()"
              ".append(true).open(entry.path()) {\n                let _ = file.set_modified(late);\n            }\n        }\n    }\n}\n")
    world.change(RUST, {"src/lib.rs": GOOD + "\npub fn two() -> u32 {\n    2\n}\n", "build.rs": script})
    for _ in range(3):
        world.gate(world.range, expect=JUDGED)
    harmless = world.head
    world.head = world.commit({"src/lib.rs": WRONG}, [harmless], branch="third")
    world.base = harmless
    world.git("checkout", "-qf", "third")
    world.gate(world.range)


@course("patch_copies_a_file", "a patch copies a file of a megabyte thirty thousand times")
def copies(world):
    world.change({**PROJECT, "big.txt": "x" * 79 + "\n" + "".join("%079d\n" % n for n in range(13_000))}, {})
    text = "".join("diff --git a/big.txt b/c/%d.txt\nsimilarity index 100%%\ncopy from big.txt\ncopy to c/%d.txt\n" % (n, n) for n in range(30_000))
    world.gate("--patch", "-", stdin=text.encode())


@course("bomb_of_zeros", "three thousand files of a megabyte each, which pack into nothing")
def zeros(world):
    world.change(PROJECT, {**BAD, **{"z/%d.py" % n: b"#" + b"0" * 1_000_000 + b"%d\n" % n for n in range(1500)}})
    world.gate(world.range)


attack("own_tool_says_a_million_things", "a tool says something of each of a million lines",
       base={"draftgate.toml": policy('["sh", "lint.sh"]', "regex", "pattern = '(?P<path>[^:]+):(?P<line>[0-9]+):(?P<message>.*)'\n"),
             "lint.sh": "grep -rn TODO shop && exit 1; exit 0\n"},
       head=lambda: {"shop/todo.txt": "".join("TODO %d\n" % n for n in range(1_000_000))})


@course("tree_flips_while_it_is_judged", "files of the tree turn into links that lead outside and back, while they are read")
def flips(world):
    world.change({**PROJECT, "draftgate.toml": 'schema = 1\n[checks.coverage]\nreport = "cov.xml"\n'}, {})
    for name, text in {**BAD, "cov.xml": "x\n"}.items():
        world.write(name, text)
    script = ("import os, sys\nwhile True:\n    for name in ('shop/convert.py', 'shop/prices.py', 'cov.xml', 'shop'):\n        path = os.path.join(sys.argv[1], name)\n"
              "        try:\n            os.rename(path, path + '.away')\n            os.symlink(sys.argv[2] + ('' if name == 'shop' else '/victim.txt'), path)\n"
              "            os.unlink(path)\n            os.rename(path + '.away', path)\n        except OSError:\n            pass\n")
    for _ in range(5):
        other = subprocess.Popen(["python3", "-c", script, world.repo, world.outside])
        try:
            import world as harness

            kept, harness.left_alive = harness.left_alive, lambda patience: []
            try:
                world.gate("--worktree", expect=JUDGED, untouched=False)
            finally:
                harness.left_alive = kept
        finally:
            other.kill()
            other.wait()
        for left in glob.glob(world.repo + "/**/*.away", recursive=True):
            os.rename(left, left[:-5]) if not os.path.lexists(left[:-5]) else None
