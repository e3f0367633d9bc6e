#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The invariants of the source tree that a compiler does not see (HACKING.md, "Layers")."""
import pathlib
import re
import sys

TOP = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(TOP / "tests/lib"))
import tap  # noqa: E402

SRC = TOP / "src"
LAYERS = {"model": [], "render": ["model"], "client": ["model"], "sync": ["client", "model"],
          "purple": ["sync", "render", "model"]}


def strip_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda match: "\n" * match.group().count("\n"), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def without_strings(text):
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


def sources(folder=SRC, endings=(".c", ".h")):
    found = [path for path in sorted(folder.rglob("*")) if path.suffix in endings]
    assert found, f"no sources below {folder}"
    return found


def code(path):
    return strip_comments(path.read_text(encoding="utf-8"))


def offenders(pattern, allowed=(), folder=SRC):
    """Lines of code, comments and strings aside, that match @pattern outside the @allowed files."""
    expression = re.compile(pattern)
    bad = []
    for path in sources(folder):
        name = str(path.relative_to(TOP))
        if any(re.fullmatch(good, name) for good in allowed):
            continue
        for number, line in enumerate(without_strings(code(path)).splitlines(), 1):
            if expression.search(line):
                bad.append(f"{name}:{number}: {line.strip()}")
    return bad


def expect_none(bad):
    bad = list(bad)
    assert not bad, "\n" + "\n".join(bad)


def includes_point_down():
    bad = []
    owner = {path.name: path.parent.name for path in sources(endings=(".h",))}
    for path in sources():
        layer = path.relative_to(SRC).parts[0]
        for name in re.findall(r'#\s*include\s*"([^"]+)"', code(path)):
            home = owner.get(name)
            if home and home != layer and home not in LAYERS[layer]:
                bad.append(f"{path.name} ({layer}) includes {name} ({home})")
    expect_none(bad)


def purple_goes_through_the_engine():
    """Its build has the headers of client, as those of sync name KzClock and the files of kz-media."""
    expect_none(bad for bad in offenders(r"\bkz_(http|auth|api)_|\bKz(Http|Auth|Api)[A-Z]?\w*|\bsoup_|\bSoup[A-Z]")
                if bad.startswith("src/purple/"))


def purple_only_on_top():
    bad = []
    for path in sources():
        if path.relative_to(SRC).parts[0] == "purple":
            continue
        text = code(path)
        if re.search(r"#\s*include\s*[<\"](purple|account|conversation|prpl|blist)\.h", text) or \
                re.search(r"\bpurple_[a-z]", without_strings(text)):
            bad.append(str(path.relative_to(TOP)))
    expect_none(bad)


def one_reader_of_json():
    expect_none(offenders(r"\bjson_(parser|node|object|array|reader|builder|generator)_|json-glib",
                          [r"src/model/kz-json[a-z-]*\.[ch]"]))


def one_user_of_the_session():
    expect_none(offenders(r"\bsoup_session_", [r"src/client/kz-(http|media)[a-z-]*\.[ch]"]))


def one_user_of_the_server():
    expect_none(offenders(r"\bsoup_server_|SoupServer\b", [r"src/sync/kz-webhook-server[a-z-]*\.[ch]"]))


def one_writer_of_conversations():
    expect_none(offenders(r"\bserv_got_(chat_in|im)\b|\bpurple_conversation_write|\bpurple_conv_(chat|im)_write",
                          [r"src/purple/kz-purple-(events|write|say|line|show)[a-z-]*\.c"]))


def nothing_blocks():
    expect_none(offenders(r"\bg_usleep\b|\b(u?sleep|nanosleep)\s*\(|\bg_main_loop_run\b|\bg_thread_|"
                          r"\bsoup_session_send\s*\(|send_and_read\s*\(|\bg_file_load_contents\s*\(|"
                          r"\bg_file_get_contents\b|\bg_file_set_contents|\bg_spawn_sync\b|"
                          r"\bg_main_context_iteration\b|\bsystem\s*\(|\bpopen\s*\("))


def nothing_aborts():
    expect_none(offenders(r"\bg_error\s*\(|\babort\s*\(|\bexit\s*\(|\bg_assert"))


def no_loose_ends():
    words = "TO" + "DO|FIX" + "ME|XX" + "X"
    bad = []
    for folder in (SRC, TOP / "tests"):
        for path in sources(folder, (".c", ".h", ".py")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if re.search(r"\b(" + words + r")\b", line):
                    bad.append(f"{path.relative_to(TOP)}:{number}")
    expect_none(bad)


def every_file_names_its_license():
    bad = [str(path.relative_to(TOP)) for folder in (SRC, TOP / "tests")
           for path in sources(folder, (".c", ".h", ".py"))
           if "SPDX-License-Identifier: GPL-2.0-or-later" not in
           "\n".join(path.read_text(encoding="utf-8").splitlines()[:3])]
    expect_none(bad)


def files_stay_small():
    bad = [f"{path.relative_to(TOP)}: {length}" for folder in (SRC, TOP / "tests")
           for path in sources(folder, (".c", ".h", ".py"))
           for length in [len(path.read_text(encoding="utf-8").splitlines())] if length > 600]
    expect_none(bad)


def sandbox_shares_nothing():
    bad = []
    ours = {path.name for path in sources(endings=(".h",))}
    for path in sources(TOP / "tests/sandbox"):
        text = code(path)
        if path.name.startswith("test-"):
            continue
        bad += [f"{path.name} includes {name}" for name in
                re.findall(r'#\s*include\s*"([^"]+)"', text) if name in ours]
        if re.search(r"\bkz_[a-z]", without_strings(text)):
            bad.append(f"{path.name} names a function of the plugin")
    expect_none(bad)


def potfiles_are_whole():
    listed = {line.strip() for line in (TOP / "po/POTFILES.in").read_text().splitlines()
              if line.strip() and not line.startswith("#")}
    with_strings = {str(path.relative_to(TOP)) for path in sources()
                    if re.search(r"(?<![A-Za-z0-9_])(N?_|C_|g?ngettext|NC_)\s*\(\s*\"", code(path))}
    missing = with_strings - listed
    gone = {name for name in listed if not (TOP / name).exists()}
    assert not missing and not gone, f"missing {sorted(missing)}, gone {sorted(gone)}"


tap.run([
    ("includes point down the layers only", includes_point_down),
    ("src/purple asks the service through the engine only", purple_goes_through_the_engine),
    ("only src/purple knows libpurple", purple_only_on_top),
    ("only kz-json reads JSON", one_reader_of_json),
    ("only kz-http and kz-media use a SoupSession", one_user_of_the_session),
    ("only kz-webhook-server uses a SoupServer", one_user_of_the_server),
    ("only one place writes conversations", one_writer_of_conversations),
    ("nothing in src blocks", nothing_blocks),
    ("nothing in src aborts the host", nothing_aborts),
    ("no line is left for later", no_loose_ends),
    ("every file names its license", every_file_names_its_license),
    ("no file has more than 600 lines", files_stay_small),
    ("the sandbox shares no line with the plugin", sandbox_shares_nothing),
    ("every file with messages is in POTFILES.in", potfiles_are_whole),
])
