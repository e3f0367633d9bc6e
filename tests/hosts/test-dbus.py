#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A program on D-Bus hears of actions, as HACKING tells; the host is real libpurple without a window."""
import os
import re
import subprocess
import tempfile

from hosts_world import BUILD, Room, sentence
import hostkit
import tap

SERVICE = "im.pidgin.purple.PurpleService"
sandbox = hostkit.Sandbox(BUILD)
room = Room(sandbox)
bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"],
                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
environment = dict(os.environ, DBUS_SESSION_BUS_ADDRESS=bus.stdout.readline().strip())
user = sandbox.users[0]
settings = {"connector_id": sandbox.ready["connectorId"], "api_root": sandbox.url,
            "connector_secret": sandbox.ready["connectorSecret"]}
host = subprocess.Popen(
    [BUILD.headless, "--plugin-dir", BUILD.module.parent,
     "--username", user["phone"], "--password", user["refreshToken"], "--transcript",
     *[f"--setting={name}={value}" for name, value in settings.items()]],
    stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment, text=True)


class Monitor:
    """What the plugin says on the bus, from now on."""

    def __init__(self):
        self.output = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(["gdbus", "monitor", "--session", "--dest", SERVICE],
                                        stdout=self.output, env=environment)
        hostkit.wait_until(lambda: "is owned by" in self.text(), "the monitor")

    def text(self):
        self.output.seek(0)
        return self.output.read()

    def wait_for(self, name, part):
        def found():
            heard = re.findall(rf"PurpleInterface\.{name} (\(.*\))", self.text())
            return [one for one in heard if part in one]
        hostkit.wait_until(found, f"{name} with {part!r}")
        return found()


monitor = None


def ask(method, *arguments):
    command = ["gdbus", "call", "--session", "--dest", SERVICE, "--object-path",
               "/im/pidgin/purple/PurpleObject", "--method",
               f"im.pidgin.purple.PurpleInterface.{method}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment).stdout.strip()


def actions_are_heard():
    global monitor
    hostkit.wait_until(lambda: "(" in ask("PurpleAccountsGetAll"), "libpurple on the bus")
    monitor = Monitor()
    room.wait_for_webhook(user)
    question = sentence()
    room.poll(question, ["Canteen", "Market"])
    heard = monitor.wait_for("KaizalaAction", question)
    assert len(heard) == 1, heard
    assert "'Poll'" in heard[0] and repr(room.name) in heard[0], heard
    account = re.match(r"\((\d+),", heard[0]).group(1)
    assert user["phone"] in ask("PurpleAccountGetUsername", account)


def answers_are_heard():
    heard = monitor.wait_for("KaizalaAction", "'Poll'")
    handle = re.search(r"'([a-z0-9]+)', 'Poll'", heard[-1]).group(1)
    host.stdin.write(f"join {room.name}\nsay {room.name}\t!vote {handle} 2\n")
    host.stdin.flush()
    heard = monitor.wait_for("KaizalaResponse", "'Market'")
    assert len(heard) == 1 and "'own'" in heard[0], heard


try:
    tap.run([("actions are heard on D-Bus", actions_are_heard),
             ("answers are heard on D-Bus", answers_are_heard)])
finally:
    host.stdin.close()
    for process in (host, monitor and monitor.process, bus):
        if process:
            process.terminate()
            process.wait()
    sandbox.stop()
