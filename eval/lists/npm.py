#!/usr/bin/env python3
"""Renews src/language/typescript/project/lists/npm.txt.

    npm.py NAMES.tsv DATE > npm.txt

NAMES.tsv holds `name, version, downloads a month, ..` lines with a header, in any order: npm's own counts, as any
copy of them has them. The most used names are written, most used first; then those less used ones that stand
near to one of the first (a slip of the hand away), so that a name which exists and is used is taken for no slip.
"""
import csv, itertools, sys

MOST, TARGETS, USED = 10_000, 2_000, 20_000


def normal(name):
    out = []
    for c in name.lower():
        c = "-" if c in "-_." else c
        if not (c == "-" and out and out[-1] == "-"):
            out.append(c)
    return "".join(out)


def shorter(name, by):
    """The name, and what is left of it without up to `by` characters."""
    found = {name}
    for count in range(1, by + 1):
        for at in itertools.combinations(range(len(name)), count):
            found.add("".join(c for i, c in enumerate(name) if i not in at))
    return found


csv.field_size_limit(1 << 24)
with open(sys.argv[1], encoding="utf-8") as text:
    rows = list(csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
used = sorted(((int(row[2]), row[0]) for row in rows if row[2].isdigit()), key=lambda pair: (-pair[0], pair[1]))
order = [name for _, name in used]
first = order[:MOST]
near = set()
for name in order[:TARGETS]:
    if len(name) >= 5:
        near |= shorter(normal(name), 1 if len(name) < 8 else 2 if len(name) < 24 else 1)
others = []
for count, name in used[MOST:]:
    if count < USED:
        break
    if len(name) < 40 and shorter(normal(name), 1 if len(name) < 8 else 2 if len(name) < 24 else 1) & near:
        others.append(name)
print(f"# npm's packages by downloads a month, {sys.argv[2]}, and less used ones that are called almost like one of the "
      "first. Renewed by eval/lists/npm.py, which says how.")
print("\n".join(first + sorted(others)))
