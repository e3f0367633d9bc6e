#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The names, titles and file names of tests/lib/hostile-lines.json in real Finch, Pidgin and BitlBee: whoever
speaks has a name of their own that is one, and each poll and each file is one message of who made it."""
import html
import re
import unicodedata

from hostile_world import HEAD, LINES, FinchPerson, HostileRoom, IrcPerson, PidginPerson, check_body
from hosts_world import SHOTS, sentence
import tap

# Who may stand in the list of a room on IRC.
NICK = r"[A-Za-z\[\]\\`_^{|}][A-Za-z0-9\[\]\\`_^{|}-]*"

# The colleagues of the sandbox answer; a line that nobody speaks.
VOTE = re.compile(r"<span[^>]*>\(\d\d:\d\d:\d\d\)</span><b> ([^<]* voted in the poll .*)</b><br ?/?>")

world = HostileRoom("hostile-names", "Otto")  # "Anna: yes" is among the names
people = [world.newcomer(name) for name in LINES["names"]]


def say_marks():
    """Everybody says something that only they say. (marks)"""
    marks = []
    for person in people:
        marks.append(sentence(1))
        world.room.say(marks[-1], person)
    return marks


def post_all(look=None):
    """A poll of each title and a file of each name, between marks. (what was posted, marks)"""
    posts = [("title", title) for title in LINES["titles"]] + [("file", name) for name in LINES["files"]]
    marks = []
    for number, (kind, words) in enumerate(posts, 1):
        marks.append(sentence(1))
        world.room.say(marks[-1], world.forger)
        if look and number % 6 == 0:
            look(marks[-1])
        if kind == "title":
            world.sandbox.post("action", group=world.room.id, person=world.forger["phone"], actionType="Poll",
                               actionBody={"question": words, "expiryInHours": 4,
                                           "choices": [{"title": words}, {"title": "no"}]})
        else:
            world.sandbox.post("picture", group=world.room.id, person=world.forger["phone"], kind="Document",
                               caption=words, name=words)
    marks.append(sentence(2))
    world.room.say(marks[-1], world.forger)
    return posts, marks


def is_a_name(name):
    """It is one line, of characters that are seen, and no name of ours."""
    hidden = [c for c in name if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
              or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u200b"]
    return name.strip() and not hidden and ":" not in name and name not in ("Kaizala", world.forger_name)


def check_log_names(marks):
    names = set()
    lines = world.log_lines()
    for mark in marks:
        found = [line for line in lines if mark in line]
        assert len(found) == 1, found
        head = HEAD.match(found[0])
        assert head and head.group(1), found[0]
        assert re.fullmatch(re.escape(mark) + r"(<br ?/?>)?", found[0][head.end():]), found[0]
        assert "<" not in head.group(1), found[0]
        name = html.unescape(head.group(1))
        assert is_a_name(name), found[0]
        names.add(name.casefold())
    assert len(names) == len(marks), names


def check_log_posts(posts, marks):
    lines = world.log_lines()
    places = [next(i for i, line in enumerate(lines) if mark in line) for mark in marks]
    for post, here, there in zip(posts, places[:-1], places[1:], strict=True):
        between = []
        for line in lines[here + 1:there]:
            vote = VOTE.fullmatch(line)
            check_body(vote.group(1)) if vote else between.append(line)
        assert len(between) == 1, f"{post!r} is {between}"
        head = HEAD.match(between[0])
        assert head and (head.group(1) or head.group(2)) == world.forger_name, between
        check_body(between[0][head.end():])


def checked_by_log(person):
    try:
        names = say_marks()
        person.look(names[-1])
        check_log_names(names)
        posts, marks = post_all(person.look)
        world.wait_for_log(marks[-1])
        check_log_posts(posts, marks)
        person.is_alive()
    finally:
        person.stop()


def in_pidgin():
    checked_by_log(PidginPerson(world))


def in_finch():
    checked_by_log(FinchPerson(world))


def in_bitlbee():
    person = IrcPerson(world)
    try:
        names = say_marks()
        posts, marks = post_all()
        person.wait_for(marks[-1])
        lines = person.lines()
        nicks = set()
        for mark in names:
            found = [re.fullmatch(rf"\d\d:\d\d <.({NICK})> " + re.escape(mark), line)
                     for line in lines if mark in line]
            assert len(found) == 1 and found[0], (mark, [line for line in lines if mark in line])
            nicks.add(found[0].group(1).lower())
        assert len(nicks) == len(names), nicks
        places = [next(i for i, line in enumerate(lines) if mark in line) for mark in marks]
        for line in lines[places[0]:]:
            # Who answers speaks here.
            assert re.match(rf"\d\d:\d\d (<.{NICK}>|<@root>| \* {NICK} )", line), line
            assert not re.search(r"[\x00-\x08\x0b-\x1f]", line), line
        for post, here, there in zip(posts, places[:-1], places[1:], strict=True):
            told = f" {world.forger_nick}> " + ("Poll [" if post[0] == "title" else "File [")
            assert sum(told in line for line in lines[here + 1:there]) == 1, lines[here:there]
        person.is_alive()
        (SHOTS / "hostile-names-bitlbee.txt").write_text("\n".join(lines))
    finally:
        person.stop()


try:
    tap.run([
        ("pidgin shows who it was, and each poll and file once", in_pidgin),
        ("finch shows who it was, and each poll and file once", in_finch),
        ("bitlbee shows who it was, and each poll and file as lines of its maker", in_bitlbee),
    ])
finally:
    world.stop()
