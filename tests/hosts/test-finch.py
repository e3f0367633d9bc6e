#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Real Finch in tmux: typed into and read as a person would."""
from hosts_world import BUILD, SHOTS, Room, handle_of, sentence
import hostkit
import tap

sandbox = hostkit.Sandbox(BUILD, log=SHOTS / "finch-sandbox.log")
room = Room(sandbox)
profile = hostkit.Profile(BUILD)
profile.add_account(sandbox, sandbox.users[0], "gnt-purple")
finch = hostkit.Finch(profile)


def show(text):
    """Waits until the room's window shows @text."""
    finch.focus(room.name)
    finch.wait_for(text)


def lists_the_groups():
    finch.focus("Buddy List")
    finch.wait_for("- Kaizala")
    finch.wait_for(room.name)


def shows_a_colleagues_text():
    text = sentence()
    room.wait_for_webhook(sandbox.users[0])
    room.say(text)
    show(text)
    assert room.colleague["name"].split()[0] in finch.screen()


def sends_what_is_typed():
    text = sentence()
    finch.type(text)
    hostkit.wait_until(lambda: room.heard(text) == 1, "our text in the sandbox")
    show(text)
    assert finch.screen().count(text.split()[-1]) == 1, "our own line stands once"


def votes_in_a_poll():
    question = sentence(3) + "?"
    action = room.poll(question, ["Pizza", "Salad"])
    show(question)
    finch.type(f"/vote {handle_of(question, finch.screen())} salad")
    hostkit.wait_until(
        lambda: any(item["kind"] == "response" and "Salad" in str(item) and
                    action["actionId"] in str(item) for item in sandbox.received()),
        "our vote in the sandbox")
    (SHOTS / "finch.txt").write_text(finch.screen())


def refuses_an_unknown_command():
    before = len(sandbox.received("message"))
    finch.type("!vot xyz")
    show("!vote")
    assert len(sandbox.received("message")) == before


def signs_on_again_without_doubles():
    finch.quit()
    globals()["finch"] = hostkit.Finch(profile)
    text = sentence()
    finch.focus("Buddy List")
    finch.wait_for(room.name)
    room.say(text)
    show(text)
    # It writes the file at last when it ends.
    finch.quit()
    blist = (profile.purple / "blist.xml").read_text()
    assert blist.count(f"<component name='group'>{room.id}</component>") == 1, blist
    assert blist.count(f"<alias>{room.name}</alias>") == 1, blist


try:
    tap.run([
        ("finch lists the groups below Kaizala", lists_the_groups),
        ("finch shows what a colleague writes", shows_a_colleagues_text),
        ("finch sends what is typed, once", sends_what_is_typed),
        ("finch votes by slash command", votes_in_a_poll),
        ("finch refuses an unknown command and sends nothing", refuses_an_unknown_command),
        ("finch has each room once after a second sign-on", signs_on_again_without_doubles),
    ])
finally:
    finch.quit()
    sandbox.stop()
    profile.remove()
