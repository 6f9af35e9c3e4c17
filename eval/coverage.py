#!/usr/bin/env python3
"""Patch figures of draftgate beside those of diff-cover, over real commits, each difference with its reason.

    coverage.py measure REPOSITORY REPORTS COUNT PATHS... -- COMMAND...
    coverage.py compare DRAFTGATE DIFF_COVER REPOSITORY REPORTS

`measure` checks each of the last COUNT commits that touch PATHS out into a folder of its own, runs COMMAND there
and keeps `report.lcov`, which the command writes, as REPORTS/<commit>.lcov. `{here}` in the command is the folder.
`compare` gives the same report and range to both programs and prints one row a commit. Lines that only one of them
counts are put down to a cause that the texts show; a line without one is `unexplained`, and the exit is 1.
"""
import ast, json, os, re, subprocess, sys, tempfile


def run(*words, **options):
    return subprocess.run(words, capture_output=True, text=True, **options)


def git(repository, *words):
    return subprocess.run(["git", "-C", repository, *words], check=True, capture_output=True, text=True).stdout


def measure(repository, reports, count, *rest):
    at = rest.index("--")
    paths, command = rest[:at], rest[at + 1:]
    os.makedirs(reports, exist_ok=True)
    for commit in git(repository, "log", "--no-merges", "--format=%H", f"-{count}", "--", *paths).split():
        kept = os.path.join(reports, f"{commit}.lcov")
        if os.path.exists(kept):
            continue
        here = os.path.join(os.path.abspath(reports), "tree")
        run("git", "-C", repository, "worktree", "remove", "--force", here)
        git(repository, "worktree", "add", "--detach", here, commit)
        ended = run(*[word.replace("{here}", here) for word in command], cwd=here)
        made = os.path.join(here, "report.lcov")
        if os.path.exists(made):
            with open(made) as old, open(kept, "w") as new:
                new.write(old.read().replace(f"SF:{here}/", "SF:"))
        print(commit[:8], f"exit {ended.returncode}", (ended.stdout.strip().splitlines() or [""])[-1][:100], flush=True)


def by_diff_cover(program, repository, commit, report):
    with tempfile.TemporaryDirectory() as out:
        here = os.path.join(out, "tree")
        git(repository, "worktree", "add", "--detach", here, commit)
        told = os.path.join(out, "told.json")
        ended = run(program, os.path.abspath(report), f"--compare-branch={commit}^", "--format", f"json:{told}",
                    "--quiet", cwd=here)
        git(repository, "worktree", "remove", "--force", here)
        if not os.path.exists(told):
            sys.exit(f"{commit}: {ended.stderr}")
        with open(told) as file:
            files = json.load(file)["src_stats"]
    lines = {}
    for path, stats in files.items():
        for line in stats["covered_lines"]:
            lines[path, line] = True
        for line in stats["violation_lines"]:
            lines[path, line] = False
    return lines


def by_draftgate(program, repository, commit, report):
    ended = run(program, "check", "-C", repository, f"{commit}^..{commit}", "--only", "coverage", "--coverage", report,
                "--report", "json")
    told = json.loads(ended.stdout)
    check = next(check for check in told["checks"] if check["name"] == "coverage")
    if check["outcome"] != "ran":
        return {}, f"{check['outcome']}: {check['why']}"
    lines = {}
    for file in told["coverage"]["files"]:
        for name, ran in (("GNC", True), ("UNC", False)):
            for first, last in file["lines"].get(name, []):
                for line in range(first, last + 1):
                    lines[file["path"], line] = ran
    return lines, ""


def added(repository, commit, algorithm):
    """1-based new lines of each file, by git, and the lines after which only something was deleted."""
    new, cut, path = {}, {}, None
    options = ["-U0", "-M", "--no-ext-diff", f"--diff-algorithm={algorithm}"]
    for line in git(repository, "diff", *options, f"{commit}^", commit).splitlines():
        if line.startswith("+++ "):
            path = line[6:]
        elif found := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line):
            first, count = int(found[1]), int(found[2] or 1)
            new.setdefault(path, set()).update(range(first, first + count))
            if count == 0:
                cut.setdefault(path, set()).add(first)
    return new, cut


def statement(text, line):
    """The first and last line of the smallest Python statement that begins on a line (a header, of a compound one)."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.stmt, ast.ExceptHandler)) and node.lineno == line:
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno
            return line, max(line, last)
    return line, line


def cause(repository, commit, path, line, new, cut, other, ours):
    """Why only one of the two counts a line."""
    text = git(repository, "show", f"{commit}:{path}")
    if re.search(r"(^|/)(tests?|docs?|examples?|benches)/|(^|/)(setup|conftest|noxfile|build)\.(py|rs)$", path) and not ours:
        return "test or build code"
    if path.endswith(".rs") and not ours and "#[cfg(test)]" in "\n".join(text.splitlines()[:line]):
        return "inline test"
    if path.endswith(".py") and ours and line not in new.get(path, ()):
        first, last = statement(text, line)
        if any(number in new.get(path, ()) for number in range(first, last + 1)):
            return "multi-line"
        if any(number in cut.get(path, ()) for number in range(first, last)):
            return "multi-line, deleted in it"
    # Which of several equal lines is the new one: diff-cover asks git's default algorithm, draftgate a histogram.
    if line in other.get(path, ()) and ours or line not in other.get(path, ()) and not ours:
        return "diff algorithm"
    return "unexplained"


def compare(draftgate, diff_cover, repository, reports):
    bad = equal = total = 0
    for name in sorted(os.listdir(reports)):
        if not name.endswith(".lcov"):
            continue
        commit, report = name[:-5], os.path.abspath(os.path.join(reports, name))
        theirs = by_diff_cover(os.path.abspath(diff_cover), repository, commit, report)
        ours, why = by_draftgate(draftgate, repository, commit, report)
        new, cut = added(repository, commit, "myers")
        other, _ = added(repository, commit, "histogram")
        causes = {}
        for place in sorted(set(ours.items()) ^ set(theirs.items())):
            (path, line), _ = place
            why_this = cause(repository, commit, path, line, new, cut, other, (path, line) in ours)
            causes.setdefault(why_this, []).append(f"{path}:{line}")
        total += 1
        equal += not causes
        bad += len(causes.get("unexplained", ()))
        figure = lambda lines: f"{sum(lines.values())}/{len(lines)}"
        told = "; ".join(f"{cause}: {', '.join(places[:4])}{' ..' if len(places) > 4 else ''}" for cause, places in causes.items())
        print(f"{commit[:8]} draftgate {figure(ours)} diff-cover {figure(theirs)} {'equal' if not causes else told} {why}".rstrip())
    print(f"{total} commits, {equal} equal, {total - equal} with explained differences, {bad} lines unexplained")
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) < 6 or sys.argv[1] not in ("measure", "compare"):
        sys.exit(__doc__)
    sys.exit({"measure": measure, "compare": compare}[sys.argv[1]](*sys.argv[2:]))
