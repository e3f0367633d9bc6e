#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Real BitlBee with a real IRC client: sign-on by PIN, a room, text both ways, a vote."""
from bitlbee_session import Session
from hosts_world import BUILD, SHOTS, Room, handle_of, sentence
import hostkit
import tap

sandbox = hostkit.Sandbox(BUILD, log=SHOTS / "bitlbee-sandbox.log")
room = Room(sandbox)
session = Session(BUILD, sandbox, sandbox.users[0], log=SHOTS / "bitlbee.log")
irssi = session.irssi


def signs_on_by_pin():
    session.sign_on_by_pin()


def announces_what_waits_in_a_room_not_joined():
    room.wait_for_webhook(session.user)
    session.control()
    irssi.type("/clear")
    text = sentence()
    room.say(text)
    announced = hostkit.squeeze(f"“{room.name}” (1)")
    irssi.wait_for(announced)
    assert hostkit.squeeze(irssi.screen()).count(announced) == 1, irssi.screen()
    assert hostkit.squeeze(text) not in hostkit.squeeze(irssi.screen())


def joins_a_room_with_its_people():
    session.join(room.name, "#depot")
    irssi.wait_for("Irssi: #depot: Total of")
    names = hostkit.squeeze(irssi.screen())
    for person in (room.colleague, room.other):
        assert person["name"].split()[0] in names, (person, irssi.screen())


def shows_a_colleagues_text():
    text = sentence()
    room.say(text)
    irssi.wait_for(text)
    assert hostkit.squeeze(irssi.screen()).count(hostkit.squeeze(text)) == 1


def sends_what_is_typed():
    text = sentence() + " <b>& co"
    irssi.type(text)
    hostkit.wait_until(lambda: room.heard(text) == 1, "our text in the sandbox")
    marker = sentence()
    room.say(marker)
    irssi.wait_for(marker)
    assert hostkit.squeeze(irssi.screen()).count(hostkit.squeeze(text)) == 1, irssi.screen()


def votes_in_a_poll():
    question = sentence(3) + "?"
    action = room.poll(question, ["Pizza", "Salad"])
    irssi.wait_for("!vote")
    irssi.wait_for(question)
    irssi.type(f"!vote {handle_of(question, irssi.screen())} salad")
    hostkit.wait_until(
        lambda: any(item["kind"] == "response" and "Salad" in str(item) and
                    action["actionId"] in str(item) for item in sandbox.received()),
        "our vote in the sandbox")
    (SHOTS / "bitlbee.txt").write_text(irssi.screen())


def tells_of_a_text_that_failed():
    text = sentence()
    sandbox.post("fault", match={"method": "POST", "path": "/groups/*/messages", "times": 1},
                 action={"status": 403})
    irssi.type(text)
    hostkit.wait_until(lambda: hostkit.squeeze(irssi.screen()).count(hostkit.squeeze(text)) >= 2,
                       "the text given back")
    assert room.heard(text) == 0


def signs_on_again_with_the_saved_password():
    sent = session.pins_sent()
    session.root("account kaizala off", "Signing off")
    session.root("/clear")
    session.root("account kaizala on")
    session.wait_logged_in()
    assert session.pins_sent() == sent, "no second SMS"


try:
    tap.run([
        ("bitlbee signs on by PIN", signs_on_by_pin),
        ("bitlbee announces what waits in a room that is not joined",
         announces_what_waits_in_a_room_not_joined),
        ("bitlbee joins a room with its people", joins_a_room_with_its_people),
        ("bitlbee shows what a colleague writes, once", shows_a_colleagues_text),
        ("bitlbee sends what is typed, once", sends_what_is_typed),
        ("bitlbee votes by !vote", votes_in_a_poll),
        ("bitlbee gives back a text that was refused", tells_of_a_text_that_failed),
        ("bitlbee signs on again with the password that it saved",
         signs_on_again_with_the_saved_password),
    ])
finally:
    session.stop()
    sandbox.stop()
