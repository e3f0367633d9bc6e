#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/demo with clients: what it gives Finch and Pidgin to open, and what it prints for an IRC client,
typed there line by line, with what the README says to type behind it."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from hosts_world import BUILD
import hostkit
import tap

DEMO = [sys.executable, str(hostkit.TOP / "tests/lib/demo.py"), "--build", str(BUILD.directory)]

# In place of a client: keeps what it was given, and ends as it is told.
FAKE = """#!/bin/sh
env > "$KZ_RECORD/environment"
cp "$HOME/.purple/accounts.xml" "$KZ_RECORD/"
test -e "$HOME/.purple/plugins/libkaizala.so" && touch "$KZ_RECORD/plugin"
echo "the client has something to say" >&2
touch "$KZ_RECORD/started"
exec sh -c "$KZ_THEN"
"""


class Demo:
    """tests/demo of a user with a home, after its build."""

    def __init__(self, client, then="exit 0"):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="kaizala-demo-"))
        self.home, self.record = self.place / "home", self.place / "record"
        programs = self.place / "bin"
        for folder in (self.home, self.record, programs):
            folder.mkdir()
        (self.home / ".Xauthority").write_text("key of the display")
        for name in ("finch", "pidgin"):
            (programs / name).write_text(FAKE)
            (programs / name).chmod(0o755)
        env = {**os.environ, "HOME": str(self.home), "KZ_RECORD": str(self.record), "KZ_THEN": then,
               "PATH": f"{programs}:{os.environ['PATH']}", "XDG_CONFIG_HOME": str(self.home / "x")}
        env.pop("XAUTHORITY", None)
        self.process = subprocess.Popen([*DEMO, client], env=env, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        encoding="utf-8")

    def environment(self):
        lines = (self.record / "environment").read_text().splitlines()
        return dict(line.partition("=")[::2] for line in lines)

    def end(self):
        out, err = self.process.communicate(timeout=40)
        return self.process.returncode, out, err

    def check_that_nothing_stays(self):
        assert [path.name for path in self.home.iterdir()] == [".Xauthority"], list(self.home.iterdir())
        assert not pathlib.Path(self.environment()["HOME"]).exists(), "the profile is thrown away"

    def remove(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        shutil.rmtree(self.place, ignore_errors=True)


def opens(client, ui):
    demo = Demo(client)
    try:
        code, _, err = demo.end()
        assert code == 0 and "something to say" not in err, (code, err)
        env = demo.environment()
        assert env["HOME"] != str(demo.home) and "XDG_CONFIG_HOME" in env
        assert all(not value.startswith(str(demo.home)) for name, value in env.items()
                   if name.startswith("XDG_")), env
        assert env["XAUTHORITY"] == str(demo.home / ".Xauthority"), "the display can be opened"
        account = (demo.record / "accounts.xml").read_text()
        assert re.search(r"<password>eyJ[^<]{300,}</password>", account), account
        assert re.search(r"<name>\+\d{7,}</name>", account), account
        assert f"<settings ui='{ui}'><setting name='auto-login' type='bool'>1<" in account, account
        assert (demo.record / "plugin").exists()
        demo.check_that_nothing_stays()
    finally:
        demo.remove()


def opens_finch():
    opens("finch", "gnt-purple")


def opens_pidgin():
    opens("pidgin", "gtk-gaim")


def tells_of_a_client_that_failed():
    for client in ("finch", "pidgin"):
        demo = Demo(client, then="exit 3")
        try:
            code, _, err = demo.end()
            assert code == 1, code
            assert "the client has something to say" in err and "ended with 3" in err, err
            demo.check_that_nothing_stays()
        finally:
            demo.remove()


def leaves_nothing_when_the_terminal_is_closed():
    demo = Demo("finch", then="exec sleep 60")
    try:
        hostkit.wait_until((demo.record / "started").exists, "the client")
        url = re.search(r"http://127\.0\.0\.1:(\d+)", (demo.record / "accounts.xml").read_text())
        demo.process.send_signal(signal.SIGHUP)
        code, _, _ = demo.end()
        assert code != 0
        demo.check_that_nothing_stays()
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(url.group(1)))) != 0, "the sandbox has ended"
    finally:
        demo.remove()


class Irc:
    """An IRC connection; what comes is kept."""

    def __init__(self, port, nick):
        self.lines = []
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.send(f"NICK {nick}")
        self.send(f"USER {nick} 0 * :{nick}")
        self.wait(" JOIN ", "&bitlbee")

    def read(self):
        try:
            with self.socket.makefile(encoding="utf-8", errors="replace") as stream:
                for line in stream:
                    line = line.rstrip("\r\n")
                    if line.startswith("PING"):
                        self.send(line.replace("PING", "PONG", 1))
                    self.lines.append(line)
        except OSError:
            pass

    def send(self, line):
        assert len(line.encode()) <= 510, "a line of IRC"
        self.socket.sendall(line.encode() + b"\r\n")

    def type(self, line):
        """As a person would at a client whose window shows &bitlbee."""
        if line.startswith("/msg "):
            _, who, text = line.split(" ", 2)
            self.send(f"PRIVMSG {who} :{text}")
        elif line.startswith("/join "):
            self.send(f"JOIN {line.split(' ', 1)[1]}")
        else:
            self.send(f"PRIVMSG &bitlbee :{line}")

    def found(self, *parts):
        return [line for line in list(self.lines) if all(part in line for part in parts)]

    def wait(self, *parts):
        try:
            return hostkit.wait_until(lambda: self.found(*parts), repr(parts))[-1]
        except AssertionError as problem:
            raise AssertionError("\n".join([str(problem), *self.lines[-30:]])) from None

    def close(self):
        try:
            self.send("QUIT")
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
        self.reader.join(5)


# What each line is answered by, before the next one is typed.
ANSWERS = {
    "register": "Account successfully created",
    "account add": "Account successfully added",
    "account kaizala set": "= ",
    "account kaizala on": "purple_request_0",
    "/msg purple_request_0": "Logged in",
    "chat list": "channels",
    "chat add": "Chatroom successfully added",
    "/join": " 366 ",
}


def printed_lines(stream):
    """What the demo says to type, and the whole."""
    said = []
    for line in stream:
        said.append(line)
        if line.startswith("Press Enter"):
            break
    text = "".join(said)
    return re.findall(r"^    (\S.*)$", text, re.M), text


def follow(irc, lines, team):
    for line in lines:
        if line.startswith("chat add"):
            row = irc.wait(team)
            number = re.search(r":\s*(\d+)\s", row).group(1)
            line = line.replace("!1", f"!{number}")
        before = len(irc.lines)
        irc.type(line)
        answer = next(words for start, words in ANSWERS.items() if line.startswith(start))
        if line.startswith("chat list"):
            continue
        try:
            hostkit.wait_until(lambda answer=answer, before=before:
                               any(answer in got for got in irc.lines[before:]), line)
        except AssertionError as problem:
            raise AssertionError("\n".join([str(problem), *irc.lines[-30:]])) from None


def irc_works_as_it_is_printed():
    demo = Demo("bitlbee")
    irc = None
    try:
        lines, text = printed_lines(demo.process.stdout)
        port = int(re.search(r"^    /connect 127\.0\.0\.1 (\d+)$", text, re.M).group(1))
        team = re.search(r'most happens in "(.*)",', text).group(1)
        irc = Irc(port, "someone")
        follow(irc, [line for line in lines if not line.startswith("/connect")], team)
        # Somebody of the demo, whose name need not be in these letters, writes into the room.
        irc.wait(" PRIVMSG #team :")
        # And what the README says of the next time.
        irc.type("channel #team set auto_join true")
        irc.wait("auto_join", "true")
        irc.type("save")
        irc.wait("Configuration saved")
        irc.close()
        irc = Irc(port, "someone")
        irc.type("identify a-password-of-yours")
        irc.wait("Logged in")
        irc.wait(" JOIN ", "#team")
        assert not irc.found("purple_request"), "no second PIN"
        irc.close()
        demo.process.stdin.write("\n")
        code, _, err = demo.end()
        assert code == 0, (code, err)
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, "BitlBee has ended"
    finally:
        if irc:
            irc.close()
        demo.remove()


tap.run([
    ("the demo opens finch signed in, in a profile of its own", opens_finch),
    ("the demo opens pidgin signed in, in a profile of its own", opens_pidgin),
    ("the demo says when a client failed", tells_of_a_client_that_failed),
    ("the demo leaves nothing when its terminal is closed", leaves_nothing_when_the_terminal_is_closed),
    ("what the demo prints for irc works, and what the README says of the next time",
     irc_works_as_it_is_printed),
])
