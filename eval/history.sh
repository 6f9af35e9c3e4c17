#!/usr/bin/env bash
# Judges the last N first-parent commits of a repository, each against its first parent, twice, with the
# built-in policy, and counts: verdicts, findings by rule, commits that differ between the two runs.
#
#   eval/history.sh REPO [N] [draftgate check options]
#
# A line a commit goes to standard output; blocks and errors are printed whole. Exit 1 on a commit that was
# blocked, could not be judged, or gave other bytes the second time.
set -euo pipefail
repo=${1:?usage: eval/history.sh REPO [N] [options]}
count=${2:-50}
shift; [ $# -eq 0 ] || shift
draftgate=${DRAFTGATE_BIN:-draftgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
declare -A seen=([0]=0 [1]=0 [2]=0 [3]=0)
differ=0 failed=0
for commit in $(git -C "$repo" rev-list --first-parent -n "$count" HEAD); do
  parent=$(git -C "$repo" rev-parse --verify -q "$commit^1") || continue
  code=0; "$draftgate" check "$parent..$commit" -C "$repo" --report "json=$work/1.json" --report "text=$work/1.txt" "$@" 2>"$work/err" || code=$?
  again=0; "$draftgate" check "$parent..$commit" -C "$repo" --report "json=$work/2.json" "$@" 2>>"$work/err" || again=$?
  cmp -s "$work/1.json" "$work/2.json" && [ "$code" = "$again" ] || { differ=$((differ + 1)); echo "DIFFERS $commit"; }
  seen[$code]=$((${seen[$code]:-0} + 1))
  [ -s "$work/1.json" ] && cat "$work/1.json" >> "$work/all.json"
  case $code in
    0|3) ;;
    *) failed=$((failed + 1)); echo "EXIT $code $commit"; cat "$work/err" "$work/1.txt" 2>/dev/null ;;
  esac
done
echo "$(basename "$(dirname "$repo")"): ready ${seen[0]}, blocked ${seen[1]}, could not judge ${seen[2]}, needs a human ${seen[3]}; differing $differ"
python3 - "$work/all.json" <<'PY'
import collections, json, sys
text, at, rules, commits = open(sys.argv[1]).read(), 0, collections.Counter(), 0
read = json.JSONDecoder()
while at < len(text.rstrip()):
    report, at = read.raw_decode(text, at)
    at += len(text[at:]) - len(text[at:].lstrip())
    commits += 1
    rules.update((f["level"], f["rule"]) for f in report["findings"])
for (level, rule), n in sorted(rules.items(), key=lambda kv: (-kv[1], kv[0])):
    print(f"  {n:4} {level:9} {rule}")
PY
[ "$failed" = 0 ] && [ "$differ" = 0 ]
