"""An agent with a shell in the working tree, before `draftgate --worktree` or `--staged`."""
import os
import socket

from attack import BAD, INJECTION, LEAK, PROJECT, attack, course, side_effect
from world import OUTSIDE_TEXT


def put(world, files):
    for path, text in files.items():
        world.write(path, text)


def untracked(extra=None):
    def before(world):
        put(world, BAD)
        if extra:
            extra(world)
    return before


def worktree(name, tries, extra=None, **rest):
    attack(name, tries, head={}, before=untracked(extra), arguments=("--worktree",), **rest)


def config(text):
    return lambda world: open(world.repo + "/.git/config", "a").write(world.filled(text).decode())


worktree("tree_untracked_not_shown", "status.showUntrackedFiles = no hides new files", config("[status]\nshowUntrackedFiles = no\n"))
worktree("tree_everything_is_big", "core.bigFileThreshold = 1 makes every file binary", config("[core]\nbigFileThreshold = 1\n"))
worktree("tree_case_ignored", "core.ignoreCase hides a file beside one of another case",
         lambda w: (config("[core]\nignoreCase = true\nprecomposeUnicode = true\n")(w), put(w, {"SHOP/PRICES.PY": INJECTION})))
worktree("tree_attributes_of_config", "core.attributesFile says that all is binary and generated",
         lambda w: (w.write(w.repo + "/.git/attr", "* binary -diff linguist-generated\n"), config("[core]\nattributesFile = .git/attr\n")(w)))
worktree("tree_sparse_checkout", "a sparse checkout leaves the folder out",
         lambda w: (config("[core]\nsparseCheckout = true\nsparseCheckoutCone = false\n")(w), w.write(".git/info/sparse-checkout", "/docs/\n")))
worktree("tree_intent_to_add", "the files are added as an intent only", lambda w: w.git("add", "-N", "shop"))
worktree("tree_index_flags", "every entry is assumed unchanged, and edited",
         lambda w: (w.git("update-index", "--assume-unchanged", "shop/prices.py"), put(w, {"shop/prices.py": INJECTION})))
worktree("tree_index_garbage", "the index is no index", lambda w: w.write(".git/index", b"DIRC\0\0\0\2\0\0\xff\xff" + b"x" * 5000))
worktree("tree_index_locked", "a lock of the index was left behind", lambda w: w.write(".git/index.lock", ""))
worktree("tree_index_version_9", "the index is of a version that does not exist", lambda w: w.write(".git/index", b"DIRC\0\0\0\x09\0\0\0\1" + b"\0" * 40))
worktree("tree_alternates_of_nothing", "objects/info/alternates names itself, /dev/zero and a pipe",
         lambda w: (os.mkfifo(w.repo + "/.git/pipe"), w.write(".git/objects/info/alternates", "%s/.git/objects\n/dev/zero\n%s/.git/pipe\n/proc/self/root\n"
                                                             % (w.repo, w.repo))))
worktree("tree_pipe", "an untracked pipe, a socket and a device among the files",
         lambda w: (os.mkfifo(w.repo + "/shop/pipe.py"), bound(w.repo + "/shop/s.py"), os.mknod(w.repo + "/shop/zero.py", 0o020666, os.makedev(1, 5))))
worktree("tree_pipe_for_a_tracked_file", "a tracked file is a pipe now",
         lambda w: (os.unlink(w.repo + "/shop/prices.py"), os.mkfifo(w.repo + "/shop/prices.py")))
worktree("tree_pipes_for_what_is_read_by_name", "configuration, attributes, ignore files and policy are pipes",
         lambda w: [os.mkfifo(w.repo + "/" + n) for n in (".gitattributes", ".gitignore", ".gitmodules", "draftgate.toml", ".secrets.baseline", "ruff.toml", "mypy.ini",
                                                           "setup.cfg", ".coveragerc", "Cargo.toml", "package.json", ".git/info/grafts")])
worktree("tree_sparse_file_of_200_gb", "an untracked file has a hole of 200 GB", lambda w: hole(w.repo + "/shop/big.py"))
worktree("tree_tracked_hole", "a tracked file has a hole of 200 GB", lambda w: hole(w.repo + "/shop/prices.py"))
worktree("tree_link_for_the_folder", "a tracked folder is a link to one with the bad files",
         lambda w: (os.rename(w.repo + "/shop", w.repo + "/store"), os.symlink("store", w.repo + "/shop")))
worktree("tree_links_in_a_circle", "folders are links to one another and to the root",
         lambda w: [os.symlink(t, w.repo + "/" + n) for n, t in (("a", "b"), ("b", "a"), ("c", "."), ("d", "/"), ("e", "/proc/self/root"), ("f", ".git"))])
worktree("tree_ten_thousand_files", "ten thousand untracked files stand before the bad one",
         lambda w: [w.write("aaa/%02d/f%d.py" % (n % 50, n), "X = %d\n" % n) for n in range(10_000)])
worktree("tree_deep", "folders 900 deep", lambda w: deep(w.repo, 900))
worktree("tree_names_of_all_kinds", "names with every byte but / and NUL",
         lambda w: [w.write(os.fsdecode(b"n/" + bytes([b]) + b".py"), "X = 1\n") for b in range(1, 256) if b not in (46, 47)])


def bound(path):
    socket.socket(socket.AF_UNIX).bind(path)


def hole(path):
    with open(path, "ab") as file:
        file.truncate(200 << 30)


def deep(root, levels):
    here = os.open(root, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    with os.fdopen(os.open("x.py", os.O_CREAT | os.O_WRONLY, dir_fd=here), "w") as file:
        file.write(INJECTION)
    os.close(here)


@course("tree_nested_repository", "the bad files stand in a repository of their own below the tree")
def nested(world):
    world.change(PROJECT, {})
    put(world, {"inner/" + p: t for p, t in BAD.items()})
    import subprocess
    subprocess.run(["git", "init", "-q", world.repo + "/inner"], check=True, env={"PATH": "/usr/local/bin:/usr/bin:/bin"})
    world.gate("--worktree")


@course("tree_nested_repository_staged", "a folder that was a submodule's is staged as a link to a commit")
def gitlink(world):
    world.change(PROJECT, {})
    put(world, {"inner/" + p: t for p, t in BAD.items()})
    import subprocess
    for line in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", world.repo + "/inner", *line], check=True, env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": world.home})
    world.git("add", "inner")
    world.gate("--staged")


@course("tree_staged_other_than_written", "the index holds the bad file, the working tree the harmless one")
def staged(world):
    world.change(PROJECT, {})
    put(world, BAD)
    world.git("add", "-A")
    put(world, {"shop/convert.py": "X = 1\n", "shop/token.py": "X = 1\n"})
    world.gate("--staged")


side_effect("tree_links_lead_outside", "links of the change lead to files outside, whose text must not be told",
            head={**BAD, "notes.md": ("link", "@OUT@/victim.txt"), "shop/v.py": ("link", "@OUT@/victim.txt"), "requirements.txt": ("link", "@OUT@/victim.txt"),
                  ".gitattributes": ("link", "@OUT@/victim.txt"), "Cargo.lock": ("link", "@OUT@/victim.txt")})
side_effect("tree_untracked_links_lead_outside", "the same, untracked, with a folder",
            head={}, arguments=("--worktree",), before=lambda w: [os.symlink(w.outside + t, w.repo + "/" + n) for n, t in (
                ("a.py", "/victim.txt"), ("folder", ""), (".coveragerc", "/victim.txt"), ("setup.cfg", "/victim.txt"), (".secrets.baseline", "/victim.txt"))])
side_effect("tree_policy_is_a_link", "--policy-from worktree, and the policy is a link to a file outside",
            head={}, arguments=("--worktree", "--policy-from", "worktree"),
            before=lambda w: os.symlink(w.outside + "/victim.txt", w.repo + "/draftgate.toml"))
side_effect("tree_coverage_report_is_a_link", "base's policy names a report, the change makes it a link to a file outside",
            base={"draftgate.toml": 'schema = 1\n[checks.coverage]\nreport = ["cov.xml", "cov/a.xml"]\n'},
            head={"cov.xml": ("link", "@OUT@/victim.txt"), "cov": ("link", "@OUT@"), "shop/x.py": "def f():\n    return 1\n"})
assert OUTSIDE_TEXT and LEAK
