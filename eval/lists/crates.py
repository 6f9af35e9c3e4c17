#!/usr/bin/env python3
"""Renews src/language/rust/project/lists/crates.txt.

    crates.py SEED... > crates.txt

crates.io's download counts are behind its API; its index is open to all. So a crate counts as much used
when many others depend on it: from the seeds (names of crates, e.g. those that Debian packages), the
dependencies of each newest version are followed through the sparse index, and names are written by the
number of crates met on the way that depend on them.
"""
import json, sys, urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

INDEX = "https://index.crates.io/"


def path(name):
    name = name.lower()
    if len(name) <= 2:
        return f"{len(name)}/{name}"
    if len(name) == 3:
        return f"3/{name[0]}/{name}"
    return f"{name[:2]}/{name[2:4]}/{name}"


def newest(name):
    for spelling in dict.fromkeys([name, name.replace("-", "_")]):
        try:
            request = urllib.request.Request(INDEX + path(spelling), headers={"User-Agent": "draftgate-lists"})
            with urllib.request.urlopen(request, timeout=60) as answer:
                lines = answer.read().decode().strip().split("\n")
        except Exception:
            continue
        live = [json.loads(text) for text in lines[-3:] if text]
        live = [entry for entry in live if not entry["yanked"]] or live
        return live[-1] if live else None
    return None


seen, wave, used = {}, sorted(set(sys.argv[1:])), Counter()
with ThreadPoolExecutor(24) as pool:
    while wave and len(seen) < 12000:
        following = set()
        for name, entry in zip(wave, pool.map(newest, wave)):
            if entry is None:
                continue
            seen[entry["name"]] = True
            for dep in entry["deps"]:
                target = dep.get("package") or dep["name"]
                used[target] += 2 if dep["kind"] == "normal" else 1
                following.add(target)
        known = {n.replace("_", "-").lower() for n in seen}
        wave = sorted(n for n in following if n.replace("_", "-").lower() not in known)
        print(len(seen), "seen,", len(wave), "to come", file=sys.stderr)
for name in sorted(seen, key=lambda name: (-used[name], name)):
    print(name)
