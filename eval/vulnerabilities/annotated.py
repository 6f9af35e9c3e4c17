#!/usr/bin/env python3
"""Scores the check `vulnerabilities` on a tree of files annotated with `ruleid:` and `ok:` comments.

usage: annotated.py DRAFTGATE TREE [--scope FILE] [--missed] [--flagged] [--level LEVEL]

An annotation stands for the next line that is no comment. FILE lists, one a line, the rule ids (or parts of
them) that count; without it all do. Prints, for each id, annotated lines found and safe lines flagged.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

MARK = re.compile(r"(?:#|//)\s*(ruleid|ok|todoruleid|todook)\s*:\s*([\w.,\- ]+)")


def git(folder, *args):
    identity = ["-c", "user.name=eval", "-c", "user.email=eval@example.org"]
    subprocess.run(["git", "-C", folder, *identity, *args], check=True, capture_output=True)


def findings(draftgate, tree, suffixes):
    """Lines with findings by file, judged as a change that adds the whole tree."""
    with tempfile.TemporaryDirectory() as folder:
        git(folder, "init", "-q")
        for path in tree.rglob("*"):
            if path.suffix in suffixes and path.is_file():
                target = pathlib.Path(folder, path.relative_to(tree))
                # Fixtures lie in folders named test; what they hold is judged as product code.
                target = pathlib.Path(folder, "src", re.sub(r"\W", "_", str(path.relative_to(tree).parent)), path.name.replace("test_", "t_"))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", "all")
        command = [draftgate, "check", "--all", "--only", "vulnerabilities", "--report", "json", "-C", folder]
        ran = subprocess.run(command, capture_output=True, text=True)
        report = json.loads(ran.stdout)
    found = collections.defaultdict(list)
    for one in report["findings"]:
        found[one["path"]].append(one)
    return found


def annotations(text):
    lines = text.splitlines()
    for at, line in enumerate(lines):
        match = MARK.search(line)
        if not match:
            continue
        target = at + 1
        if line.strip().startswith(("#", "//")):
            while target < len(lines) and lines[target].strip().startswith(("#", "//")):
                target += 1
            target += 1
        for name in re.split(r"[,\s]+", match.group(2).strip()):
            if name:
                yield match.group(1), name, target


def weaknesses(path):
    """CWE numbers that the rule beside a fixture names."""
    rule = path.with_suffix(".yaml")
    text = rule.read_text(errors="replace") if rule.is_file() else ""
    return {int(number) for number in re.findall(r"CWE-(\d+)", text)}


def statement_end(text, line):
    """Last line of the bracket that opens on a line."""
    depth = 0
    lines = text.splitlines()
    for at in range(line - 1, min(line + 30, len(lines))):
        bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", lines[at])
        depth += sum(bare.count(c) for c in "([{") - sum(bare.count(c) for c in ")]}")
        if depth <= 0:
            return at + 1
    return line


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("draftgate")
    parser.add_argument("tree", type=pathlib.Path)
    parser.add_argument("--scope", type=pathlib.Path)
    parser.add_argument("--missed", action="store_true")
    parser.add_argument("--flagged", action="store_true")
    parser.add_argument("--level", default="note", help="findings below this level do not count")
    parser.add_argument("--suffix", default=".py")
    args = parser.parse_args()
    order = ["note", "escalate", "block"]
    enough = order[order.index(args.level):]
    scope = args.scope.read_text().split() if args.scope else None
    found = findings(args.draftgate, args.tree, {args.suffix})
    scores = collections.defaultdict(lambda: [0, 0, 0, 0])
    finders = collections.defaultdict(set)
    flagged = []
    for path in sorted(args.tree.rglob("*" + args.suffix)):
        # What an autofix makes of a fixture keeps its annotations.
        if ".fixed." in path.name:
            continue
        text = path.read_text(errors="replace")
        relative = path.relative_to(args.tree)
        key = str(pathlib.PurePosixPath("src", re.sub(r"\W", "_", str(relative.parent)), path.name.replace("test_", "t_")))
        told = [one for one in found.get(key, []) if one["level"] in enough]
        for kind, name, line in annotations(text):
            if scope is not None and name not in scope:
                continue
            end = statement_end(text, line)
            # A rule may annotate the source; ours tells the sink, and the source as a step.
            hits = [
                one
                for one in told
                if line <= one["end_line"] and one["line"] <= end
                or kind == "ruleid" and any(line <= step["line"] <= end for step in one["trace"])
            ]
            score = scores[name]
            source = text.splitlines()[line - 1].strip() if line <= len(text.splitlines()) else ""
            if kind == "ruleid":
                score[0] += bool(hits)
                score[1] += 1
                finders[name].update(one["rule"] for one in hits)
                if args.missed and not hits:
                    print(f"MISSED {name} {relative}:{line}: {source}")
            elif kind == "ok":
                score[3] += 1
                wanted = weaknesses(path)
                same = {one["rule"] for one in hits if not wanted or wanted & set(one["cwe"])}
                flagged += [(name, f"{relative}:{line}: {source}", same)] * bool(same)
    # A safe line counts as flagged when a rule flags it that finds lines of the same id and is about the same
    # weakness: what another rule says of it (no time limit, say) is another question.
    for name, where, rules in flagged:
        if rules & finders[name]:
            scores[name][2] += 1
            if args.flagged:
                print(f"FLAGGED {name} {where} <- {sorted(rules & finders[name])}")
    total = [0, 0, 0, 0]
    for name, score in sorted(scores.items()):
        total = [a + b for a, b in zip(total, score)]
        print(f"{score[0]:4}/{score[1]:<4} ok flagged {score[2]:3}/{score[3]:<4} {name}")
    share = lambda part, whole: f"{100 * part / whole:.1f} %" if whole else "-"
    print(f"found {total[0]}/{total[1]} ({share(*total[:2])}), ok flagged {total[2]}/{total[3]} ({share(*total[2:])})")


if __name__ == "__main__":
    sys.exit(main())
