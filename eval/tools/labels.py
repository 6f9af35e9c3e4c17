#!/usr/bin/env python3
"""What a change caused, as a person reads it, beside what draftgate says and what a filter for changed lines says.

    eval/tools/labels.py LABELS.tsv REPO --venv VENV [--draftgate BIN] [--unlabelled]

Each commit of the labels file is judged twice against its first parent, once as draftgate does and once with
`scope = "lines"`; the findings on which the two differ are held against the labels. VENV holds the versions of the tools
that the file's head names. `--unlabelled` prints the differing findings that have no label yet, with the lines that they
stand on at both sides, in the columns of the file. Exit 1 where a finding has no label, a label has no finding any more,
or fewer than 98% of the labels agree with draftgate.

The file: `# key: value` lines (`commits`, one hash a word; `tools`), then a row a differing finding: commit, tool, rule, place,
what draftgate says (`introduced` or `old`), the label (`caused` or `not`), why in a few words, the message.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

POLICY = """schema = 1
[gate]
required = ["types", "lint"]
[checks.types]
scope = "{scope}"
[checks.lint]
scope = "{scope}"
[tools.ruff]
command = ["ruff", "check", "--no-fix", "--output-format", "json", "--select", "F,E,W,B,S,PL,RET,SIM,ARG,C901"]
[tools.mypy]
[tools.pyright]
required = false
[tools.ty-on-sources]
check = "types"
command = ["ty", "check", "--output-format", "gitlab", "src"]
output = "gitlab"
"""


def git(repo, *arguments, text=None):
    done = subprocess.run(["git", "-C", repo, *arguments], input=text, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"git {' '.join(arguments)}: {done.stderr}")
    return done.stdout.strip()


def policy_commit(repo, scope):
    blob = git(repo, "hash-object", "-w", "--stdin", text=POLICY.format(scope=scope))
    tree = git(repo, "mktree", text=f"100644 blob {blob}\tdraftgate.toml\n")
    who = ["-c", "user.name=labels", "-c", "user.email=labels@example.invalid"]
    return git(repo, *who, "commit-tree", "-m", scope, tree)


def findings(arguments, repo, policy, commit, work):
    report = work / "report.json"
    environment = dict(os.environ, VIRTUAL_ENV=str(arguments.venv))
    command = [arguments.draftgate, "check", f"{commit}^..{commit}", "-C", repo, "--policy-ref", policy]
    command += ["--only", "types", "--only", "lint", "--report", f"json={report}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    told = json.loads(report.read_text())
    broken = [check for check in told["checks"] if check["outcome"] in ("broken", "out-of-reach")]
    if broken or done.returncode not in (0, 1):
        sys.exit(f"{commit}: {done.returncode} {broken} {done.stderr}")
    found = collections.Counter()
    for finding in told["findings"]:
        if finding["introduced"] == "worse":
            continue  # no finding of its own: a number that grew
        place = f"{finding['path']}:{finding['line']}:{finding['column']}"
        found[commit[:8], finding["evidence"]["tool"], finding["rule"], place, " ".join(finding["message"].split())] += 1
    return found


def lines_around(repo, commit, place):
    path, line, _ = place.rsplit(":", 2)
    text = git(repo, "show", f"{commit}:{path}").splitlines()
    return text[max(int(line) - 3, 0) : int(line) + 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("labels", type=pathlib.Path)
    parser.add_argument("repo")
    parser.add_argument("--venv", type=pathlib.Path, required=True)
    parser.add_argument("--draftgate", default="draftgate")
    parser.add_argument("--unlabelled", action="store_true")
    arguments = parser.parse_args()
    head, labels = {}, {}
    for row in arguments.labels.read_text().splitlines():
        if row.startswith("# "):
            key, _, value = row[2:].partition(": ")
            head[key] = value
        elif row:
            commit, tool, rule, place, said, label, why, message = row.split("\t")
            labels[commit, tool, rule, place, message] = (said, label, why)
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        repo = str(work / "repo.git")
        git(".", "clone", "--quiet", "--bare", arguments.repo, repo)
        policies = [policy_commit(repo, scope) for scope in ("project", "lines")]
        seen, unlabelled, agree, both = set(), 0, 0, 0
        for commit in head["commits"].split():
            ours, lines = (findings(arguments, repo, policy, commit, work) for policy in policies)
            both += sum((ours & lines).values())
            for key in sorted((ours - lines) | (lines - ours)):
                said = "introduced" if ours[key] > lines[key] else "old"
                seen.add(key)
                if key not in labels:
                    unlabelled += 1
                    if arguments.unlabelled:
                        print("\t".join([*key[:4], said, "?", "?", key[4]]))
                        for line in lines_around(repo, commit, key[3]):
                            print(f"#| {line}")
                    continue
                agree += (said == "introduced") == (labels[key][1] == "caused")
            print(f"{commit[:8]}: {sum(ours.values())} introduced, {sum(lines.values())} on changed lines", file=sys.stderr)
        gone = len(set(labels) - seen)
        known = len(seen) - unlabelled
        share = 100 * agree / known if known else 0
        print(f"{both} findings on which both agree; {len(seen)} on which they differ, {unlabelled} without a label")
        print(f"draftgate agrees with {agree} of {known} labels ({share:.1f}%), the changed-lines filter with {known - agree}")
        if gone:
            print(f"{gone} labels have no finding any more")
        sys.exit(1 if unlabelled or gone or share < 98 else 0)


if __name__ == "__main__":
    main()
