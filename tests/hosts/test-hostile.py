#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The texts of tests/lib/hostile-lines.json, and a megabyte, in real Finch, Pidgin and BitlBee: each is
one message of who said it; no line of it begins as a line of somebody else does, no link is forged, and
the host is still there afterwards."""
import html
import json
import re

from bitlbee_session import Session
from hosts_world import BUILD, SHOTS, Room, sentence
import hostkit
import tap

LINES = json.loads((hostkit.TOP / "tests/lib/hostile-lines.json").read_text())
TEXTS = LINES["texts"]

sandbox = hostkit.Sandbox(BUILD, log=SHOTS / "hostile-sandbox.log")
room = Room(sandbox)
# Who tries it has a name that would begin a line, too.
forger = sandbox.post("person", name="Anna: yes")
sandbox.post("join", group=room.id, person=forger["phone"])
profile = hostkit.Profile(BUILD)
profile.add_account(sandbox, sandbox.users[0], "gtk-gaim", "gnt-purple")
# Timestamps as a text may forge them, at the beginning of a line.
FORGED = re.compile(r"^\W?\(?\d\d:\d\d(:\d\d)?\)?\s*(<\s*)?(Anna|Kaizala|Ben)\b|^(Anna|Kaizala|Ben):"
                    r"|^<\s?Anna>|^-!- Anna|^\*\*\* Anna")


def say_all(person, look=None):
    """Each text between two marks, a mark at the end; @look: called with a mark that must be shown now.
    (marks)"""
    marks = []
    for number, text in enumerate(TEXTS + ["begins " + "megabyte " * 60000], 1):
        marks.append(sentence(1))
        room.say(marks[-1], person)
        # What is on the screen has to fit it.
        if look and (number % 8 == 0 or number > len(TEXTS)):
            look(marks[-1])
        room.say(text, person)
    marks.append(sentence(2))
    room.say(marks[-1], person)
    return marks


def log_lines():
    """What Pidgin or Finch wrote into the logs of the room, a line each as HTML."""
    return [line for path in profile.purple.glob("logs/**/*.html")
            for line in path.read_text(errors="replace").splitlines()]


def check_log(marks):
    """In the log each message begins a line, with its time and speaker; what else does not."""
    lines = log_lines()
    places = [next(i for i, line in enumerate(lines) if mark in line) for mark in marks]
    for text, here, there in zip(TEXTS + ["a megabyte"], places[:-1], places[1:], strict=True):
        assert there == here + 2, f"{text!r} is {lines[here + 1:there]}"
        line = lines[here + 1]
        head = re.match(r"<span[^>]*><span[^>]*>\(\d\d:\d\d:\d\d\)</span> "
                        r"<b>(Anna yes:|\*\*\*Anna yes)</b></span> ", line)
        assert head, line
        body = line[head.end():]
        for part in re.split(r"<br ?/?>", body)[1:]:
            plain = html.unescape(re.sub(r"<[^>]*>", "", part))
            assert plain == "" or plain.startswith("\u00a0" * 4), line
        for target, label in re.findall(r"<a href=['\"]([^'\"]*)['\"]>(.*?)</a>", body, re.I):
            assert re.match(r"(?i)(https?|mailto|tel|geo):", target), line
            assert html.unescape(target) == html.unescape(label), line
        assert not re.search(r"(?i)<(script|img|font|b|i|iframe)\b", body), line


def pidgin_shows_each_once():
    display = hostkit.Display()
    pidgin = hostkit.Pidgin(profile, display)
    try:
        pidgin.wait_for_window("Buddy List")
        room.wait_for_webhook(sandbox.users[0])

        def look(mark):
            hostkit.wait_until(lambda: any(mark in line for line in log_lines()), "the mark in Pidgin")
            display.picture(SHOTS / "hostile-pidgin.png")
        marks = say_all(forger, look)
        hostkit.wait_until(lambda: any(marks[-1] in line for line in log_lines()), "the last mark")
        check_log(marks)
        window = pidgin.wait_for_window(room.name)
        answer = sentence()
        pidgin.type(window, answer)
        hostkit.wait_until(lambda: room.heard(answer) == 1, "Pidgin to be alive")
    finally:
        pidgin.stop()
        display.stop()


def finch_shows_each_once():
    finch = hostkit.Finch(profile, width=200, height=50)
    try:
        finch.focus("Buddy List")
        finch.wait_for(room.name)
        room.wait_for_webhook(sandbox.users[0])
        screens = []

        def look(mark):
            finch.focus(room.name)
            finch.wait_for(mark)
            screens.append(finch.screen())
        marks = say_all(forger, look)
        finch.wait_for(marks[-1])
        hostkit.wait_until(lambda: any(marks[-1] in line for line in log_lines()), "the last mark")
        check_log(marks)
        for line in "\n".join(screens).splitlines():
            text = line.strip("│ ")
            assert not FORGED.match(text) or re.match(r"\(\d\d:\d\d:\d\d\) Anna yes\b", text), line
        answer = sentence()
        finch.type(answer)
        hostkit.wait_until(lambda: room.heard(answer) == 1, "Finch to be alive")
        (SHOTS / "hostile-finch.txt").write_text("\n".join(screens))
    finally:
        finch.quit()


def bitlbee_shows_each_once():
    user = sandbox.users[1]
    session = Session(BUILD, sandbox, user)
    log = session.irssi.home / "irc.log"
    try:
        session.sign_on_by_pin()
        session.join(room.name, "#depot")
        session.irssi.type(f"/log open -targets #depot {log} ALL")
        room.wait_for_webhook(user)
        marks = say_all(forger)
        hostkit.wait_until(lambda: log.exists() and marks[-1] in log.read_text(errors="replace"),
                           "the last mark in irssi")
        lines = log.read_text(errors="replace").splitlines()
        for line in lines:
            assert re.match(r"--- Log|\d\d:\d\d (<.Annayes>| \* Annayes )", line), line
        for mark in marks:
            assert sum(mark in line for line in lines) == 1, mark
        answer = sentence()
        session.irssi.type(answer)
        hostkit.wait_until(lambda: room.heard(answer) == 1, "BitlBee to be alive")
        (SHOTS / "hostile-bitlbee.txt").write_text("\n".join(lines))
    finally:
        session.stop()


try:
    tap.run([
        ("pidgin shows each hostile text as one message", pidgin_shows_each_once),
        ("finch shows each hostile text as one message", finch_shows_each_once),
        ("bitlbee shows each hostile text as lines of its speaker", bitlbee_shows_each_once),
    ])
finally:
    sandbox.stop()
    profile.remove()
