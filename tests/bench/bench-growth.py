#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What one more group and one more member cost in the real Finch, Pidgin and BitlBee, from few to many:
instructions of the whole program, host and plugin, below callgrind. A cost that grows with the number
is a list that somebody walks for each of its entries. Beside it the floor: the same groups or members in
the same host from a plugin that does nothing else (floor-plugin.c), so that what a host itself walks can
be told from what we make it walk.

bench-growth.py BUILD TABLE.json [HOST...] [groups] [members] [MOST]"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import hostkit  # noqa: E402
import large_world  # noqa: E402

SKIPPED = 77
GROUPS = (10, 100, 1000, 5000)
MEMBERS = (10, 1000, 5000, 20000)
FLAT = 1.25  # each of many, of each of fewer
READY_S = 3600  # for a program that runs fifty times slower, beside others


class World:
    """A sandbox that can be stopped in its tracks."""

    def __init__(self, build, groups=0, members=0):
        self.sandbox = large_world.start(build, groups, members, seed=42)
        # What goes on in the background afterwards is no part of it.
        for path in ("/groups/*/actions*", "/groups/*/reaction*") if members else ("/groups/*/*", "/webhook*"):
            self.sandbox.post("fault", match={"path": path, "times": 0}, action={"stallHeaders": True})

    def hold(self):
        self.sandbox.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.sandbox.process.send_signal(signal.SIGCONT)

    def stop(self):
        self.go_on()
        self.sandbox.stop()


class Counted:
    """A program below callgrind, on a clock as slow as itself (slow-clock.c)."""

    def __init__(self, build, place):
        self.clock = build.directory / "tests/bench/libslow-clock.so"
        self.place = pathlib.Path(place)
        self.pid = None

    def command(self, *program):
        return ["env", f"LD_PRELOAD={self.clock}", "valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={self.place}/dump",
                *program]

    def find(self):
        """Its process: of what it starts itself nothing is counted."""
        def found():
            for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    if f"--callgrind-out-file={self.place}/dump" in path.read_text().split("\0"):
                        return int(path.parent.name)
                except OSError:
                    continue
            return None
        self.pid = hostkit.wait_until(found, "the program below callgrind")

    def busy_s(self):
        text = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(text[11]) + int(text[12])) / os.sysconf("SC_CLK_TCK")

    def wait_idle(self):
        quiet, end = 0, time.monotonic() + READY_S
        before = self.busy_s()
        while quiet < 4 and time.monotonic() < end:
            time.sleep(1.5)
            now = self.busy_s()
            quiet = quiet + 1 if now - before < 0.15 else 0
            before = now
        if quiet < 4:
            os.kill(self.pid, signal.SIGKILL)
            raise AssertionError("it never became idle")

    def control(self, what):
        hostkit.run_quietly(["callgrind_control", what, str(self.pid)])

    def zero(self):
        self.control("--zero")

    def count(self):
        before = set(self.place.iterdir())
        self.control("--dump")
        path = hostkit.wait_until(lambda: next((p for p in self.place.iterdir() if p not in before and
                                                re.search(r"^(totals|summary):", p.read_text(), re.M)),
                                               None), "the counts", READY_S)
        return int(re.search(r"^(?:totals|summary): (\d+)", path.read_text(), re.M).group(1))


class FinchHost:
    name, ui = "Finch", "gnt-purple"

    def start(self, counted, profile):
        command = " ".join(counted.command("finch"))
        self.terminal = hostkit.Terminal(f"exec {command} 2>/dev/null", profile)

    def stop(self):
        self.terminal.keys("M-q")
        hostkit.wait_until(lambda: not self.terminal.alive(), "Finch to quit", READY_S)
        self.terminal.stop()


class PidginHost:
    name, ui = "Pidgin", "gtk-gaim"

    def start(self, counted, profile):
        self.display = hostkit.Display()
        (profile.purple / "prefs.xml").exists() or (profile.purple / "prefs.xml").write_text(
            hostkit.PIDGIN_PREFERENCES)
        self.process = subprocess.Popen(
            counted.command("pidgin", "-m"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=profile.environment(DISPLAY=self.display.name, LANG="C.UTF-8", LC_ALL="C.UTF-8"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(READY_S)
        self.display.stop()


class BitlBeeHost:
    """One process for one person, as inetd starts it, and the lines that an IRC client would send."""
    name, ui = "BitlBee", None

    def start(self, counted, profile):
        data = profile.home / "data"
        data.mkdir(exist_ok=True)
        (profile.home / "plugins").mkdir(exist_ok=True)
        link = profile.home / "plugins/purple"
        link.exists() or link.symlink_to(profile.purple / "plugins")
        (profile.home / "bitlbee.conf").write_text(
            f"[settings]\nAuthMode = Open\nPluginDir = {profile.home}/plugins\nConfigDir = {data}\n"
            # Nobody reads while it is counted, and who does not answer for minutes would be dropped.
            "PingInterval = 0\n")
        self.socket, other = socket.socketpair()
        self.process = subprocess.Popen(
            counted.command(hostkit.bitlbee_program(), "-I", "-c", f"{profile.home}/bitlbee.conf",
                            "-d", str(data)),
            stdin=other, stdout=other, stderr=subprocess.DEVNULL, env=profile.environment(LANG="C.UTF-8"))
        other.close()
        self.heard = ""
        self.socket.settimeout(0.2)
        self.send("NICK operator", "USER operator 0 * :Operator")
        self.wait("Welcome to the BitlBee gateway")

    def send(self, *lines):
        for line in lines:
            self.socket.sendall(line.encode() + b"\r\n")

    def read(self):
        try:
            self.heard += self.socket.recv(1 << 20).decode(errors="replace")
        except socket.timeout:
            pass

    def wait(self, text):
        def told():
            self.read()
            return text in self.heard
        hostkit.wait_until(told, repr(text), READY_S)

    def root(self, line, answer):
        self.heard = ""
        self.send(f"PRIVMSG &bitlbee :{line}")
        self.wait(answer)

    def sign_on(self, sandbox):
        user = sandbox.users[0]
        self.root("register secret123", "Account successfully created")
        self.add_account("kaizala", user["phone"], user["refreshToken"],
                         connector_id=sandbox.ready["connectorId"],
                         connector_secret=sandbox.ready["connectorSecret"], api_root=sandbox.url)

    def add_account(self, protocol, name, password, **settings):
        self.root(f"account add {protocol} {name} {password}", "successfully added")
        for key, value in settings.items():
            self.root(f"account {protocol} set {key} {value}", key)
        self.send(f"PRIVMSG &bitlbee :account {protocol} on")

    def wait_joined(self, number):
        hostkit.wait_until(lambda: (self.read(), self.heard.count(" JOIN "))[1] >= number,
                           "all members to join", READY_S)

    def stop(self):
        self.send("QUIT :bye")
        self.process.wait(READY_S)
        self.socket.close()


class Floor:
    """In place of a world: a file for which floor-plugin.c waits."""

    def __init__(self, build, kind, profile, **numbers):
        module = build.directory / "tests/bench/libfloor.so"
        (profile.purple / "plugins" / module.name).symlink_to(module)
        self.file = profile.home / "go"
        if kind is BitlBeeHost:
            return
        settings = "".join(f"<setting name='{name}' type='int'>{number}</setting>"
                           for name, number in numbers.items())
        (profile.purple / "accounts.xml").write_text(
            "<?xml version='1.0' encoding='UTF-8' ?>\n<account version='1.0'><account>"
            f"<protocol>prpl-floor</protocol><name>me</name><settings>{settings}"
            f"<setting name='go' type='string'>{self.file}</setting></settings>"
            f"<settings ui='{kind.ui}'><setting name='auto-login' type='bool'>1</setting></settings>"
            "</account></account>\n")

    def hold(self):
        self.file.unlink(missing_ok=True)

    def go_on(self):
        self.file.write_text("")


def count_floor(build, kind, times, **numbers):
    """The same as count_groups() and count_members(), with nothing of ours."""
    profile = hostkit.Profile(build)
    floor = Floor(build, kind, profile, **numbers)
    counts = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as place:
            host, counted = kind(), Counted(build, place)
            floor.hold()
            host.start(counted, profile)
            counted.find()
            if kind is BitlBeeHost:
                host.add_account("floor", "me", "none", go=floor.file, **numbers)
                host.wait("Logged in")
            counted.wait_idle()
            counted.zero()
            floor.go_on()
            if kind is BitlBeeHost:
                host.wait_joined(numbers["members"])
            counted.wait_idle()
            counts.append(counted.count())
            host.stop()
    if "groups" in numbers:
        listed = (profile.purple / "blist.xml").read_text().count("<component name='group'>")
        assert listed == numbers["groups"], f"{listed} groups are listed"
    profile.remove()
    return counts


def count_groups(build, kind, number):
    """(a first sign-on, a second one): instructions from the answer to the last group shown."""
    world, profile = World(build, groups=number), hostkit.Profile(build)
    profile.add_account(world.sandbox, world.sandbox.users[0], *([kind.ui] if kind.ui else []))
    counts = []
    for _ in ("first", "second"):
        with tempfile.TemporaryDirectory() as place:
            host, counted = kind(), Counted(build, place)
            world.hold()
            host.start(counted, profile)
            counted.find()
            if kind is BitlBeeHost:
                host.sign_on(world.sandbox) if not counts else host.root("identify secret123", "accepted")
            counted.wait_idle()
            counted.zero()
            world.go_on()
            counted.wait_idle()
            counts.append(counted.count())
            host.stop()
    if kind is not BitlBeeHost:
        listed = (profile.purple / "blist.xml").read_text().count("<component name='group'>")
        assert listed == number, f"{listed} groups are listed"
    world.stop()
    profile.remove()
    return counts


def count_members(build, kind, number):
    """A room is opened: from a colleague's words, or from JOIN, to the last member shown."""
    world, profile = World(build, members=number), hostkit.Profile(build)
    profile.add_account(world.sandbox, world.sandbox.users[0], *([kind.ui] if kind.ui else []),
                        settings={"buddies": "none"})
    with tempfile.TemporaryDirectory() as place:
        host, counted = kind(), Counted(build, place)
        host.start(counted, profile)
        counted.find()
        if kind is BitlBeeHost:
            host.sign_on(world.sandbox)
            host.wait("Logged in")
        hostkit.wait_until(lambda: large_world.is_heard(world.sandbox), "the webhook", READY_S)
        if kind is BitlBeeHost:
            host.root("chat add kaizala Works #works", "added")
        counted.wait_idle()
        counted.zero()
        if kind is BitlBeeHost:
            host.heard = ""
            host.send("JOIN #works")
            host.wait_joined(number)
        else:
            world.sandbox.post("say", group="works", person="host", text="hello")
        counted.wait_idle()
        count = counted.count()
        host.stop()
    world.stop()
    profile.remove()
    return count


class Growth:
    """Rows of one table: what each more costs, from each number to the next."""

    def __init__(self):
        self.rows = []

    def add(self, work, numbers, counts, floor=None):
        """@floor: the same with nothing of ours: what is ours must be flat, as well as the whole."""
        each = self.of_each(numbers, counts)
        parts = {"each": each}
        if floor:
            parts["floor"] = self.of_each(numbers, floor)
            parts["ours"] = [cost - host for cost, host in zip(each, parts["floor"])]
        row = {"work": work, "numbers": list(numbers), "instructions": counts, **parts,
               "ratio": self.growth(each), "ours ratio": self.growth(parts.get("ours", each)), "reach": FLAT}
        self.rows.append(row)
        print(work, flush=True)
        for name, costs in parts.items():
            short = " SHORT" if name != "floor" and self.growth(costs) > FLAT else ""
            print(f"    {name:8}{self.growth(costs):6.2f} of {FLAT}{short}  " +
                  "  ".join(f"to {n}: {cost / 1000:,.0f} k" for n, cost in zip(numbers[1:], costs)), flush=True)

    def has_short(self):
        return any(max(row["ratio"], row["ours ratio"]) > row["reach"] for row in self.rows)

    @staticmethod
    def growth(each):
        if len(each) < 2:
            return 1.0
        # What takes less than its floor does not grow.
        return max(0.0, each[-1]) / max(1.0, each[-2])

    @staticmethod
    def of_each(numbers, counts):
        return [(more - less) / (n - m) for m, n, less, more in
                zip(numbers, numbers[1:], counts, counts[1:])]


def main():
    if len(sys.argv) < 3 or shutil.which("callgrind_control") is None:
        print("skipped: valgrind is not installed, or the build has sanitizers")
        return SKIPPED
    build, path, *chosen = sys.argv[1:]
    build = hostkit.Build(build)
    kinds = [kind for kind in (FinchHost, PidginHost, BitlBeeHost)
             if not {"Finch", "Pidgin", "BitlBee"} & set(chosen) or kind.name in chosen]
    what = [word for word in ("groups", "members") if word in chosen] or ["groups", "members"]
    # To find a cause it need not be the largest.
    most = next((int(word) for word in chosen if word.isdigit()), max(MEMBERS))
    groups, members = ([n for n in numbers if n <= most] for numbers in (GROUPS, MEMBERS))
    growth = Growth()
    for kind in kinds:
        # Groups are flat as a whole in BitlBee, which shows no list of them.
        has_floor = kind is not BitlBeeHost
        if "groups" in what:
            counts = zip(*(count_groups(build, kind, number) for number in groups))
            floors = zip(*(count_floor(build, kind, 2, groups=number) for number in groups)) if has_floor \
                else (None, None)
            for when, count, floor in zip(("first", "second"), counts, floors):
                growth.add(f"{kind.name}, a group, {when} sign-on", groups, count, floor)
        if "members" in what:
            floor = [count_floor(build, kind, 1, members=number)[0] for number in members]
            growth.add(f"{kind.name}, a member of a room", members,
                       [count_members(build, kind, number) for number in members], floor)
    pathlib.Path(path).write_text(json.dumps(growth.rows, indent=2))
    return 1 if growth.has_short() else 0


if __name__ == "__main__":
    sys.exit(main())
