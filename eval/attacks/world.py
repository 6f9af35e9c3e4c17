"""One attack's world: a repository, a home, a temporary folder, and an outside that nobody may touch.

`World.gate` runs the binary under test in it. What must hold after every run, whatever the attack tried, is looked at
here and not by the attack: the exit code, panics, time, memory, processes that are left (this process is the reaper of
all orphans), every file of the outside, of the home and of the repository, and tokens of the gate's own environment.
"""
import ctypes
import hashlib
import os
import signal
import stat
import subprocess
import tempfile
import threading
import time

VERDICTS = {0: "ready", 1: "blocked", 2: "could-not-judge", 3: "needs-human"}
STOPPED = {"blocked", "needs-human", "could-not-judge"}
JUDGED = STOPPED | {"ready"}

CPU_SECONDS = 20
# By the clock, which a busy machine needs more of.
WALL_SECONDS = int(os.environ.get("ATTACK_SECONDS", "60"))
MEGABYTES = 1000

CANARY = "canary-5f0c2b97"
OUTSIDE_TEXT = "outside-text-8d11"
TOKENS = {
    name: CANARY
    for name in ("GITHUB_TOKEN", "ACTIONS_RUNTIME_TOKEN", "AWS_SECRET_ACCESS_KEY", "NPM_TOKEN", "CARGO_REGISTRY_TOKEN")
}
SYSTEM = "/usr/local/bin:/usr/bin:/bin"
PERSON = "Ada <ada@example.org>"


def become_reaper():
    """Orphans of this process's children become its children: none of them can get away unseen."""
    ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0)


def quoted(path):
    return '"%s"' % "".join(chr(b) if 32 < b < 127 and b not in b'"\\' else "\\%03o" % b for b in os.fsencode(path))


class Run:
    """What one run of the gate came to."""

    def __init__(self, code, out, err, cpu, wall, megabytes, killed):
        self.code, self.out, self.err = code, out, err
        self.cpu, self.wall, self.megabytes, self.killed = cpu, wall, megabytes, killed
        self.verdict = VERDICTS.get(code, "exit %s" % code)

    @property
    def text(self):
        return (self.out + b"\n" + self.err).decode(errors="replace")


class World:
    def __init__(self, binary, tools, under=None):
        self.binary, self.tools = binary, tools
        self.root = tempfile.mkdtemp(prefix="attack-", dir=under)
        for name in ("repo", "home", "tmp", "outside"):
            os.mkdir(os.path.join(self.root, name))
        self.repo, self.home, self.tmp, self.outside = (
            os.path.join(self.root, n) for n in ("repo", "home", "tmp", "outside")
        )
        self.mark = os.path.join(self.outside, "MARK")
        self.write(os.path.join(self.outside, "victim.txt"), OUTSIDE_TEXT + "\n")
        self.complaints, self.runs = [], []
        self.git("init", "-q", "-b", "main")
        self.base = self.head = None

    # --- making it ------------------------------------------------------------------------------------------------

    def write(self, path, text, mode=None):
        """A file, by a path that counts from the repository."""
        path = os.path.join(self.repo, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(self.filled(text))
        if mode:
            os.chmod(path, mode)
        return path

    def filled(self, text):
        """Text with this world's paths in it."""
        raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        for word, value in (("@MARK@", self.mark), ("@OUT@", self.outside), ("@REPO@", self.repo)):
            raw = raw.replace(word.encode(), value.encode())
        return raw

    def git(self, *arguments, stdin=None, check=True):
        environment = {
            "PATH": SYSTEM, "HOME": self.home, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org", "GIT_NO_REPLACE_OBJECTS": "1",
        }
        done = subprocess.run(["git", "-C", self.repo, *arguments], input=stdin, env=environment, capture_output=True)
        if check and done.returncode:
            raise RuntimeError("git %s: %s" % (arguments[:2], done.stderr.decode(errors="replace")[-300:]))
        return done.stdout.decode(errors="replace").strip()

    def commit(self, files, parents=(), branch="made", message="Change\n", date="1700000000 +0000", person=PERSON):
        """A commit: `files` maps a path to text, to None (deleted), to ("link", target), ("exec", text) or ("gitlink", id)."""
        out = [b"commit refs/heads/%s\n" % branch.encode()]
        who = person.encode("utf-8", "surrogateescape")
        out.append(b"author %s %s\ncommitter %s %s\n" % (who, date.encode(), who, date.encode()))
        text = self.filled(message)
        out.append(b"data %d\n%s\n" % (len(text), text))
        for at, parent in enumerate(parents):
            out.append(b"%s %s\n" % (b"merge" if at else b"from", parent.encode()))
        for path, content in files.items():
            name = quoted(self.filled(path)).encode()
            if content is None:
                out.append(b"D %s\n" % name)
                continue
            kind, content = content if isinstance(content, tuple) else ("file", content)
            if kind == "gitlink":
                out.append(b"M 160000 %s %s\n" % (content.encode(), name))
                continue
            mode = {"file": b"100644", "exec": b"100755", "link": b"120000"}[kind]
            raw = self.filled(content)
            out.append(b"M %s inline %s\ndata %d\n%s\n" % (mode, name, len(raw), raw))
        self.git("update-ref", "-d", "refs/heads/" + branch)
        self.git("fast-import", "--quiet", "--date-format=raw", "--force", stdin=b"".join(out))
        return self.git("rev-parse", "refs/heads/" + branch)

    def change(self, base, head, message="Change\n"):
        """The usual shape: base on main, head on topic, topic checked out."""
        self.base = self.commit(base, branch="main", message="Base\n")
        self.head = self.commit(head, [self.base], branch="topic", message=message)
        self.git("checkout", "-qf", "topic")

    @property
    def range(self):
        return "%s..%s" % (self.base, self.head)

    # --- running it -----------------------------------------------------------------------------------------------

    def gate(self, *arguments, env=None, stdin=None, cwd=None, expect=None, untouched=True, may_make=(), stdout=None, signal_after=None):
        """Runs the gate; what must hold after every run is held against this one."""
        environment = {"PATH": ":".join([*self.tools, SYSTEM]), "HOME": self.home, "TMPDIR": self.tmp, "LANG": "C.UTF-8"}
        environment.update(TOKENS)
        environment.update({k: self.filled(v).decode() for k, v in (env or {}).items()})
        environment.setdefault("CARGO_HOME", os.path.join(self.root, "cargo"))
        before = self.seen()
        run = self._start([self.binary, *arguments], environment, stdin, cwd or self.repo, stdout, signal_after)
        self.runs.append(run)
        self._look(run, expect, before if untouched else None, may_make)
        return run

    def complain(self, text):
        self.complaints.append(text)

    def _start(self, command, environment, stdin, cwd, stdout, signal_after):
        out, err = (tempfile.TemporaryFile(dir=self.root) for _ in range(2))
        started = time.monotonic()
        child = subprocess.Popen(
            command, env=environment, cwd=cwd, stderr=err, stdout=stdout or out,
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
        )
        if stdin is not None:
            threading.Thread(target=_feed, args=(child, stdin), daemon=True).start()
        killed, most, done = [], [0], threading.Event()
        watch = threading.Thread(target=_watch, args=(child.pid, killed, most, done))
        watch.start()
        if signal_after:
            number, until = signal_after
            until(child)
            child.send_signal(number)
        _, status, used = os.wait4(child.pid, 0)
        done.set()
        watch.join()
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - started
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read(50_000_000))
            file.close()
        return Run(child.returncode, *texts, used.ru_utime + used.ru_stime, wall, most[0], killed)

    def _look(self, run, expect, before, may_make):
        expect = STOPPED if expect is None else expect
        if run.killed:
            self.complain("ended by the harness: " + run.killed[0])
        elif run.verdict not in expect:
            self.complain("%s, expected %s: %s" % (run.verdict, "/".join(sorted(expect)), run.err[-200:].decode(errors="replace")))
        if b"panicked at" in run.err or b"overflowed its stack" in run.err:
            self.complain("panic: " + run.err[:300].decode(errors="replace"))
        if run.cpu > CPU_SECONDS:
            self.complain("%.0f s of processor time" % run.cpu)
        if run.megabytes > MEGABYTES:
            self.complain("%d MB" % run.megabytes)
        left = left_alive(0.0)
        if left:
            self.complain("processes left: " + ", ".join(left))
        if CANARY in run.text:
            self.complain("a token is in the output")
        if OUTSIDE_TEXT in run.text:
            self.complain("text from outside of the repository is in the output")
        leaked = [p for p in _files(self.root) if CANARY.encode() in _bytes(p)]
        if leaked:
            self.complain("a token was written to " + ", ".join(os.path.relpath(p, self.root) for p in leaked[:3]))
        if before is not None:
            now = self.seen()
            for path in sorted(set(before) | set(now)):
                if before.get(path) != now.get(path) and not path.startswith(tuple(may_make)):
                    word = "changed" if path in before and path in now else "made" if path in now else "removed"
                    self.complain("%s: %s" % (word, path))

    def seen(self):
        """Every file but the gate's own cache: kind, mode and content."""
        own = os.path.join(self.home, ".cache", "draftgate")
        seen = {}
        for folder, folders, files in os.walk(self.root):
            folders[:] = [f for f in folders if os.path.join(folder, f) not in (own, os.path.join(self.root, "cargo"))]
            if folder.startswith(os.path.join(self.repo, ".git", "objects")):
                continue
            for name in files + [f for f in folders if os.path.islink(os.path.join(folder, f))]:
                path = os.path.join(folder, name)
                seen[os.path.relpath(path, self.root)] = _state(path)
        if os.path.isdir(self.tmp):
            for name in os.listdir(self.tmp):
                seen.setdefault("tmp/" + name, "there")
        return seen

    def close(self):
        for folder, folders, _ in os.walk(self.root):
            for name in folders:
                path = os.path.join(folder, name)
                if not os.path.islink(path):
                    os.chmod(path, 0o700)
        if os.environ.get("ATTACK_KEEP"):
            print("kept", self.root)
        else:
            subprocess.run(["rm", "-rf", self.root])


def _feed(child, data):
    try:
        child.stdin.write(data)
        child.stdin.close()
    except OSError:
        pass


def _watch(pid, killed, most, done):
    """Measures the memory of a run, and ends one that takes far too much, so that the machine lives on."""
    started = time.monotonic()
    while not done.wait(0.03):
        # `ru_maxrss` would count what this process had when it started the other.
        most[0] = max(most[0], _most_resident(pid))
        if time.monotonic() - started > WALL_SECONDS:
            killed.append("over %d s by the clock" % WALL_SECONDS)
        elif most[0] > 3 * MEGABYTES:
            killed.append("over %d MB" % (3 * MEGABYTES))
        else:
            continue
        os.kill(pid, signal.SIGKILL)
        return


def _most_resident(pid):
    for line in _bytes("/proc/%d/status" % pid).split(b"\n"):
        if line.startswith(b"VmHWM:"):
            return int(line.split()[1]) // 1000
    return 0


def left_alive(patience):
    """Command lines of what is still alive below this process after so many seconds, which is then ended."""
    until = time.monotonic() + patience
    left = {}
    while True:
        while True:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                return sorted(left.values())
        with open("/proc/self/task/%d/children" % os.getpid()) as file:
            alive = [int(pid) for pid in file.read().split()]
        # The kernel needs a moment to end what was sent its end.
        if time.monotonic() > until + 0.3:
            for pid in alive:
                line = _bytes("/proc/%d/cmdline" % pid).replace(b"\0", b" ").decode(errors="replace").strip()
                if line:
                    left[pid] = line[:80]
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.03)


def _state(path):
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        return "link " + os.readlink(path)
    if not stat.S_ISREG(status.st_mode):
        return "special"
    if status.st_size > 100_000_000:
        return "large %d %d" % (status.st_size, status.st_mtime_ns)
    return "%o %s" % (status.st_mode, hashlib.sha256(_bytes(path)).hexdigest())


def _files(root):
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            try:
                status = os.lstat(path)
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode) and status.st_size < 20_000_000:
                yield path


def _bytes(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
