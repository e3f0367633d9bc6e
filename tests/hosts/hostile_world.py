# SPDX-License-Identifier: GPL-2.0-or-later
"""A room in which somebody tries to forge lines, speakers and links (tests/lib/hostile-lines.json), and what the
real hosts made of it."""
import html
import json
import re

from bitlbee_session import Session
from hosts_world import BUILD, SHOTS, Room, sentence
import hostkit

LINES = json.loads((hostkit.TOP / "tests/lib/hostile-lines.json").read_text())
# Timestamps and speakers as they may be forged, at the beginning of a line.
FORGED = re.compile(r"^\W?\(?\d\d:\d\d(:\d\d)?\)?\s*(<\s*)?(Anna|Kaizala|Ben)\b|^(Anna|Kaizala|Ben):"
                    r"|^<\s?Anna>|^-!- Anna|^\*\*\* Anna")
# What begins a line in the logs of Pidgin and Finch; the speaker, or who did something.
HEAD = re.compile(r"<span[^>]*><span[^>]*>\(\d\d:\d\d:\d\d\)</span> <b>(?:(.*?):|\*\*\*(.*?))</b></span> ")
SAFE_LINK = re.compile(r"(?i)(https?|mailto|tel|geo):")


class HostileRoom:
    """@name: of the log of the sandbox; @first_name: of who tries it"""

    def __init__(self, name, first_name="Anna"):
        self.sandbox = hostkit.Sandbox(BUILD, log=SHOTS / f"{name}-sandbox.log")
        self.room = Room(self.sandbox)
        # A name that would begin a line, too, and what becomes of it.
        self.forger = self.newcomer(f"{first_name}: yes")
        self.forger_name, self.forger_nick = f"{first_name} yes", f"{first_name}yes"
        self.profile = hostkit.Profile(BUILD)
        self.profile.add_account(self.sandbox, self.sandbox.users[0], "gtk-gaim", "gnt-purple")

    def newcomer(self, name):
        person = self.sandbox.post("person", name=name)
        self.sandbox.post("join", group=self.room.id, person=person["phone"])
        return person

    def log_lines(self):
        """What Pidgin or Finch wrote into the logs of the room, a line each as HTML."""
        return [line for path in self.profile.purple.glob("logs/**/*.html")
                for line in path.read_text(errors="replace").splitlines()]

    def wait_for_log(self, mark):
        hostkit.wait_until(lambda: any(mark in line for line in self.log_lines()), "the mark in the log")

    def stop(self):
        self.sandbox.stop()
        self.profile.remove()


def check_body(body):
    """No line in it begins where a speaker would stand, no link leads elsewhere, nothing in it is markup."""
    for part in re.split(r"<br ?/?>", body)[1:]:
        plain = html.unescape(re.sub(r"<[^>]*>", "", part))
        assert plain == "" or plain.startswith("\u00a0" * 4), body
    for target, label in re.findall(r"<a href=['\"]([^'\"]*)['\"]>(.*?)</a>", body, re.I):
        assert SAFE_LINK.match(target), body
        assert html.unescape(target) == html.unescape(label), body
    assert not re.search(r"(?i)<(script|img|font|b|i|iframe)\b", body), body


class PidginPerson:
    def __init__(self, world):
        self.world = world
        self.display = hostkit.Display()
        self.pidgin = hostkit.Pidgin(world.profile, self.display)
        self.pidgin.wait_for_window("Buddy List")
        world.room.wait_for_webhook(world.sandbox.users[0])

    def look(self, mark, picture="hostile-pidgin.png"):
        self.world.wait_for_log(mark)
        self.display.picture(SHOTS / picture)

    def is_alive(self):
        window = self.pidgin.wait_for_window(self.world.room.name)
        answer = sentence()
        self.pidgin.type(window, answer)
        hostkit.wait_until(lambda: self.world.room.heard(answer) == 1, "Pidgin to be alive")

    def stop(self):
        self.pidgin.stop()
        self.display.stop()


class FinchPerson:
    def __init__(self, world):
        self.world = world
        self.finch = hostkit.Finch(world.profile, width=200, height=50)
        self.finch.focus("Buddy List")
        self.finch.wait_for(world.room.name)
        world.room.wait_for_webhook(world.sandbox.users[0])
        self.screens = []

    def look(self, mark):
        self.finch.focus(self.world.room.name)
        self.finch.wait_for(mark)
        self.screens.append(self.finch.screen())

    def is_alive(self):
        answer = sentence()
        self.finch.type(answer)
        hostkit.wait_until(lambda: self.world.room.heard(answer) == 1, "Finch to be alive")

    def stop(self):
        self.finch.quit()


class IrcPerson:
    def __init__(self, world):
        self.world = world
        user = world.sandbox.users[1]
        self.session = Session(BUILD, world.sandbox, user)
        self.log = self.session.irssi.home / "irc.log"
        self.session.sign_on_by_pin()
        self.session.join(world.room.name, "#depot")
        self.session.irssi.type(f"/log open -targets #depot {self.log} ALL")
        world.room.wait_for_webhook(user)

    def lines(self):
        return self.log.read_text(errors="replace").splitlines() if self.log.exists() else []

    def wait_for(self, mark):
        hostkit.wait_until(lambda: any(mark in line for line in self.lines()), "the mark in irssi")

    def is_alive(self):
        answer = sentence()
        self.session.irssi.type(answer)
        hostkit.wait_until(lambda: self.world.room.heard(answer) == 1, "BitlBee to be alive")

    def stop(self):
        self.session.stop()
