"""The real tools, for attacks that need one: the folder of `tests/toolbox.rs`, with its pins, installed in its way.

`target/toolbox/<digest of the pins>/` is filled by whoever comes first, this harness or `cargo test`, and found by the
other. The Rust side is read for its pins, so that they stand in one place; eslint and tsc are this harness's own.
"""
import fcntl
import glob
import hashlib
import os
import re
import shutil
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NODE = ["eslint@10.15.0", "typescript@5.9.3"]


def python():
    """`bin/` of a virtual environment with ruff, mypy, pytest and coverage."""
    return os.path.join(_installed(_pins("PROJECT"), _pip), "venv", "bin")


def node():
    """`node_modules/.bin/` with eslint and tsc."""
    return os.path.join(_installed(NODE, _npm), "node_modules", ".bin")


def cargo():
    """The folder of cargo and clippy themselves, not of rustup's stand-ins."""
    root = subprocess.run(["rustc", "--print", "sysroot"], check=True, capture_output=True, text=True).stdout.strip()
    return os.path.join(root, "bin")


def rust_with_llvm_tools():
    """`bin/` of the toolchain that `cargo test` installed for coverage; nothing where it has not been asked for yet."""
    found = glob.glob(os.path.join(_every(), "rust-*", "toolchains", "*", "bin"))
    return found[0] if found else None


def _every():
    return os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "toolbox")


def _pins(name):
    text = open(os.path.join(ROOT, "tests", "toolbox.rs"), encoding="utf-8").read()
    block = re.search(r"const %s: \[&str; \d+\] = \[(.*?)\];" % name, text, re.S)
    if not block:
        raise SystemExit("attacks: tests/toolbox.rs has no list %s" % name)
    return re.findall(r'"([^"]+)"', re.sub(r"//[^\n]*", "", block.group(1)))


def _installed(packages, fill):
    digest = hashlib.sha256("\n".join(packages).encode()).hexdigest()[:12]
    every = _every()
    os.makedirs(every, exist_ok=True)
    folder = os.path.join(every, digest)
    with open(os.path.join(every, digest + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = os.path.join(folder, "ready")
        if not os.path.isfile(ready):
            shutil.rmtree(folder, ignore_errors=True)
            os.mkdir(folder)
            fill(folder, packages)
            open(ready, "w").close()
    return folder


def _pip(folder, packages):
    subprocess.run(["python3", "-m", "venv", "venv"], cwd=folder, check=True)
    pip = os.path.join(folder, "venv", "bin", "pip")
    subprocess.run([pip, "install", "--quiet", "--disable-pip-version-check", *packages], cwd=folder, check=True)


def _npm(folder, packages):
    quiet = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", "."]
    subprocess.run(["npm", *quiet, *packages], cwd=folder, check=True, stdout=subprocess.DEVNULL)
