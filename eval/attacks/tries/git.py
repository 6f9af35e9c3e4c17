"""Repositories that lie: objects, histories, configuration and names."""
import hashlib
import os
import struct
import zlib

from attack import BAD, INJECTION, LEAK, MARK_SH, PROJECT, PYPROJECT, attack, course
from world import JUDGED

PY = dict(tools=("python",))
CLEAN = {path: None for path in BAD}
RUFF = {"pyproject.toml": PYPROJECT + '[tool.ruff.lint]\nselect = ["F"]\n', "draftgate.toml": 'schema = 1\n[gate]\nrequired = ["lint"]\n'}
UNUSED = {"shop/stock.py": "import os\n\n\ndef left(n):\n    return n - 1\n"}


def hidden_between(world):
    """A commit with the bad files, and one above it that takes them out again."""
    world.base = world.commit(PROJECT, branch="main")
    bad = world.commit(BAD, [world.base], branch="topic")
    world.head = world.commit({**CLEAN, "shop/stock.py": "X = 1\n"}, [bad], branch="topic2")
    world.git("checkout", "-qf", "topic2")
    return bad


@course("history_shallow_file_planted", "a .git/shallow says that the last commit has no parents")
def shallow(world):
    hidden_between(world)
    world.write(".git/shallow", world.head + "\n")
    world.gate(world.range)


@course("history_commit_graph_forged", "the commit-graph says that the last commit stands on base")
def commit_graph(world):
    bad = hidden_between(world)
    world.git("commit-graph", "write", "--reachable")
    path = world.repo + "/.git/objects/info/commit-graph"
    raw = bytearray(open(path, "rb").read()[:-20])
    chunks = {}
    for at in range(8, 8 + raw[6] * 12, 12):
        chunks[bytes(raw[at:at + 4])] = struct.unpack(">Q", raw[at + 4:at + 12])[0]
    count = struct.unpack(">I", raw[chunks[b"OIDF"] + 255 * 4:chunks[b"OIDF"] + 256 * 4])[0]
    ids = [raw[chunks[b"OIDL"] + 20 * n:chunks[b"OIDL"] + 20 * n + 20].hex() for n in range(count)]
    at = chunks[b"CDAT"] + 36 * ids.index(world.head) + 20
    assert struct.unpack(">I", raw[at:at + 4])[0] == ids.index(bad)
    raw[at:at + 4] = struct.pack(">I", ids.index(world.base))
    os.chmod(path, 0o644)
    open(path, "wb").write(bytes(raw) + hashlib.sha1(raw).digest())
    world.gate(world.range)


@course("objects_pack_index_forged", "the index of a pack gives other bytes for the bad file's id")
def pack_index(world):
    world.change(PROJECT, {"shop/convert.py": INJECTION})
    bad = world.git("rev-parse", world.head + ":shop/convert.py")
    loose = world.repo + "/.git/objects/%s/%s" % (bad[:2], bad[2:])
    world.git("repack", "-adq")
    clean = b"X = 1\n"
    entry = bytes([0x30 | len(clean)]) + zlib.compress(clean)
    pack = b"PACK" + struct.pack(">II", 2, 1) + entry
    pack += hashlib.sha1(pack).digest()
    fan = b"".join(struct.pack(">I", int(n >= int(bad[:2], 16))) for n in range(256))
    index = b"\xfftOc" + struct.pack(">I", 2) + fan + bytes.fromhex(bad) + struct.pack(">I", zlib.crc32(entry)) + struct.pack(">I", 12)
    index += pack[-20:]
    index += hashlib.sha1(index).digest()
    folder = world.repo + "/.git/objects/pack/"
    for name in os.listdir(folder):
        os.chmod(folder + name, 0o644)
    stem = folder + "pack-" + pack[-20:].hex()
    open(stem + ".pack", "wb").write(pack)
    open(stem + ".idx", "wb").write(index)
    # The honest pack loses the object, so that only the forged one answers.
    names = world.git("rev-list", "--objects", "--all", "--no-object-names").split()
    kept = "\n".join(n for n in names if n != bad) + "\n"
    honest = [n for n in os.listdir(folder) if n.endswith(".pack") and pack[-20:].hex() not in n]
    world.git("pack-objects", "-q", folder + "pack", stdin=kept.encode())
    for name in honest:
        for ending in (".pack", ".idx", ".rev"):
            if os.path.exists(folder + name[:-5] + ending):
                os.unlink(folder + name[:-5] + ending)
    assert not os.path.exists(loose)
    world.gate(world.range)


@course("objects_mode_of_the_tree", "the tree says that the bad file is a submodule, the working tree has it")
def as_gitlink(world):
    world.change(PROJECT, {"shop/convert.py": ("gitlink", "12" * 20), "shop/token.py": ("link", LEAK)})
    world.gate(world.range)


@course("names_of_branches", "a branch whose name is a line of shell", expect=frozenset(JUDGED))
def branch_name(world):
    world.change(PROJECT, BAD)
    name = "x;echo${IFS}x>" + world.mark.replace("/", "${IFS:0:0}/") + ";$(id)`id`|&"
    world.git("update-ref", "refs/heads/" + name.replace(":", "").replace("..", ""), world.head, check=False)
    world.git("update-ref", "refs/heads/--upload-pack=touch", world.head)
    world.gate("refs/heads/--upload-pack=touch")
    world.gate("--upload-pack=touch")
    world.gate("main...--output=" + world.mark)


@course("names_of_tags_5000_deep", "a tag of a tag of a tag, five thousand deep")
def tags(world):
    world.change(PROJECT, BAD)
    here, kind = world.head, "commit"
    for n in range(5000):
        raw = ("object %s\ntype %s\ntag t\ntagger A <a@b.c> %d +0000\n\nx\n" % (here, kind, n)).encode()
        whole = b"tag %d\0" % len(raw) + raw
        here, kind = hashlib.sha1(whole).hexdigest(), "tag"
        folder = world.repo + "/.git/objects/" + here[:2]
        os.makedirs(folder, exist_ok=True)
        open(folder + "/" + here[2:], "wb").write(zlib.compress(whole, 1))
    world.git("update-ref", "refs/tags/deep", here, check=False)
    world.gate(world.base + ".." + here)


def raw_commit(world, headers, message=b"x\n"):
    tree = world.git("rev-parse", world.head + "^{tree}").encode()
    raw = b"tree " + tree + b"\n" + headers + b"\n" + message
    whole = b"commit %d\0" % len(raw) + raw
    name = hashlib.sha1(whole).hexdigest()
    os.makedirs(world.repo + "/.git/objects/" + name[:2], exist_ok=True)
    open(world.repo + "/.git/objects/%s/%s" % (name[:2], name[2:]), "wb").write(zlib.compress(whole))
    return name


WHO = b"author A <a@b.c> 1700000000 +0000\ncommitter A <a@b.c> 1700000000 +0000\n"


@course("history_commit_headers", "headers of commits that no git writes: dates, encodings, no author, no end")
def headers(world):
    world.change(PROJECT, BAD)
    parent = b"parent " + world.base.encode() + b"\n"
    for head in (
        parent + WHO.replace(b"1700000000", b"99999999999999999999"),
        parent + WHO.replace(b"1700000000", b"-9223372036854775808"),
        parent + WHO.replace(b"+0000", b"+99999"),
        parent + WHO + b"encoding utf-16\n",
        parent + WHO + b"encoding no-such\n",
        parent + b"author \x1b[2J\xff <> \ncommitter <>\n",
        parent + WHO + b"gpgsig -----BEGIN\n " + b"x" * 1_000_000 + b"\n",
        parent + parent + WHO,
        parent,
        WHO,
        parent + WHO.replace(b"A <a@b.c>", b"A" * 3_000_000 + b" <a@b.c>"),
    ):
        world.gate(world.base + ".." + raw_commit(world, head))


@course("history_octopus_of_2000", "a commit with two thousand parents")
def octopus(world):
    world.change(PROJECT, BAD)
    lines = b""
    for n in range(2000):
        lines += b"parent " + raw_commit(world, b"parent " + world.base.encode() + b"\n" + WHO, b"%d\n" % n).encode() + b"\n"
    world.gate(world.base + ".." + raw_commit(world, lines + WHO))


@course("history_tree_30000_deep", "folders thirty thousand deep, by a chain of trees")
def deep(world):
    world.change(PROJECT, {})
    blob = world.git("hash-object", "-w", "--stdin", stdin=INJECTION.encode())
    raw = b"100644 x.py\0" + bytes.fromhex(blob)
    for _ in range(30_000):
        whole = b"tree %d\0" % len(raw) + raw
        name = hashlib.sha1(whole).digest()
        folder = world.repo + "/.git/objects/" + name.hex()[:2]
        os.makedirs(folder, exist_ok=True)
        open(folder + "/" + name.hex()[2:], "wb").write(zlib.compress(whole, 1))
        raw = b"40000 d\0" + name
    commit = raw_commit_of(world, name.hex())
    world.gate(world.base + ".." + commit)


def raw_commit_of(world, tree):
    return world.git("commit-tree", tree, "-p", world.base, stdin=b"x\n")


@course("head_leads_nowhere", "HEAD names a ref outside of the repository, itself, and nothing")
def head_ref(world):
    world.change(PROJECT, BAD)
    for text in ("ref: ../../../outside/victim.txt\n", "ref: HEAD\n", "", "ref: refs/heads/" + "x" * 100_000 + "\n"):
        world.write(".git/HEAD", text)
        world.gate("HEAD")
        world.gate("--worktree")


@course("refs_half_a_million", "half a million packed refs")
def refs(world):
    world.change(PROJECT, BAD)
    world.write(".git/packed-refs", "# pack-refs with: peeled fully-peeled sorted \n"
                + "".join("%s refs/heads/a%07d\n" % (world.head, n) for n in range(500_000)))
    world.gate(world.range)
    world.gate("topic")


attack("submodule_with_a_command", ".gitmodules names a command as the address, and a path outside",
       head={**BAD, ".gitmodules": '[submodule "../../x"]\n\tpath = ../../outside\n\turl = ext::sh -c "echo x >@MARK@"\n\tupdate = !echo x >@MARK@\n'
             '[submodule "a"]\n\tpath = a\n\turl = -u./x\n\tfetchRecurseSubmodules = true\n', "a": ("gitlink", "34" * 20)})
attack("attributes_left_out_of_exports", ".gitattributes of head leaves the file out of archives",
       base=RUFF, head={**UNUSED, ".gitattributes": "*.py export-ignore\n* export-subst\n"}, **PY)
attack("attributes_other_encoding", ".gitattributes of head writes the files out in another encoding",
       base=RUFF, head={**UNUSED, ".gitattributes": "*.py working-tree-encoding=UTF-16 text eol=crlf ident\n"}, **PY)
attack("attributes_generated_by_the_change", ".gitattributes of head says that all is generated and vendored",
       head={**BAD, ".gitattributes": "* linguist-generated linguist-vendored -diff binary\n"})
attack("attributes_in_a_folder", "the same in a folder, with macros",
       head={**BAD, "shop/.gitattributes": "[attr]hide -diff -text binary linguist-generated\n* hide\n", ".gitattributes": "[attr]python binary\n*.py python\n"})
attack("large_file_pointer", "a pointer of git-lfs stands where code was, whose bytes are elsewhere",
       head={"shop/prices.py": "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12345\n" % ("ab" * 32), ".gitattributes": "*.py filter=lfs diff=lfs -text\n"})
attack("filter_of_the_change", "a filter of the repository's configuration would be run by a checkout",
       head={**BAD, ".gitattributes": "* filter=evil\n", "w.sh": MARK_SH},
       before=lambda w: open(w.repo + "/.git/config", "a").write('[filter "evil"]\n\tclean = echo x >%s\n\tsmudge = echo x >%s\n\tprocess = echo x >%s\n' % ((w.mark,) * 3)))
