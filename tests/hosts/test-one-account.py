#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One account in two processes that know nothing of each other, Finch and BitlBee: each shows everything once,
and one that ends in the middle of its calls takes nothing from the other."""
import os
import re
import signal

from bitlbee_session import Session
from hosts_world import BUILD, SHOTS, Room, sentence
import hostkit
import tap

# The limit of calls is the connector's, which both share: see tests/sync.
sandbox = hostkit.Sandbox(BUILD, log=SHOTS / "one-account-sandbox.log",
                          arguments=["--switch", "limitConnector=1000",
                                     "--switch", "limitTenant=1000"])
room = Room(sandbox)
me = sandbox.users[0]
profile = hostkit.Profile(BUILD)
profile.add_account(sandbox, me, "gnt-purple")
hosts = {"finch": hostkit.Finch(profile)}
session = Session(BUILD, sandbox, me, log=SHOTS / "one-account-bitlbee.log")


def count(screen, text):
    return hostkit.squeeze(screen).count(hostkit.squeeze(text))


def each_shows_once(text):
    hosts["finch"].focus(room.name)
    hosts["finch"].wait_for(text)
    session.irssi.wait_for(text)
    assert count(hosts["finch"].screen(), text) == 1, hosts["finch"].screen()
    assert count(session.irssi.screen(), text) == 1, session.irssi.screen()


def webhooks():
    return sum(1 for hook in sandbox.get("webhooks")["webhooks"]
               if hook["objectId"] == room.id and hook["active"] and hook["owner"] == me["phone"])


def both_sign_on():
    """With one refresh token: a PIN would replace it, and end the other."""
    session.sign_on_by_token()
    session.join(room.name, "#depot")
    hosts["finch"].focus("Buddy List")
    hosts["finch"].wait_for(room.name)
    hostkit.wait_until(lambda: webhooks() == 2, "a webhook of each")


def others_are_heard_once():
    text = sentence()
    room.say(text)
    each_shows_once(text)


def own_words_stand_in_both():
    for host in (hosts["finch"], session.irssi):
        text = sentence()
        host.type(text)
        each_shows_once(text)
        assert room.heard(text) == 1


def finch_process():
    """Its process, by the home that only it has."""
    home = f"HOME={profile.home}".encode()
    for path in os.listdir("/proc"):
        try:
            with open(f"/proc/{path}/environ", "rb") as environ, open(f"/proc/{path}/comm", encoding="utf-8") as name:
                if path.isdigit() and name.read().strip() == "finch" and home in environ.read().split(b"\0"):
                    return int(path)
        except OSError:
            continue
    return None


def one_is_killed():
    """With a text on its way of which nobody knows whether it arrives, and nothing answered any more."""
    sandbox.post("fault", match={"method": "POST", "path": "/groups/*/messages"},
                 action={"stallHeaders": True})
    before = sandbox.get("calls")["total"]
    hosts["finch"].type(sentence())
    hostkit.wait_until(lambda: sandbox.get("calls")["total"] > before, "the call")
    os.kill(finch_process(), signal.SIGKILL)
    hostkit.wait_until(lambda: finch_process() is None, "Finch to be gone")
    hosts["finch"].stop()


def the_other_goes_on():
    text, own = sentence(), sentence()
    room.say(text)
    session.irssi.wait_for(text)
    session.irssi.type(own)
    hostkit.wait_until(lambda: room.heard(own) == 1, "the text in the sandbox")
    assert count(session.irssi.screen(), text) == 1
    assert not re.search(r"\*\s*kaizala|Signed off", session.irssi.screen()), session.irssi.screen()
    missed.extend((text, own))


missed = []


def the_killed_one_comes_back():
    hosts["finch"] = hostkit.Finch(profile)

    # The service tries again what it could not deliver; its clock is the sandbox's.
    def comes():
        sandbox.post("clock", advanceSeconds=900)
        if not hosts["finch"].active().startswith(room.name):
            hosts["finch"].keys("M-n")
        screen = hosts["finch"].screen()
        return all(hostkit.squeeze(text) in hostkit.squeeze(screen) for text in missed)
    hostkit.wait_until(comes, "what was said while Finch was away", pause=1)
    assert all(count(hosts["finch"].screen(), text) == 1 for text in missed), hosts["finch"].screen()


try:
    tap.run([
        ("the same account signs on in finch and in bitlbee", both_sign_on),
        ("what others say stands once in each", others_are_heard_once),
        ("what one says in one stands once in both", own_words_stand_in_both),
        ("one of them is killed in the middle of a call", one_is_killed),
        ("the other goes on", the_other_goes_on),
        ("the killed one comes back to what it missed", the_killed_one_comes_back),
        ("then both hear others once again", others_are_heard_once),
        ("and what one says in either", own_words_stand_in_both),
    ])
finally:
    hosts["finch"].quit()
    session.stop()
    sandbox.stop()
    profile.remove()
