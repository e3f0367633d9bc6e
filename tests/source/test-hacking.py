#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What HACKING.md says of the sandbox and of the files is what they are."""
import pathlib
import re
import sys

TOP = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(TOP / "tests/lib"))
import tap  # noqa: E402

SANDBOX = TOP / "tests/sandbox"
HACKING = (TOP / "HACKING.md").read_text(encoding="utf-8")


def section(title):
    found = re.search(rf"^### {re.escape(title)}\n(.*?)(?=^##|\Z)", HACKING, re.S | re.M)
    assert found, f"HACKING.md has no section {title}"
    return found[1]


def table(title):
    """The rows of the section's table, without its head, as lists of cells."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    assert len(lines) > 2, f"no table in {title}"
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def c_string(text):
    """The value of adjacent string literals."""
    parts = re.findall(r'"((?:\\.|[^"\\])*)"', text)
    return "".join(parts).replace('\\"', '"')


def switches():
    code = (SANDBOX / "sb-switches.c").read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/", "", code, flags=re.S).replace("ON_OFF", '"on|off"')
    rows = re.search(r"rows\[\] = \{(.*?)\n\};", code, re.S)[1]
    string = r'((?:"(?:\\.|[^"\\])*"\s*)+)'
    found = re.findall(r"\{" + r",\s*".join([string] * 4) + r"\}", rows)
    assert len(found) == re.sub(string, "", rows).count("{"), "a row of sb-switches.c was not understood"
    return [[c_string(part) for part in row] for row in found]


def the_table_of_switches_is_the_codes():
    expected = [[f"`{name}`", f"`{initial or '(empty)'}`", allowed.replace("|", " / "), meaning]
                for name, initial, allowed, meaning in switches()]
    documented = table("Switches")
    wrong = [row for row in expected if row not in documented]
    stale = [row for row in documented if row not in expected]
    assert not wrong and not stale, f"\nnot in HACKING.md: {wrong}\nonly in HACKING.md: {stale}"


def each_switch_has_a_test():
    tests = [*SANDBOX.glob("test-*.c"), SANDBOX / "strictness-rows.c"]
    # What goes through the values of all switches tests none of them.
    text = "".join(path.read_text(encoding="utf-8") for path in tests)
    untested = [name for name, *_ in switches() if not re.search(rf"\b{name}\s*[=:]", text)]
    assert not untested, f"no test in tests/sandbox sets {untested}"


def each_control_call_is_documented():
    code = "".join(path.read_text(encoding="utf-8") for path in SANDBOX.glob("sb-control-*.c"))
    routes = {f"{method} {name}" for method, name in
              re.findall(r'\{"(GET|POST|PUT|DELETE)", "([a-z/-]+)", \w+\}', code)}
    assert len(routes) > 30, "the tables of sb-control-*.c were not understood"
    documented = set()
    for call, *_ in table("Control API"):
        for part in call.split(";"):
            method, names = part.strip().split(" ", 1)
            documented |= {f"{method} {name.strip()}" for name in names.split(",")}
    assert routes == documented, f"\nnot in HACKING.md: {sorted(routes - documented)}" \
                                 f"\nonly in HACKING.md: {sorted(documented - routes)}"


def files_that_are_named_exist():
    missing = []
    for name in set(re.findall(r"`((?:src|tests|po|icons)/[\w./-]*)`", HACKING)):
        if not (TOP / name).exists():
            missing.append(name)
    ours = {path.name for folder in ("src", "tests") for path in (TOP / folder).rglob("*")}
    for name in set(re.findall(r"`((?:kz|sb|test)-[\w-]+\*?(?:\.[ch])?)`", HACKING)):
        stem = re.escape(name).replace(r"\*", ".*")
        pattern = re.compile(stem + (r"" if re.search(r"\.[ch]$", name) else r"\.(c|h|py)"))
        if not any(pattern.fullmatch(file) for file in ours):
            missing.append(name)
    assert not missing, f"HACKING.md names what is not there: {sorted(missing)}"


tap.run([
    ("the table of switches is the code's", the_table_of_switches_is_the_codes),
    ("each switch has a test", each_switch_has_a_test),
    ("each control call is documented, and no other", each_control_call_is_documented),
    ("files that HACKING names exist", files_that_are_named_exist),
])
