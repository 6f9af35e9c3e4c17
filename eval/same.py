#!/usr/bin/env python3
"""Compares two builds of draftgate: the reports of both must be the same bytes.

    eval/same.py OLD NEW REPO.. [-n 300] [--without KEY]..    the last N first-parent commits of each repository
    eval/same.py --cases OLD_DIR NEW_DIR [--without KEY]..    two folders that `DRAFTGATE_CASE_REPORTS=DIR cargo test cases` wrote

`--without KEY` takes a key out of both reports wherever it stands (one that only one build writes); without it the raw
bytes are compared. What differs is printed as changes of verdict, findings, checks and ledger, counted over all
commits. Exit 1 where anything differs.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys


def strip(value, keys):
    if isinstance(value, dict):
        return {key: strip(inner, keys) for key, inner in value.items() if key not in keys}
    if isinstance(value, list):
        return [strip(inner, keys) for inner in value]
    return value


def report(binary, repository, parent, commit):
    command = [binary, "check", f"{parent}..{commit}", "-C", repository, "--report", "json", "--jobs", "1"]
    ran = subprocess.run(command, capture_output=True)
    return ran.returncode, ran.stdout


def facts(code, raw):
    """The parts of a report as lines that can be counted."""
    try:
        read = json.loads(raw)
    except ValueError:
        return [f"exit {code}, no report"]
    lines = [f"verdict {read.get('verdict')}"]
    lines += [f"finding {f['level']} {f['check']}/{f['rule']}" for f in read["findings"]]
    lines += [f"check {c['name']} {c['outcome']}" for c in read["checks"]]
    lines += [f"ledger {e['check']} {e['outcome']}: {e['why'][:80]}" for e in read["ledger"]]
    return lines


def differences(old, new, keys, seen):
    """Whether two (code, bytes) differ; counts how."""
    if old == new:
        return False
    if keys and old[0] == new[0]:
        try:
            if strip(json.loads(old[1]), keys) == strip(json.loads(new[1]), keys):
                return False
        except ValueError:
            pass
    before, after = collections.Counter(facts(*old)), collections.Counter(facts(*new))
    gone, came = before - after, after - before
    for sign, lines in (("-", gone), ("+", came)):
        for line in lines:
            seen[f"{sign} {line}"] += 1
    if not gone and not came:
        seen["~ other words or places"] += 1
    return True


def histories(arguments, seen):
    differing = total = 0
    for repository in arguments.paths[2:]:
        log = ["git", "-C", repository, "rev-list", "--first-parent", "--parents", "-n", str(arguments.n), "HEAD"]
        pairs = [line.split()[:2] for line in subprocess.run(log, capture_output=True, text=True, check=True).stdout.splitlines()]

        def both(pair):
            return [report(binary, repository, pair[1], pair[0]) for binary in arguments.paths[:2]]

        count = 0
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            pairs = [pair for pair in pairs if len(pair) == 2]
            for pair, (old, new) in zip(pairs, pool.map(both, pairs)):
                if differences(old, new, arguments.without, seen):
                    count += 1
                    print(f"differs {repository} {pair[0]}")
        print(f"{repository}: {len(pairs)} commits, {count} differ", flush=True)
        differing, total = differing + count, total + len(pairs)
    return differing, total


def cases(arguments, seen):
    old, new = (pathlib.Path(path) for path in arguments.paths)
    names = sorted({path.relative_to(folder) for folder in (old, new) for path in folder.rglob("*.json")})
    differing = 0
    for name in names:
        sides = [(0, (folder / name).read_bytes() if (folder / name).exists() else b"") for folder in (old, new)]
        if differences(*sides, arguments.without, seen):
            differing += 1
            print(f"differs {name}")
    return differing, len(names)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("-n", type=int, default=300)
    parser.add_argument("--cases", action="store_true")
    parser.add_argument("--without", action="append", default=[])
    arguments = parser.parse_args()
    seen = collections.Counter()
    differing, total = (cases if arguments.cases else histories)(arguments, seen)
    for line, count in sorted(seen.items(), key=lambda item: (-item[1], item[0])):
        print(f"{count:6} {line}")
    print(f"{differing} of {total} differ")
    sys.exit(1 if differing or not total else 0)


main()
