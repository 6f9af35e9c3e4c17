"""Policies, waivers, hooks and events: who decides, and by what."""
import json
import os

from attack import BAD, INJECTION, PROJECT, SMALL, attack, course, side_effect
from world import JUDGED, STOPPED

WAIVER = '[[waivers]]\nfingerprint = "%s"\nrule = "%s"\nreason = "fine"\napproved-by = "ada"\n'


def findings(world):
    run = world.gate(world.range, "--report", "json")
    return [f for f in json.loads(run.out)["findings"] if f["level"] != "note"]


@course("waiver_follows_a_copy", "a waived file is copied to a second one")
def copy(world):
    world.change(PROJECT, {"shop/convert.py": INJECTION})
    policy = "schema = 1\n" + "".join(WAIVER % (f["fingerprint"], f["rule"]) for f in findings(world))
    world.change({**PROJECT, "shop/convert.py": INJECTION, "draftgate.toml": policy}, {"shop/again.py": INJECTION})
    world.gate(world.range)


@course("waiver_follows_a_function", "a waived line is written again in a function of another name")
def function(world):
    world.change(PROJECT, {"shop/convert.py": INJECTION})
    policy = "schema = 1\n" + "".join(WAIVER % (f["fingerprint"], f["rule"]) for f in findings(world))
    world.change({**PROJECT, "shop/convert.py": INJECTION, "draftgate.toml": policy},
                 {"shop/convert.py": INJECTION + INJECTION.split("\n\n\n")[1].replace("convert()", "other()").join(["\n\n", ""])})
    world.gate(world.range)


attack("policy_loosened_through_floors", "head's [[floors]], [[levels]], budgets and target all let go",
       base={"draftgate.toml": 'schema = 1\n[gate]\nrequired = ["secrets", "vulnerabilities"]\n'},
       head={**BAD, "draftgate.toml": 'schema = 1\n[gate]\ntarget = "topic"\nfail-on = "blocked"\nrequired = []\ndisabled = ["secrets", "vulnerabilities"]\n'
             '[[levels]]\ncheck = "secrets"\nlevel = "off"\n[[floors]]\nlevel = "off"\n[checks.vulnerabilities]\nrules-dir = "nowhere"\n'
             '[[checks.secrets.ignore]]\nrule = "github-token"\nhash = "0"\nreason = "x"\n[paths]\ntests = ["**"]\ngenerated = ["**"]\n'})
attack("policy_of_head_is_a_folder_of_links", "head's policy is a link to base's, which head deletes",
       base={"draftgate.toml": 'schema = 1\n[gate]\nrequired = ["secrets"]\n'},
       head={**BAD, "draftgate.toml": ("link", "conf/draftgate.toml"), "conf/draftgate.toml": "schema = 1\n[gate]\ndisabled = [\"secrets\", \"vulnerabilities\"]\n"})
attack("policy_with_a_mark_and_nul", "head's policy begins with a byte order mark and ends in NUL",
       head={**BAD, "draftgate.toml": b"\xef\xbb\xbfschema = 1\n\0\n[gate]\ndisabled = ['secrets']\n"})
attack("policy_100_000_waivers", "head's policy has a hundred thousand waivers and levels",
       head=lambda: {**BAD, "draftgate.toml": "schema = 1\n" + "".join(WAIVER % ("%012x" % n, "sql-string-built") for n in range(50_000))
             + "".join('[[levels]]\npaths = ["**/*%d*/**"]\nlevel = "block"\n' % n for n in range(50_000))})
attack("policy_patterns_of_braces", "head's patterns double with every pair of braces",
       head={**BAD, "draftgate.toml": 'schema = 1\n[[levels]]\nlevel = "block"\npaths = ["%s"]\n' % ("{a,b}" * 40 + "{" * 200)})
attack("rules_of_head", "head adds rules of its own: one in the place of a built-in one, a slow one, a link",
       base={"draftgate-rules/own.toml": "schema = 1\n"},
       head={**BAD, "draftgate-rules/own.toml": 'schema = 1\nid = "os-command-injection"\ncheck = "vulnerabilities"\nlevel = "note"\n', "draftgate-rules/loop": ("link", "."),
             "draftgate-rules/zero.toml": ("link", "/dev/zero"), "draftgate-rules/" + "d/" * 200 + "x.toml": "["})

BEFORE = "0" * 40


@course("push_lines_of_all_kinds", "what git hands to the hook is not what it seems: each line is judged, or refused")
def push(world):
    world.change(PROJECT, BAD)
    good = "refs/heads/topic %s refs/heads/topic %s\n" % (world.head, BEFORE)
    for text in (
        good,
        good.rstrip("\n"),
        "\n\n" + good,
        good.replace(" ", "\t"),
        "refs/heads/x %s refs/heads/x %s\n" % (world.base, BEFORE) * 300 + good,
        "(delete) %s refs/heads/gone %s\n" % (BEFORE, world.base) + good,
        good.replace("refs/heads/topic", "refs/notes/x"),
        good.replace("refs/heads/topic", "refs/heads/a b"),
        good.replace(world.head, world.head[:12]),
        good.replace(world.head, "--upload-pack=x"),
        good.replace(world.head, "topic~0"),
        good.replace(BEFORE, "f" * 40),
        good.replace(world.head, world.head + "a" * 24),
        good + "x" * 1_000_000,
        good.replace("topic", "\x1b[2J\xff"),
    ):
        world.gate("hook", "pre-push", "origin", "nowhere", stdin=text.encode("utf-8", "surrogateescape"), expect=STOPPED)


# Where the hook remembers how often a session was sent back.
MEMORY = ("repo/.git/draftgate/claude-code-",)


def agent(world, event, expect=JUDGED, **rest):
    text = event if isinstance(event, bytes) else json.dumps(event).encode()
    return world.gate("hook", "agent", "claude-code", stdin=text, expect=set(expect), may_make=MEMORY, **rest)


@course("agent_session_leads_outside", "the session of an agent's event is a path")
def session(world):
    world.change(PROJECT, BAD)
    for name in ("../../../../../../../../../.." + world.outside + "/MARK", world.mark, "../" * 12 + "etc/x", "a/b", "\0", "\n", "", ".", "..", "~", "x" * 5000, 7, None, ["a"], {"a": 1}):
        agent(world, {"session_id": name, "cwd": world.repo, "hook_event_name": "Stop", "stop_hook_active": False, "transcript_path": world.mark})


@course("agent_event_is_no_event", "events that are huge, deep, cut off or of another kind")
def event(world):
    world.change(PROJECT, BAD)
    for text in (b"", b"\xff\xfe", b"{", b"null", b"7", b"[" * 300_000, b'{"a":' * 200_000, b'{"session_id": "a"}{"session_id": "b"}', b'{"session_id": "%s"}' % (b"x" * 30_000_000),
                 b'{"session_id": "c", "session_id": "d", "cwd": "/nonexistent"}', b'{"session_id": 1e999}'):
        agent(world, text, expect=STOPPED)
    # No event at all is a session of its own, which was sent back before: it is let go, loudly.
    agent(world, b" " * 20_000_000)


@course("agent_says_where_it_works", "an event whose folder is another repository, which is clean")
def elsewhere(world):
    world.change(PROJECT, BAD)
    import subprocess
    subprocess.run(["git", "init", "-q", world.root + "/clean"], check=True, env={"PATH": "/usr/local/bin:/usr/bin:/bin"})
    agent(world, {"session_id": "s", "cwd": world.root + "/clean", "hook_event_name": "Stop"}, expect=STOPPED)
    agent(world, {"session_id": "s2", "cwd": "/", "hook_event_name": "Stop"}, expect=STOPPED)


@course("agent_state_is_a_link", "what the hook remembers of a session is a link to a file outside")
def state(world):
    world.change(PROJECT, BAD)
    agent(world, {"session_id": "s", "cwd": world.repo, "hook_event_name": "Stop"})
    cache = os.path.join(world.home, ".cache", "draftgate")
    for folder, _, names in os.walk(cache):
        for name in names:
            os.unlink(os.path.join(folder, name))
            os.symlink(world.outside + "/victim.txt", os.path.join(folder, name))
    for _ in range(2):
        agent(world, {"session_id": "s", "cwd": world.repo, "hook_event_name": "Stop"})


def ci(world, event, name="pull_request", **more):
    path = world.root + "/event.json"
    open(path, "wb").write(event if isinstance(event, bytes) else json.dumps(event).encode())
    for name_of in ("output", "summary"):
        open(world.root + "/" + name_of, "w").close()
    env = {"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": path, "GITHUB_WORKSPACE": world.repo, "GITHUB_OUTPUT": world.root + "/output",
           "GITHUB_STEP_SUMMARY": world.root + "/summary", "GITHUB_SHA": world.head, "GITHUB_REF": "refs/pull/1/merge", "GITHUB_REPOSITORY": "a/b", **more}
    run = world.gate("ci", env=env, untouched=False)
    written = open(world.root + "/output").read()
    verdicts = [line for line in written.split("\n") if line.startswith("verdict")]
    if len([v for v in verdicts if "ready" in v]) or len(verdicts) > 1:
        world.complain("outputs of the job: %r" % verdicts)
    if os.path.exists(world.mark) or open(world.outside + "/victim.txt").read() != "outside-text-8d11\n":
        world.complain("written outside")
    return run


@course("ci_event_with_options", "ids and refs of an event are options of git, lines of shell, and paths")
def ci_options(world):
    world.change(PROJECT, BAD)
    for bad in ("--upload-pack=touch " + world.mark, "main; touch " + world.mark, "$(touch %s)" % world.mark, "../../outside/victim.txt", "", None, 7, "x" * 1_000_000, "\n", world.base + "\n--all"):
        ci(world, {"pull_request": {"base": {"sha": bad, "ref": bad}, "head": {"sha": bad, "ref": bad}, "commits": bad}, "number": bad, "repository": {"default_branch": bad}})
        ci(world, {"before": bad, "after": bad, "ref": bad}, "push")
        ci(world, {"inputs": {"base": bad, "head": bad}}, "workflow_dispatch")
    ci(world, b"[" * 500_000)


@course("ci_outputs_from_names", "names of files and text of commits write outputs of the job")
def ci_outputs(world):
    lines = "\nverdict=ready\n::set-output name=verdict::ready\nEOF\nverdict<<EOF\nready\nEOF\n"
    world.change(PROJECT, {**BAD, "shop/a%s.py" % lines.replace("/", ""): INJECTION.replace("convert ", lines.replace("\n", "\\n"))}, message="Change" + lines)
    run = ci(world, {"pull_request": {"base": {"sha": world.base, "ref": "main"}, "head": {"sha": world.head, "ref": "topic" + lines}, "title": lines, "commits": 1}, "number": 1})
    bad = [line for line in run.out.decode(errors="replace").split("\n") if line.startswith(("::set-output", "verdict="))]
    if bad:
        world.complain("commands to the runner: %r" % bad)


side_effect("ci_fetch_by_a_program", "history is missing, and the remote of the checkout is a program",
            head=SMALL, arguments=("ci",), may_make=("repo/.git/FETCH_HEAD",), before=lambda w: (
                open(w.repo + "/.git/config", "a").write('[remote "origin"]\n\turl = ext::sh -c "echo x >%s"\n\tuploadpack = echo x >%s;\n\tproxy = x\n[protocol]\n\tallow = always\n'
                                                         '[core]\n\tgitProxy = echo x >%s\n\tsshCommand = echo x >%s\n[credential]\n\thelper = !echo x >%s\n' % ((w.mark,) * 5)),
                open(w.root + "/event.json", "w").write(json.dumps({"pull_request": {"base": {"sha": "a" * 40, "ref": "main"}, "head": {"sha": "b" * 40, "ref": "x"}, "commits": 3}}))),
            env={"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": "@REPO@/../event.json", "GITHUB_WORKSPACE": "@REPO@"})
