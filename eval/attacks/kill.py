#!/usr/bin/env python3
"""Ends the gate at random moments, with its tools at work, and looks at what is left.

usage: kill.py BINARY [KILLS] [SEED] [CHECK..]

Two projects by turns: one of Python (ruff, mypy, pytest under coverage, and pytest for proof), one of Rust (cargo check, clippy,
`cargo test` for proof, and for coverage where the toolbox has a toolchain with llvm-tools). The gate is sent SIGKILL, SIGTERM or SIGINT at a moment between its start and
its usual end, with a cold cache or a warm one. Afterwards no process, no lock and no half-written report may be left, the index,
the refs and the working tree are as they were, and the next run says, byte for byte, what the first one said and leaves in the
cache just what the first one left there. With names of checks, only those run. Each round is printed with its number; the same seed makes the same rounds.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import toolbox  # noqa: E402
from attack import PROJECT, PYPROJECT  # noqa: E402
from tries.tools_rust import CARGO, GOOD, LOCK  # noqa: E402
from world import SYSTEM, World, become_reaper, left_alive  # noqa: E402

PROOF = "[checks.proof]\ncommand = [%s]\n"
PYTHON = {
    **PROJECT,
    "pyproject.toml": PYPROJECT + '[tool.ruff.lint]\nselect = ["F"]\n[tool.mypy]\nstrict = true\n',
    "draftgate.toml": 'schema = 1\n[gate]\nrequired = ["lint", "types", "proof"]\n[checks.coverage]\ncommand = ["pytest", "-q"]\n' + PROOF % '"pytest", "-q"',
    "tests/test_slow.py": "import subprocess\n\n\ndef test_slow() -> None:\n    subprocess.run(['sleep', '0.4'])\n",
}
PYTHON_CHANGE = {
    "shop/more.py": "import os\n\n\ndef mul(a: int, b: int) -> str:\n    if a > 9:\n        return 0\n    return a * b\n",
    "tests/test_more.py": "from shop.more import mul\n\n\ndef test_mul() -> None:\n    assert mul(2, 3) == 6\n",
}
RUST = {
    "Cargo.toml": CARGO, "Cargo.lock": LOCK, "src/lib.rs": GOOD, "tests/add.rs": "#[test]\nfn adds() {\n    assert_eq!(shop::add(1, 2), 3);\n}\n",
    "draftgate.toml": 'schema = 1\n[gate]\nrequired = ["lint", "types"]\n[tools.clippy]\n[tools.cargo-check]\n' + PROOF % '"cargo", "test", "--offline"' + '%s',
}
COVERAGE = '[checks.coverage]\ncommand = ["cargo", "test", "--offline"]\n'
RUST_CHANGE = {"src/lib.rs": GOOD + "\npub fn same(a: u32) -> bool {\n    a == a\n}\n", "tests/same.rs": "#[test]\nfn same() {\n    assert!(shop::same(3));\n}\n"}


class Project:
    """A repository under the gate, and what a whole run over it says and leaves."""

    def __init__(self, binary, tools, base, change, checks):
        self.only = [word for check in checks for word in ("--only", check)]
        self.world = World(binary, tools, os.environ.get("ATTACK_TMP"))
        self.world.change(base, change)
        # Work of the user's own that must survive.
        self.world.write("untracked.txt", "mine\n")
        self.world.write(sorted(change)[0], list(change.values())[0] + "\n")
        self.cache = os.path.join(self.world.home, ".cache", "draftgate")
        self.environment = {"PATH": ":".join([*tools, SYSTEM]), "HOME": self.world.home, "TMPDIR": self.world.tmp, "LANG": "C.UTF-8",
                            "CARGO_HOME": os.path.join(self.world.root, "cargo")}
        self.before = self.world.seen()
        self.report = os.path.join(self.world.root, "out", "report.json")
        os.makedirs(os.path.dirname(self.report))
        started = time.monotonic()
        self.said = self.run()
        self.cold = time.monotonic() - started
        self.kept = self.entries()
        started = time.monotonic()
        if self.run() != self.said:
            raise SystemExit("kill: two whole runs differ")
        self.warm = time.monotonic() - started
        checks = {c["name"]: c["outcome"] for c in json.loads(self.said)["checks"]}
        print("a whole run: %.1f s cold, %.1f s warm; %s" % (self.cold, self.warm, {n: checks.get(n) for n in ("lint", "types", "coverage", "proof")}))

    def start(self, *arguments):
        return subprocess.Popen([self.world.binary, self.world.range, "--report", "json", *self.only, *arguments], env=self.environment, cwd=self.world.repo,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def run(self):
        return self.start().communicate()[0]

    def entries(self):
        """What stands in the cache, but for build outputs, whose names are cargo's."""
        found = set()
        for folder, folders, names in os.walk(self.cache):
            folders[:] = [f for f in folders if f not in ("build", "target")]
            found |= {os.path.relpath(os.path.join(folder, name), self.cache) for name in folders + names}
        return found

    def round(self, dice):
        """One kill, and what it left."""
        cold = dice.random() < 0.3
        if cold:
            shutil.rmtree(self.cache, ignore_errors=True)
        number = dice.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        moment = dice.random() * (self.cold if cold else self.warm)
        child = self.start("--report", "sarif=" + self.report, "--trace", self.report + ".trace")
        time.sleep(moment)
        child.send_signal(number)
        child.communicate()
        wrong = []
        if number != signal.SIGKILL:
            # Nobody is told of a SIGKILL; whoever is told of another signal leaves nothing behind.
            wrong += ["process left: " + line for line in left_alive(0.0)]
        else:
            wrong += ["process left: " + line for line in left_alive(3.0)]
        for path in (self.report, self.report + ".trace"):
            try:
                json.load(open(path))
            except FileNotFoundError:
                pass
            except ValueError:
                wrong.append("half-written: " + os.path.basename(path))
        for name in os.listdir(os.path.dirname(self.report)):
            os.unlink(os.path.join(os.path.dirname(self.report), name))
            if name not in ("report.json", "report.json.trace") and number != signal.SIGKILL:
                wrong.append("left beside the report: " + name)
        if self.run() != self.said:
            wrong.append("the next run says something else")
        now = self.world.seen()
        wrong += ["changed: " + path for path in sorted(set(now) | set(self.before)) if now.get(path) != self.before.get(path) and not path.startswith("out/")]
        wrong += ["left in the cache: " + path for path in sorted(self.entries() - self.kept)][:3]
        return "%s after %.2f s, %s" % (number.name, moment, "cold" if cold else "warm"), wrong


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    binary = os.path.abspath(sys.argv[1])
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(1 << 32)
    print("seed", seed)
    become_reaper()
    dice = random.Random(seed)
    rust = toolbox.rust_with_llvm_tools()
    base = {**RUST, "draftgate.toml": RUST["draftgate.toml"] % (COVERAGE if rust else "")}
    checks = sys.argv[4:]
    projects = [
        Project(binary, [toolbox.python()], PYTHON, PYTHON_CHANGE, checks),
        Project(binary, [rust or toolbox.cargo()], base, RUST_CHANGE, checks),
    ]
    failed = 0
    for count in range(kills):
        words, wrong = projects[count % 2].round(dice)
        failed += bool(wrong)
        if not wrong:
            print("ok   kill %d (%s, %s)" % (count, ("python", "rust")[count % 2], words), flush=True)
        for what in wrong[:5]:
            print("FAIL kill %d (%s, %s): %s" % (count, ("python", "rust")[count % 2], words, what), flush=True)
    for project in projects:
        project.world.close()
    print("%d of %d kills left nothing" % (kills - failed, kills))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
