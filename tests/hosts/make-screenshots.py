#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/hosts/make-screenshots.py BUILD: the pictures of the README, from the real Finch (in an xterm)
and the real Pidgin, with the demo's colleagues. Needs xterm beside what the host tests need. Look at
them before you commit them."""
import subprocess
import time

from hosts_world import BUILD
import hostkit

OUT = hostkit.TOP / "tests/hosts/screenshots"
SCENARIO = hostkit.TOP / "tests/sandbox/scenarios/demo.json"
SEED = 7


def team_of(sandbox):
    return next(group for group in sandbox.get("world")["groups"] if group.get("key") == "team")


def prepared(ui):
    sandbox = hostkit.Sandbox(BUILD, scenario=SCENARIO, seed=SEED)
    profile = hostkit.Profile(BUILD)
    profile.add_account(sandbox, sandbox.users[0], ui, settings={"open_rooms": "all"})
    return sandbox, profile


def crop(path):
    subprocess.run(["convert", str(path), "-trim", "+repage", "-strip", str(path)], check=False)


def finch():
    sandbox, profile = prepared("gnt-purple")
    display = hostkit.Display("1200x800x24")
    terminal = hostkit.Finch(profile, width=112, height=34)
    xterm = subprocess.Popen(
        ["xterm", "-fa", "DejaVu Sans Mono", "-fs", "10", "-geometry", "112x34+0+0", "-u8", "+sb",
         "-bg", "#fdfdf8", "-fg", "#202020", "-e", "tmux", "-u", "-S", terminal.socket, "attach"],
        env=profile.environment(DISPLAY=display.name, LANG="C.UTF-8", LC_ALL="C.UTF-8",
                                TERM="xterm-256color"))
    try:
        terminal.tmux("set-option", "-g", "status", "off")
        team = team_of(sandbox)
        terminal.focus(team["name"])
        terminal.type("hello all, the gate is open")
        hostkit.wait_until(lambda: " likes " in terminal.screen(), "the like", 90)
        time.sleep(1)
        display.picture(OUT / "finch.png")
        crop(OUT / "finch.png")
    finally:
        terminal.quit()
        xterm.terminate()
        xterm.wait()
        display.stop()
        sandbox.stop()
        profile.remove()


def pidgin():
    sandbox, profile = prepared("gtk-gaim")
    display = hostkit.Display("1000x700x24")
    client = hostkit.Pidgin(profile, display)
    try:
        team = team_of(sandbox)
        window = client.wait_for_window(team["name"])
        client.type(window, "hello all, the gate is open")

        def liked():
            logs = profile.purple.glob("logs/**/*.html")
            return any(" likes " in path.read_text(errors="replace") for path in logs)
        hostkit.wait_until(liked, "the like", 90)
        display.xdotool("windowsize", window, "690", "560")
        display.xdotool("windowmove", window, "285", "0")
        display.xdotool("windowraise", window)
        for other in display.windows("Buddy List"):
            display.xdotool("windowsize", other, "280", "560")
        time.sleep(1)
        display.picture(OUT / "pidgin.png")
        crop(OUT / "pidgin.png")
    finally:
        client.stop()
        display.stop()
        sandbox.stop()
        profile.remove()


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    finch()
    pidgin()
