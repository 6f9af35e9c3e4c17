#!/usr/bin/env python3
"""Renews src/language/python/project/lists/pypi.txt.

    pypi.py TOP.csv [COUNT] > pypi.txt

TOP.csv holds `download_count,project` lines, most used first (the monthly list of
hugovk/top-pypi-packages). For each project the newest wheel's table of contents is read from
the index (a few kilobytes by range request) and its top-level modules are written where they are not
simply the project's own name. `?` stands for a project without a wheel that could be read.
Folders that a wheel's `.pth` puts on the path are written down in ON_PATH: only the contents are read.
"""
import csv, io, re, struct, sys, urllib.request, zipfile
from concurrent.futures import ThreadPoolExecutor

INDEX = "https://pypi.org/simple/"
NOISE = {"tests", "test", "docs", "doc", "examples", "example", "benchmarks", "scripts", "tools", "src",
         "testing", "samples", "build", "dist", "licenses", "share", "bin", "lib", "etc", "include"}

ON_PATH = {"win32": "pywin32.pth", "win32/lib": "pywin32.pth", "pythonwin": "pywin32.pth"}


def get(url, tail=None, span=None):
    request = urllib.request.Request(url, headers={"User-Agent": "draftgate-lists"})
    if tail:
        request.add_header("Range", f"bytes=-{tail}")
    if span:
        request.add_header("Range", f"bytes={span[0]}-{span[1]}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read(), answer.headers


def contents(url):
    """Names in a wheel: its central directory stands at the end."""
    size = 65536
    for _ in range(3):
        data, headers = get(url, tail=size)
        at = data.rfind(b"PK\5\6")
        if at < 0:
            return []
        cd_size, = struct.unpack_from("<I", data, at + 12)
        if at >= cd_size:
            names, here = [], at - cd_size
            while data[here:here + 4] == b"PK\1\2":
                n, m, k = struct.unpack_from("<HHH", data, here + 28)
                names.append(data[here + 46:here + 46 + n].decode("utf-8", "replace"))
                here += 46 + n + m + k
            return names
        size = cd_size + len(data) - at + 64
        if size > 8_000_000:
            return []
    return []


def modules(names):
    found = set()
    for name in names:
        parts = name.split("/")
        if re.search(r"\.data$", parts[0]) and len(parts) > 2 and parts[1] in ("purelib", "platlib"):
            parts = parts[2:]
        top = parts[0]
        if re.search(r"\.(dist-info|data|libs|egg-info)$", top):
            continue
        if not re.search(r"\.(py|pyi|so|pyd)$", parts[-1]):
            continue
        if len(parts) == 1:
            top = parts[0].split(".")[0]
        if ON_PATH.get("/".join(parts[:-1])) in names and "__init__" not in parts[-1]:
            found.add(parts[-1].split(".")[0])
        if top.endswith("-stubs"):
            continue
        if top.isidentifier() and top.lower() not in NOISE and top != "__init__":
            found.add(top)
    return found


def norm(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def line(project):
    project = norm(project)
    own = project.replace("-", "_")
    try:
        page, _ = get(INDEX + project + "/")
        wheels = re.findall(r'href="([^"#]+\.whl)', page.decode("utf-8", "replace"))
        if not wheels:
            return f"{project} ?"
        pure = [w for w in wheels if w.endswith("any.whl")]
        pick = wheels[-1] if not pure or wheels.index(pure[-1]) < len(wheels) * 0.7 else pure[-1]
        found = modules(contents(pick))
    except Exception as error:
        print(project, error, file=sys.stderr)
        return f"{project} ?"
    if found == {own}:
        return project
    if not found:
        return f"{project} ?" if not project.startswith("types-") else f"{project} -"
    return " ".join([project, *sorted(found)])


rows = [row[1] for row in csv.reader(open(sys.argv[1])) if row and row[1] != "project"]
rows = rows[:int(sys.argv[2]) if len(sys.argv) > 2 else 8000]
with ThreadPoolExecutor(16) as pool:
    for text in pool.map(line, rows):
        print(text, flush=True)
