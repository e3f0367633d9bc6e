#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Signing in with a browser, where a script is the browser: in real Finch and Pidgin from a blank account, and
over IRC, where the address comes as text."""
import re
import time
import urllib.parse
import urllib.request

from bitlbee_session import Session
from hosts_world import BUILD, SHOTS, Room, sentence
import hostkit
import tap

REDIRECT = "https://bridge.example.org/kaizala"

sandbox = hostkit.Sandbox(BUILD, log=SHOTS / "browser-sandbox.log")
room = Room(sandbox)
running = []


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


def browse(address, user, **more):
    """Fills the page behind @address as @user would. Where the browser ends."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)

    def get(**fields):
        query = urllib.parse.urlencode({**fields, **more})
        try:
            with opener.open(f"{address}&{query}", timeout=20) as page:
                return page.read().decode(), None
        except urllib.error.HTTPError as problem:
            return "", problem.headers.get("Location")
    page, _ = get(phone=user["phone"])
    assert "Code from the SMS" in page, page
    _, end = get(phone=user["phone"], pin=sandbox.get("sms")[user["phone"]]["pin"])
    assert end.startswith(REDIRECT + "?code="), end
    return end


def address_in(text):
    """The address of the page, which the screen may have broken into lines; (nullable)."""
    found = re.search(re.escape(sandbox.url) + r"/api/Oauth/Authorize\?client_id=[A-Za-z0-9%-]+"
                      r"&redirect_uri=" + re.escape(urllib.parse.quote(REDIRECT, safe="")),
                      hostkit.squeeze(text))
    return found and found.group()


def signs_in(user):
    """The sandbox gave out no SMS but those of the page, and the account is there."""
    calls = sandbox.get("calls")["endpoints"]
    assert calls.get("POST /loginWithPinAndApplicationId", 0) == 0, calls
    assert any("oauth/token" in name.lower() for name in calls), calls
    room.wait_for_webhook(user)


# --- Finch ---

class FinchPerson:
    def __init__(self):
        self.profile = hostkit.Profile(BUILD)
        self.profile.add_account(sandbox, sandbox.users[0], "gnt-purple", token=False)
        self.finch = hostkit.Finch(self.profile)

    def shows(self, text):
        """Goes from window to window, as a person does, until there is one with @text."""
        def is_there():
            self.finch.focus("Kaizala sign-in")
            return hostkit.squeeze(text) in hostkit.squeeze(self.finch.screen())
        hostkit.wait_until(is_there, f"{text!r} in a window")

    def enter(self, text):
        """Types into the dialog, and goes to its button, as Enter alone does nothing in Finch."""
        self.finch.type(text, enter=False)
        self.finch.wait_for(text[-10:])
        self.finch.keys("Tab", "Enter")

    def stop(self):
        self.finch.quit()
        self.profile.remove()


def finch_shows_the_address():
    person = FinchPerson()
    running.append(person)
    finch = person.finch
    person.shows("With a PIN by SMS")
    finch.keys("Enter")
    finch.wait_for("With a browser")
    # Finch takes arrows for nothing in this terminal.
    finch.keys("C-n", "Tab")
    (SHOTS / "browser-finch-choice.txt").write_text(finch.screen())
    finch.keys("Tab", "Enter")
    person.shows("Which redirect address")
    (SHOTS / "browser-finch-redirect.txt").write_text(finch.screen())
    # "https://" stands there already.
    person.enter(REDIRECT.removeprefix("https://"))
    person.shows("Open this address in a browser")
    (SHOTS / "browser-finch.txt").write_text(finch.screen())
    person.address = address_in(finch.screen())
    assert person.address, finch.screen()


def finch_refuses_somebody_else():
    person = running[-1]
    person.enter(browse(person.address, sandbox.users[1]))
    person.shows("This is the sign-in of " + sandbox.users[1]["phone"])
    (SHOTS / "browser-finch-other.txt").write_text(person.finch.screen())


def finch_signs_in():
    person = running[-1]
    finch = person.finch
    person.enter(browse(person.address, sandbox.users[0]))
    finch.focus("Buddy List")
    finch.wait_for(room.name)
    signs_in(sandbox.users[0])
    said, text = sentence(), sentence()
    room.say(said)
    finch.focus(room.name)
    finch.wait_for(said)
    finch.type(text)
    hostkit.wait_until(lambda: room.heard(text) == 1, "our text in the sandbox")


# --- Pidgin ---

class PidginPerson:
    """Whose browser is a script that writes the address into a file."""

    def __init__(self):
        self.profile = hostkit.Profile(BUILD)
        self.profile.add_account(sandbox, sandbox.users[0], "gtk-gaim", token=False,
                                 settings={"redirect_url": REDIRECT})
        self.opened = self.profile.home / "opened"
        script = self.profile.home / "browser"
        script.write_text(f"#!/bin/sh\nprintf %s \"$1\" > {self.opened}.new\n"
                          f"mv {self.opened}.new {self.opened}\n")
        script.chmod(0o700)
        (self.profile.purple / "prefs.xml").write_text(hostkit.PIDGIN_PREFERENCES.replace(
            "<pref name='conversations'>",
            "<pref name='browsers'><pref name='browser' type='string' value='custom'/>"
            f"<pref name='manual_command' type='string' value='{script} %s'/></pref>"
            "<pref name='conversations'>"))
        self.display = hostkit.Display()
        self.pidgin = hostkit.Pidgin(self.profile, self.display)

    def press(self, window, *keys):
        self.display.xdotool("windowfocus", "--sync", window)
        for key in keys:
            self.display.xdotool("key", "--window", window, key)
            time.sleep(0.2)

    def stop(self):
        self.pidgin.stop()
        self.display.stop()
        self.profile.remove()


def pidgin_opens_the_browser():
    person = PidginPerson()
    running.append(person)
    choice = person.pidgin.wait_for_window("Kaizala sign-in")
    time.sleep(0.5)
    person.press(choice, "Down")
    person.display.picture(SHOTS / "browser-pidgin-choice.png")
    person.press(choice, "Tab", "Tab", "space")
    hostkit.wait_until(person.opened.exists, "Pidgin to open the browser")
    person.address = person.opened.read_text()
    assert person.address == address_in(person.address), person.address
    person.window = hostkit.wait_until(
        lambda: [one for one in person.display.windows("Kaizala sign-in") if one != choice],
        "the window for the code")[0]
    person.display.picture(SHOTS / "browser-pidgin.png")


def pidgin_signs_in():
    person = running[-1]
    text = sentence()
    person.pidgin.type(person.window, browse(person.address, sandbox.users[0]))
    person.pidgin.wait_for_window("Buddy List")
    signs_in(sandbox.users[0])
    room.say(sentence())
    person.pidgin.type(person.pidgin.wait_for_window(room.name), text)
    hostkit.wait_until(lambda: room.heard(text) == 1, "our text in the sandbox")


# --- IRC ---

def irc_gets_the_address_as_text():
    session = Session(BUILD, sandbox, sandbox.users[1], log=SHOTS / "browser-bitlbee.log")
    running.append(session)
    sent = session.pins_sent()
    session.set_up()
    session.root(f"account kaizala set redirect_url {REDIRECT}", "redirect_url")
    session.irssi.type("/clear")
    session.root("account kaizala on")
    asked = session.asked("Answer pin to get a PIN")
    session.irssi.type(f"/msg {asked} browser")
    session.asked("Open this address in a browser")
    (SHOTS / "browser-bitlbee.txt").write_text(session.irssi.screen())
    session.address = address_in(session.irssi.screen())
    assert session.address, session.irssi.screen()
    assert session.pins_sent() == sent, "an SMS is sent when it is wanted"


def irc_signs_in():
    session = running[-1]
    asked = session.asked("Open this address in a browser")
    session.irssi.type(f"/msg {asked} {browse(session.address, sandbox.users[1])}")
    session.wait_logged_in()
    signs_in(sandbox.users[1])
    session.join(room.name, "#depot")
    text = sentence()
    session.irssi.type(text)
    hostkit.wait_until(lambda: room.heard(text) == 1, "our text in the sandbox")
    # The refresh token is the account's password there.
    session.root("account kaizala off", "Signing off")
    session.irssi.type("/clear")
    session.root("account kaizala on")
    session.wait_logged_in()


def stops_what_ran():
    running.pop().stop()


try:
    tap.run([
        ("finch asks for the redirect address and shows the page's", finch_shows_the_address),
        ("finch refuses the sign-in of somebody else", finch_refuses_somebody_else),
        ("finch signs in with the browser, and a text goes out", finch_signs_in),
        ("finch ends", stops_what_ran),
        ("pidgin opens the browser", pidgin_opens_the_browser),
        ("pidgin signs in with it, and a text goes out", pidgin_signs_in),
        ("pidgin ends", stops_what_ran),
        ("over irc the address comes as text", irc_gets_the_address_as_text),
        ("over irc one signs in with it, and a text goes out", irc_signs_in),
    ])
finally:
    for one in running:
        one.stop()
    sandbox.stop()
