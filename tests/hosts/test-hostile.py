#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The texts of tests/lib/hostile-lines.json, and a megabyte, in real Finch, Pidgin and BitlBee: each is
one message of who said it; no line of it begins as a line of somebody else does, no link is forged, and
the host is still there afterwards."""
import re

from hostile_world import (FORGED, HEAD, LINES, SAFE_LINK, FinchPerson, HostileRoom, IrcPerson, PidginPerson,
                           check_body)
from hosts_world import SHOTS, sentence
import tap

TEXTS = LINES["texts"]
# As much as a delivery can hold.
MEGABYTE = "begins " + "megabyte " * 115000

world = HostileRoom("hostile")


def say_all(look=None):
    """Each text between two marks, a mark at the end; @look: called with a mark that must be shown now.
    (marks)"""
    marks = []
    for number, text in enumerate([*TEXTS, MEGABYTE], 1):
        marks.append(sentence(1))
        world.room.say(marks[-1], world.forger)
        # What is on the screen has to fit it.
        if look and (number % 8 == 0 or number > len(TEXTS)):
            look(marks[-1])
        world.room.say(text, world.forger)
    marks.append(sentence(2))
    world.room.say(marks[-1], world.forger)
    return marks


def check_log(marks):
    """In the log each message begins a line, with its time and speaker; what else does not."""
    lines = world.log_lines()
    places = [next(i for i, line in enumerate(lines) if mark in line) for mark in marks]
    for text, here, there in zip([*TEXTS, "a megabyte"], places[:-1], places[1:], strict=True):
        assert there == here + 2, f"{text!r} is {lines[here + 1:there]}"
        line = lines[here + 1]
        head = HEAD.match(line)
        assert head and (head.group(1) or head.group(2)) == world.forger_name, line
        check_body(line[head.end():])
    assert "characters more)" in lines[places[-1] - 1]


def pidgin_shows_each_once():
    person = PidginPerson(world)
    try:
        marks = say_all(person.look)
        world.wait_for_log(marks[-1])
        check_log(marks)
        person.is_alive()
    finally:
        person.stop()


def finch_shows_each_once():
    person = FinchPerson(world)
    try:
        marks = say_all(person.look)
        person.finch.wait_for(marks[-1])
        world.wait_for_log(marks[-1])
        check_log(marks)
        for line in "\n".join(person.screens).splitlines():
            text = line.strip("│ ")
            assert not FORGED.match(text) or re.match(r"\(\d\d:\d\d:\d\d\) Anna yes\b", text), line
        person.is_alive()
        (SHOTS / "hostile-finch.txt").write_text("\n".join(person.screens))
    finally:
        person.stop()


def plain(text):
    """The letters and digits alone: what a host may neither lose nor add."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def check_irc(marks, lines):
    """Each line is its speaker's; between two marks stands what was said, and no word of anybody else."""
    bodies = []
    for line in lines:
        head = re.match(r"--- Log|\d\d:\d\d (<.Annayes>| \* Annayes) ?", line)
        assert head, line
        bodies.append(line[head.end():])
        # Only what makes colours and styles on IRC would be markup here.
        assert not re.search(r"[\x00-\x08\x0b-\x1f]", line), line
    places = [next(i for i, body in enumerate(bodies) if mark in body) for mark in marks]
    assert places == sorted(places)
    for mark in marks:
        assert sum(mark in body for body in bodies) == 1, mark
    for text, here, there in zip(TEXTS, places[:-2], places[1:-1], strict=True):
        shown = bodies[here + 1:there]
        assert shown, f"nothing stands for {text!r}"
        # A link stands as it is, for there is nothing that could hide it.
        for link in SAFE_LINK.findall(text):
            assert link.lower() in " ".join(shown).lower(), shown
        said, seen = plain(text), plain("".join(shown))
        assert seen.startswith(said[:40]) or len(seen) <= len(said), (text, shown)
    assert "characters more)" in bodies[places[-1] - 1], bodies[places[-1] - 1]


def bitlbee_shows_each_once():
    person = IrcPerson(world)
    try:
        marks = say_all()
        person.wait_for(marks[-1])
        lines = person.lines()
        check_irc(marks, lines)
        person.is_alive()
        (SHOTS / "hostile-bitlbee.txt").write_text("\n".join(lines))
    finally:
        person.stop()


try:
    tap.run([
        ("pidgin shows each hostile text as one message", pidgin_shows_each_once),
        ("finch shows each hostile text as one message", finch_shows_each_once),
        ("bitlbee shows each hostile text as lines of its speaker", bitlbee_shows_each_once),
    ])
finally:
    world.stop()
