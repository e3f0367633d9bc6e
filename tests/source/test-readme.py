#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What README.md says of options, commands and packages is what the code has."""
import pathlib
import re
import sys

TOP = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(TOP / "tests/lib"))
import tap  # noqa: E402

README = (TOP / "README.md").read_text(encoding="utf-8")
PLUGIN = (TOP / "src/purple/kz-plugin.c").read_text(encoding="utf-8")


def constants():
    """#define NAME "text" or number, of the headers that the plugin's tables use."""
    found = {}
    for path in (*(TOP / "src/purple").glob("*.h"), TOP / "src/model/kz-limits.h"):
        for name, text, number in re.findall(r'^#define (KZ_\w+) (?:"([^"]*)"|(\d+))',
                                             path.read_text(encoding="utf-8"), re.M):
            found[name] = number or text
    return found


def value(text, known):
    return text.strip('"') if text.startswith('"') else known[text]


def options():
    """(name, default) of each account option, in the order of the window."""
    known = constants()
    code = re.sub(r"\s+", " ", PLUGIN)
    calls = re.findall(r'add_string \(_ \("[^"]*"\), (KZ_OPTION_\w+), ("[^"]*"|KZ_\w+)\)|'
                       r'purple_account_option_string_new \(_ \("[^"]*"\), (KZ_OPTION_\w+), ("[^"]*")\)|'
                       r'purple_account_option_int_new \(_ \("[^"]*"\), (KZ_OPTION_\w+), (KZ_\w+)\)', code)
    found = []
    for call in calls:
        name, default = [part for part in call if part]
        found.append((known[name], value(default, known)))
    # The first of a list is its default.
    for label, first in re.findall(r"GList \*(\w+) = add_choice \(NULL, _ \(\"[^\"]*\"\), (KZ_\w+)\)", code):
        name = re.search(rf"purple_account_option_list_new \(_ \(\"[^\"]*\"\), (KZ_OPTION_\w+), {label}\)", code)
        found.append((known[name[1]], known[first]))
    assert len(found) == len(set(re.findall(r"KZ_OPTION_\w+", PLUGIN))), "an option was not understood"
    return found


def table_of_options():
    part = re.search(r"^## Account options\n(.*?)^## ", README, re.S | re.M)[1]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in part.splitlines()
            if line.startswith("| `")]
    assert rows, "README.md has no table of options"
    return rows


def options_have_their_defaults():
    documented = {row[0].strip("`"): row[1].strip("`") for row in table_of_options()}
    expected = {name: default or "empty" for name, default in options()}
    assert documented == expected, f"\nREADME.md: {documented}\nthe code: {expected}"
    assert all(len(row) == 3 and row[2] for row in table_of_options()), "each has its meaning"


def commands_are_named():
    code = (TOP / "src/render/kz-command-table.c").read_text(encoding="utf-8")
    verbs = set(re.findall(r'\{KZ_VERB_\w+,\s*KZ_GRAMMAR_\w+,\s*KZ_WHO_\w+,\s*"([a-z]+)"', code))
    assert len(verbs) > 30, f"the table of commands was not understood: {verbs}"
    named = set(re.findall(r"!([a-z]+)", README))
    assert not verbs - named, f"README.md does not name {sorted(verbs - named)}"
    strangers = named - verbs - {"back", "cancel"}
    assert not strangers, f"README.md names what is no command: {sorted(strangers)}"


def what_a_build_needs_is_listed():
    needed = {line.split()[1] for line in (TOP / "tests/packages").read_text().splitlines()
              if line.startswith("build ")}
    listed = set(re.search(r"apt-get install (.*)", README)[1].split())
    # These come with the others.
    assert needed - listed <= {"libc6-dev", "libglib2.0-dev"}, needed - listed
    assert listed <= needed, listed - needed


tap.run([
    ("the table of account options has each with its default", options_have_their_defaults),
    ("each command is named, and no other", commands_are_named),
    ("the packages for a build are listed", what_a_build_needs_is_listed),
])
