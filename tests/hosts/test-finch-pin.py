#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Signing on by PIN in real Finch: a phone number and the two values of the connector are all that the
account has, and nobody has a conversation open that could tell where the window is."""
from hosts_world import BUILD, SHOTS, Room, sentence
import hostkit
import tap

TITLE = "Kaizala sign-in: press Alt+N"

sandbox = hostkit.Sandbox(BUILD, log=SHOTS / "finch-pin-sandbox.log")
user = sandbox.users[0]
room = Room(sandbox)
profile = hostkit.Profile(BUILD)
profile.add_account(sandbox, user, "gnt-purple", token=False)
finch = hostkit.Finch(profile, width=80, height=24)


def enter(pin):
    """Types into the dialog, and goes to its button, as Enter alone does nothing in Finch."""
    finch.focus("Kaizala sign-in")
    finch.type(pin, enter=False)
    finch.wait_for(pin + "___")
    screen = finch.screen()
    finch.keys("Tab", "Enter")
    return screen


def sms_count():
    return sandbox.get("sms").get(user["phone"], {}).get("count", 0)


def password():
    accounts = (profile.purple / "accounts.xml").read_text()
    return accounts.partition("<password>")[2].partition("</password>")[0]


def says_where_the_window_is():
    # The bar has no place for more than the beginning of a title.
    hostkit.wait_until(lambda: TITLE[:20] in finch.screen().rstrip().rpartition("\n")[2],
                       "the window in the bar of windows")
    assert not finch.active().startswith("Kaizala sign-in"), "Finch opens it behind the others"
    assert "Buddy List" in finch.screen().splitlines()[0]
    # The window below is half covered.
    finch.wait_for("+N until you see it.")
    assert sms_count() == 0, "an SMS is sent when it is wanted"
    (SHOTS / "finch-pin-hint.txt").write_text(finch.screen())


def sends_the_pin_when_it_is_chosen():
    finch.focus("Kaizala sign-in")
    finch.wait_for("With a PIN by SMS")
    finch.keys("Tab", "Enter")
    hostkit.wait_until(lambda: sms_count() == 1, "an SMS")


def takes_a_wrong_pin_for_wrong():
    finch.focus("Kaizala sign-in")
    finch.wait_for(f"Kaizala sent a PIN by SMS to {user['phone']}.")
    finch.wait_for("Enter the digits of the SMS.")
    enter("0000")
    finch.focus("Kaizala sign-in")
    finch.wait_for("That PIN was not accepted")
    assert sms_count() == 1, "another try costs no SMS"


def signs_on_with_the_pin():
    screen = enter(sandbox.get("sms")[user["phone"]]["pin"])
    assert "OK" in screen and "Cancel" in screen, screen
    (SHOTS / "finch-pin.txt").write_text(screen)
    finch.focus("Buddy List")
    finch.wait_for("- Kaizala")
    finch.wait_for(room.name[:12])
    screen = finch.screen()
    (SHOTS / "finch-pin-rooms.txt").write_text(screen)
    assert "Kaizala sign-in" not in screen and "Alt+N" not in screen, "what belongs to the PIN is gone"
    assert sms_count() == 1


def shows_a_colleagues_text():
    text = sentence(3)
    room.wait_for_webhook(user)
    room.say(text)
    finch.focus(room.name)
    finch.wait_for(text)


def asks_for_no_pin_the_next_time():
    finch.quit()
    token = password()
    assert token.count(".") == 2 and len(token) > 300, "the refresh token is the saved password"
    globals()["finch"] = hostkit.Finch(profile, width=80, height=24)
    finch.focus("Buddy List")
    finch.wait_for(room.name[:12])
    assert TITLE not in finch.screen()
    assert sms_count() == 1


try:
    tap.run([
        ("finch says where its window is, without a conversation", says_where_the_window_is),
        ("finch sends a PIN when that is chosen", sends_the_pin_when_it_is_chosen),
        ("finch asks again after a wrong PIN", takes_a_wrong_pin_for_wrong),
        ("finch signs on with the PIN and lists the rooms", signs_on_with_the_pin),
        ("finch shows what a colleague writes", shows_a_colleagues_text),
        ("finch asks for no PIN the next time", asks_for_no_pin_the_next_time),
    ])
finally:
    finch.quit()
    sandbox.stop()
    profile.remove()
