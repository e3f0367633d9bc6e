#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A survey made question by question over IRC, filled by a form in Pidgin, its results read in Finch:
two accounts, three real hosts."""
import html
import re
import time

from bitlbee_session import Session
from hosts_world import BUILD, SHOTS, Room, handle_of, sentence
import hostkit
import tap

sandbox = hostkit.Sandbox(BUILD, log=SHOTS / "survey-sandbox.log",
                          arguments=["--switch", "limitConnector=1000",
                                     "--switch", "limitTenant=1000"])
room = Room(sandbox)
session = Session(BUILD, sandbox, sandbox.users[1], log=SHOTS / "survey-bitlbee.log")
display = hostkit.Display()
profile = hostkit.Profile(BUILD)
profile.add_account(sandbox, sandbox.users[0], "gtk-gaim", "gnt-purple")
pidgin = hostkit.Pidgin(profile, display, log=SHOTS / "survey-pidgin.log")
title = sentence(2)
questions = {"Which day?": "[Monday, Tuesday]", "How many?": "(number)", "Your gate": ""}
remark = sentence(2)


def pidgin_lines():
    return "".join(html.unescape(path.read_text(errors="replace"))
                   for path in profile.purple.glob("logs/**/*.html"))


def wizard_over_irc():
    session.sign_on_by_pin()
    session.join(room.name, "#depot")
    room.wait_for_webhook(session.user, sandbox.users[0])
    irssi = session.irssi
    irssi.type("!survey")
    irssi.wait_for("Title")
    # Others go on talking meanwhile.
    between = sentence()
    room.say(between)
    irssi.wait_for(between)
    irssi.type(title)
    irssi.wait_for("Questions")
    for question, kind in questions.items():
        irssi.type(f"{question} {kind}".strip())
    irssi.type(".")
    irssi.wait_for("Closes")
    irssi.type("2d")
    irssi.wait_for("Anonymous")
    irssi.type("no")
    irssi.wait_for("Only I see")
    irssi.type("no")
    irssi.wait_for("several times")
    irssi.type("no")
    hostkit.wait_until(lambda: sandbox.received("action"), "the survey in the sandbox")
    irssi.wait_for(title)
    (SHOTS / "survey-bitlbee.txt").write_text(irssi.screen())


def press(window, *keys):
    for key in keys:
        display.xdotool("key", "--window", window, key)
        time.sleep(0.2)


def form_in_pidgin():
    hostkit.wait_until(lambda: title in pidgin_lines(), "the survey in Pidgin")
    handle = re.search(r"\[([a-z0-9]+)\][^\n]*" + re.escape(title), pidgin_lines()).group(1)
    pidgin.type(pidgin.wait_for_window(f"^{room.name}"), f"/answer {handle}")
    form = pidgin.wait_for_window("Your answer")
    time.sleep(1)
    display.xdotool("windowfocus", "--sync", form)
    press(form, "Down", "Down", "Tab", "7", "Tab")
    display.xdotool("type", "--window", form, "--delay", "15", remark)
    time.sleep(0.2)
    display.picture(SHOTS / "survey-form.png")
    press(form, "Return")
    [response] = hostkit.wait_until(lambda: sandbox.received("response"), "the answers")
    assert response["body"] == {"actionType": "Survey",
                                "actionBody": {"Answers": ["Tuesday", 7, remark]}}, response
    hostkit.wait_until(lambda: "answered" in pidgin_lines(), "our answer in Pidgin")
    pidgin.stop()


def results_in_finch():
    finch = hostkit.Finch(profile)
    try:
        finch.focus("Buddy List")
        finch.wait_for(room.name)
        room.wait_for_webhook(sandbox.users[0])
        room.say(sentence())
        finch.focus(room.name)
        handle = re.search(r"\[([a-z0-9]+)\][^\n]*" + re.escape(title), pidgin_lines()).group(1)
        finch.type(f"/results {handle}")
        for needle in (title, "Monday", "Tuesday", "100", "7", remark):
            finch.wait_for(needle)
        (SHOTS / "survey-finch.txt").write_text(finch.screen())
    finally:
        finch.quit()


def results_over_irc():
    irssi = session.irssi
    handle = handle_of(title, irssi.screen())
    irssi.type(f"!results {handle}")
    irssi.wait_for("1 (100%)")
    (SHOTS / "survey-results-bitlbee.txt").write_text(irssi.screen())


try:
    tap.run([
        ("a survey is made question by question over irc", wizard_over_irc),
        ("it is filled by a form in pidgin", form_in_pidgin),
        ("its results are read in finch", results_in_finch),
        ("and over irc", results_over_irc),
    ])
finally:
    pidgin.stop()
    session.stop()
    display.stop()
    sandbox.stop()
    profile.remove()
