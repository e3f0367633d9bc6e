#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Two accounts in two processes, one in Finch and one in BitlBee, talk to each other; one of them is
restarted in between."""
from bitlbee_session import Session
from hosts_world import BUILD, SHOTS, Room, sentence
import hostkit
import tap

# The limit of calls is the connector's, which both share: what they do about it is tested in
# tests/sync, and here it would only make the test wait.
sandbox = hostkit.Sandbox(BUILD, log=SHOTS / "two-hosts-sandbox.log",
                          arguments=["--switch", "limitConnector=1000",
                                     "--switch", "limitTenant=1000"])
room = Room(sandbox)
profile = hostkit.Profile(BUILD)
profile.add_account(sandbox, sandbox.users[0], "gnt-purple")
hosts = {"finch": hostkit.Finch(profile)}
session = Session(BUILD, sandbox, sandbox.users[1], log=SHOTS / "two-hosts-bitlbee.log")


def finch_shows(text):
    hosts["finch"].focus(room.name)
    hosts["finch"].wait_for(text)


def finch_lists_the_room():
    hosts["finch"].focus("Buddy List")
    hosts["finch"].wait_for(room.name)


def both_sign_on():
    session.sign_on_by_pin()
    session.join(room.name, "#depot")
    finch_lists_the_room()
    room.wait_for_webhook(*sandbox.users[:2])


def irc_to_finch():
    text = sentence()
    session.irssi.type(text)
    finch_shows(text)
    assert room.heard(text) == 1


def finch_to_irc():
    text = sentence()
    hosts["finch"].type(text)
    session.irssi.wait_for(text)
    assert room.heard(text) == 1
    assert hostkit.squeeze(session.irssi.screen()).count(hostkit.squeeze(text)) == 1


def finch_restarts():
    hosts["finch"].quit()
    meanwhile = sentence()
    session.irssi.type(meanwhile)
    hostkit.wait_until(lambda: room.heard(meanwhile) == 1, "the text in the sandbox")
    hosts["finch"] = hostkit.Finch(profile)
    finch_lists_the_room()
    # The service tries again what it could not deliver; its clock is the sandbox's.
    def comes():
        sandbox.post("clock", advanceSeconds=900)
        if not hosts["finch"].active().startswith(room.name):
            hosts["finch"].keys("M-n")
        return hostkit.squeeze(meanwhile) in hostkit.squeeze(hosts["finch"].screen())
    hostkit.wait_until(comes, "what was said while Finch was away", pause=1)


try:
    tap.run([
        ("finch and bitlbee sign on with two accounts", both_sign_on),
        ("what is typed in irc stands in finch", irc_to_finch),
        ("what is typed in finch stands in irc", finch_to_irc),
        ("a restarted finch gets what it missed", finch_restarts),
        ("after the restart: from irc to finch", irc_to_finch),
        ("after the restart: from finch to irc", finch_to_irc),
    ])
finally:
    hosts["finch"].quit()
    session.stop()
    sandbox.stop()
    profile.remove()
