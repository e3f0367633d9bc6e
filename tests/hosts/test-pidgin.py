#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Real Pidgin under Xvfb. What it shows is read from its conversation logs; pictures are written for
people to look at."""
from hosts_world import BUILD, SHOTS, Room, handle_of, sentence
import html
import hostkit
import tap

sandbox = hostkit.Sandbox(BUILD, log=SHOTS / "pidgin-sandbox.log")
room = Room(sandbox)
profile = hostkit.Profile(BUILD)
profile.add_account(sandbox, sandbox.users[0], "gtk-gaim")
display = hostkit.Display()
pidgin = hostkit.Pidgin(profile, display, log=SHOTS / "pidgin-debug.log")


def logged(text):
    """How often Pidgin wrote @text into a conversation."""
    return sum(html.unescape(path.read_text(errors="replace")).count(text)
               for path in profile.purple.glob("logs/**/*.html"))


def stands_once(text):
    """Counted when what came after it is there, too: a second one would have come before that."""
    marker = sentence()
    room.say(marker)
    hostkit.wait_until(lambda: logged(marker) >= 1, "the marker in Pidgin")
    assert logged(text) == 1, f"{text!r} stands {logged(text)} times"


def shows_a_colleagues_text():
    pidgin.wait_for_window("Buddy List")
    room.wait_for_webhook(sandbox.users[0])
    text = sentence()
    room.say(text)
    pidgin.wait_for_window(room.name)
    hostkit.wait_until(lambda: logged(text) >= 1, "the line in Pidgin")
    stands_once(text)


def sends_what_is_typed():
    text = sentence()
    pidgin.type(pidgin.wait_for_window(room.name), text)
    hostkit.wait_until(lambda: room.heard(text) == 1, "our text in the sandbox")
    hostkit.wait_until(lambda: logged(text) >= 1, "our own line in Pidgin")
    stands_once(text)
    assert room.heard(text) == 1


def shows_a_poll_and_takes_a_vote():
    question = sentence(3) + "?"
    room.poll(question, ["Pizza", "Salad"])
    hostkit.wait_until(lambda: logged(question), "the poll in Pidgin")
    lines = "".join(path.read_text(errors="replace")
                    for path in profile.purple.glob("logs/**/*.html"))
    pidgin.type(pidgin.wait_for_window(room.name), f"!vote {handle_of(question, lines)} 1")
    hostkit.wait_until(lambda: any(item["kind"] == "response" and "Pizza" in str(item)
                                   for item in sandbox.received()), "our vote in the sandbox")
    display.picture(SHOTS / "pidgin.png")
    assert (SHOTS / "pidgin.png").stat().st_size > 10000


def complains_about_nothing():
    text = (SHOTS / "pidgin-debug.log").read_text(errors="replace")
    bad = [line for line in text.splitlines()
           if "CRITICAL" in line or ("kaizala" in line.lower() and "WARNING" in line)]
    assert not bad, "\n".join(bad)


try:
    tap.run([
        ("pidgin shows what a colleague writes, once", shows_a_colleagues_text),
        ("pidgin sends what is typed into its window, once", sends_what_is_typed),
        ("pidgin shows a poll and takes a vote", shows_a_poll_and_takes_a_vote),
        ("pidgin has nothing to complain about", complains_about_nothing),
    ])
finally:
    pidgin.stop()
    display.stop()
    sandbox.stop()
    profile.remove()
