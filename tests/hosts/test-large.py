#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A room of five thousand people in each of the real hosts: it opens, shows what is said, and can be
written to at once. tests/run --long."""
import re
import time

from bitlbee_session import Session
from hosts_world import BUILD, SHOTS, sentence
import hostkit
import large_world
import tap

MEMBERS = 5000


class World:
    """One for each host: a webhook that another one left would pass for its own."""

    def __init__(self):
        self.sandbox = large_world.start(BUILD, groups=10, members=MEMBERS)
        self.user = self.sandbox.users[0]

    def wait_for_webhook(self):
        hostkit.wait_until(lambda: large_world.is_heard(self.sandbox), "a webhook")

    def say(self, text):
        self.sandbox.post("say", group="works", person="host", text=text)

    def wait_until_heard(self, text):
        hostkit.wait_until(lambda: any(item.get("text") == text
                                       for item in self.sandbox.received("message")), repr(text))

    def stop(self):
        self.sandbox.stop()


def finch_is_usable(world):
    profile = hostkit.Profile(BUILD)
    profile.add_account(world.sandbox, world.user, "gnt-purple")
    finch = hostkit.Finch(profile)
    try:
        finch.focus("Buddy List")
        finch.wait_for(large_world.ROOM)
        world.wait_for_webhook()
        text, reply = sentence(), sentence()
        world.say(text)
        finch.focus(large_world.ROOM)
        finch.wait_for(text)
        # It lists as many as it can bear, and says how many more there are.
        finch.wait_for(f"{MEMBERS - 250} more people are in this group")
        finch.wait_for(text)
        finch.type(reply)
        world.wait_until_heard(reply)
        finch.wait_for(reply)
        (SHOTS / "finch-large.txt").write_text(finch.screen())
        assert "List of" not in finch.screen(), finch.screen()
    finally:
        finch.quit()
        profile.remove()


def buddies_in(profile):
    path = profile.purple / "blist.xml"
    return path.read_text().count("<buddy ") if path.exists() else 0


def pidgin_does_not_freeze(world):
    """Buddies that would come while so large a room is open wait; in a smaller one they come."""
    profile = hostkit.Profile(BUILD)
    profile.add_account(world.sandbox, world.user, "gtk-gaim", settings={"buddies": "everyone", "buddy_limit": 600})
    display = hostkit.Display()
    pidgin = hostkit.Pidgin(profile, display)
    try:
        pidgin.wait_for_window("Buddy List")
        world.wait_for_webhook()
        world.say(sentence())
        window = pidgin.wait_for_window(large_world.ROOM)
        for _ in range(3):
            reply = sentence()
            pidgin.type(window, reply)
            world.wait_until_heard(reply)
            time.sleep(1)
        display.picture(SHOTS / "pidgin-large.png")
        display.xdotool("windowfocus", "--sync", window)
        display.xdotool("key", "ctrl+w")
        hostkit.wait_until(lambda: not display.windows(large_world.ROOM), "the window to close")
        hostkit.wait_until(lambda: buddies_in(profile) >= 500, "buddies once it is closed")
    finally:
        pidgin.stop()
        display.stop()
        profile.remove()


def bitlbee_joins(world):
    session = Session(BUILD, world.sandbox, world.user, log=SHOTS / "bitlbee-large.log")
    try:
        session.sign_on_by_pin()
        session.join(large_world.ROOM, "#works")
        text, reply = sentence(), sentence()

        def total():
            session.irssi.type("/names -count")
            found = re.findall(r"#works: Total of (\d+) nicks", session.irssi.screen())
            return found and int(found[-1]) >= MEMBERS
        hostkit.wait_until(total, "all of them", pause=1)
        world.wait_for_webhook()
        world.say(text)
        session.irssi.wait_for(text)
        session.irssi.type(reply)
        world.wait_until_heard(reply)
        (SHOTS / "bitlbee-large.txt").write_text(session.irssi.screen())
    finally:
        session.stop()


def in_its_world(function):
    def run():
        world = World()
        try:
            function(world)
        finally:
            world.stop()
    return run


tap.run([
    ("finch stays usable in a room of 5,000", in_its_world(finch_is_usable)),
    ("pidgin does not freeze in a room of 5,000, nor when buddies come",
     in_its_world(pidgin_does_not_freeze)),
    ("bitlbee joins a room of 5,000", in_its_world(bitlbee_joins)),
])
