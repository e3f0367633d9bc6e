#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/count.py against a real meson that runs programs which end in every way."""
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(TOP / "tests/lib"))
import tap  # noqa: E402

# name, protocol, what the program does, what it counts as: passed, failed, skipped
PROGRAMS = (
    ("good", "tap", "echo 1..2; echo ok 1; echo ok 2", (2, 0, 0)),
    ("bad", "tap", "echo 1..2; echo ok 1; echo not ok 2; exit 1", (1, 1, 0)),
    ("skips", "tap", "echo 1..2; echo ok 1; echo 'ok 2 # SKIP not here'", (1, 0, 1)),
    ("dies at once", "tap", "kill -ABRT $$", (0, 1, 0)),
    ("dies in the middle", "tap", "echo 1..3; echo ok 1; kill -SEGV $$", (1, 1, 0)),
    ("bails out", "tap", "echo 1..3; echo ok 1; echo 'Bail out! no'; exit 1", (1, 1, 0)),
    ("leaks at the end", "tap", "echo 1..2; echo ok 1; echo ok 2; exit 1", (2, 1, 0)),
    ("never ends", "tap", "echo 1..2; echo ok 1; exec sleep 60", (1, 1, 0)),
    ("plain good", "exitcode", "exit 0", (1, 0, 0)),
    ("plain bad", "exitcode", "exit 1", (0, 1, 0)),
    ("plain skip", "exitcode", "exit 77", (0, 0, 1)),
    ("plain death", "exitcode", "kill -ABRT $$", (0, 1, 0)),
    ("plain never ends", "exitcode", "exec sleep 60", (0, 1, 0)),
)


def counted(programs, base="testlog"):
    """What count.py says of a project whose tests are @programs, and whose reports are named @base."""
    with tempfile.TemporaryDirectory() as scratch:
        source, build = pathlib.Path(scratch, "source"), pathlib.Path(scratch, "build")
        source.mkdir()
        lines = ["project ('ends')", "sh = find_program ('sh')"]
        for name, protocol, script, _ in programs:
            quoted = script.replace("'", "\\'")
            lines.append(f"test ('{name}', sh, args: ['-c', '{quoted}'], protocol: '{protocol}', "
                         "timeout: 1)")
        (source / "meson.build").write_text("\n".join(lines) + "\n")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["meson", "setup", build, source], check=True, **quiet)
        subprocess.run(["meson", "test", "-C", build, "--no-rebuild", "--logbase", base], check=False, **quiet)
        return run_count(build / f"meson-logs/{base}.junit.xml")


def run_count(path):
    done = subprocess.run([sys.executable, TOP / "tests/count.py", path], check=False,
                          capture_output=True, text=True)
    *told, last = done.stdout.strip().splitlines()
    return last, done.returncode, told


def said(programs):
    passed, failed, skipped = (sum(counts[3][i] for counts in programs) for i in range(3))
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def counts_every_way_to_end():
    for program in PROGRAMS:
        text, code, told = counted([program])
        assert text == said([program]), f"{program[0]}: {text!r}"
        assert code == (0 if program[3][0] > 0 and program[3][1] == 0 else 1), program[0]
        named = any(line.startswith(f"failed: {program[0]}: ") for line in told)
        assert named == (program[3][1] > 0), told


def counts_all_of_them():
    assert counted(PROGRAMS)[:2] == (said(PROGRAMS), 1)


def finds_the_log_of_the_same_name():
    leaks = [program for program in PROGRAMS if program[0] == "leaks at the end"]
    assert counted(leaks, "another")[:2] == (said(leaks), 1)


def says_what_failed():
    script = "echo 1..2; echo ok 1 - early; echo not ok 2 - late; echo '# a remark'"
    _, _, told = counted([("some", "tap", script, None)])
    assert told == ["failed: some: FAIL", "    not ok 2 - late"], told


def a_missing_report_fails():
    with tempfile.TemporaryDirectory() as scratch:
        assert run_count(pathlib.Path(scratch, "testlog.junit.xml")) == ("0 passed, 1 failed", 1, [])


tap.run([
    ("each way to end counts as what it is", counts_every_way_to_end),
    ("no program hides another", counts_all_of_them),
    ("a report of another name is read whole", finds_the_log_of_the_same_name),
    ("what failed is said before the count", says_what_failed),
    ("a report that is not there is a failure", a_missing_report_fails),
])
