#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""kaizala-sandbox as a program: what it prints, where it listens, how it ends."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

SANDBOX = sys.argv[1]
TOP = pathlib.Path(sys.argv[2]).resolve()
sys.path.insert(0, str(TOP / "tests/lib"))
import tap  # noqa: E402


class Running:
    def __init__(self, *arguments):
        self.process = subprocess.Popen([SANDBOX, *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, encoding="utf-8")
        self.line = self.process.stdout.readline()
        self.ready = json.loads(self.line)
        self.port = int(self.ready["url"].rpartition(":")[2])

    def call(self, method, path, body=None, headers=()):
        request = urllib.request.Request(self.ready["url"] + path, method=method, headers=dict(headers),
                                         data=None if body is None else json.dumps(body).encode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as problem:
            return problem.code, json.loads(problem.read())

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=20)
        return self.process.returncode, rest

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def says_one_line():
    with Running() as sandbox:
        ready = sandbox.ready
        assert list(ready) == ["url", "connectorId", "connectorSecret", "users"], list(ready)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", ready["url"]), ready["url"]
        assert ready["users"]
        for user in ready["users"]:
            assert list(user) == ["phone", "name", "refreshToken", "pin"], list(user)
            assert user["phone"].startswith("+") and 700 < len(user["refreshToken"]) < 1200
        # Whatever happens then, nothing else comes on standard output.
        headers = {"applicationId": ready["connectorId"], "applicationSecret": ready["connectorSecret"],
                   "refreshToken": ready["users"][0]["refreshToken"]}
        status, token = sandbox.call("GET", "/v1/accessToken", headers=headers)
        assert status == 200 and token["endpointUrl"].startswith(ready["url"]), token
        status, groups = sandbox.call("GET", "/v1/groups", headers={"accessToken": token["accessToken"]})
        assert status == 200 and groups["groups"]
        assert sandbox.call("GET", "/v1/groups")[0] == 401
        assert sandbox.call("POST", "/sandbox/clock", {"advanceSeconds": 60})[0] == 200
        code, rest = sandbox.end()
        assert (code, rest) == (0, ""), (code, rest)


def listens_on_loopback_alone():
    with Running() as sandbox:
        wanted = f":{sandbox.port:04X}"
        found = []
        for table in ("tcp", "tcp6"):
            path = pathlib.Path("/proc/net") / table
            if not path.exists():
                continue
            for line in path.read_text().splitlines()[1:]:
                local, state = line.split()[1], line.split()[3]
                if local.endswith(wanted) and state == "0A":
                    found.append(local)
        assert found == ["0100007F" + wanted], found


def free_port():
    """One that was free a moment ago, and that no system gives away by itself."""
    for port in range(20000 + os.getpid() % 10000, 32000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no port is free")


def takes_the_port_and_the_scenario():
    port = free_port()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as scenario:
        scenario.write("{users:[{name:'Ana',phone:'+15550000009',signIn:true}]}")
        scenario.flush()
        with Running("--port", str(port), "--scenario", scenario.name) as sandbox:
            assert sandbox.port == port
            assert [user["name"] for user in sandbox.ready["users"]] == ["Ana"]
            assert sandbox.end(signal.SIGINT) == (0, "")


def draws_anew_each_time():
    lines = []
    for arguments in ((), (), ("--seed", "7"), ("--seed", "7")):
        with Running(*arguments) as sandbox:
            lines.append([(user["phone"], user["name"]) for user in sandbox.ready["users"]])
    assert lines[0] != lines[1], lines
    assert lines[2] == lines[3], lines


def refuses_what_it_cannot_do():
    for arguments in (["--port", "70000"], ["--scenario", "/nonexistent"], ["--switch", "pageOrder=up"],
                      ["--nothing"], ["more"]):
        ended = subprocess.run([SANDBOX, *arguments], capture_output=True, text=True, timeout=20,
                               check=False)
        assert ended.returncode != 0 and ended.stdout == "" and ended.stderr, (arguments, ended)


tap.run([
    ("the sandbox prints one line of JSON and nothing else", says_one_line),
    ("the sandbox listens on loopback alone", listens_on_loopback_alone),
    ("the sandbox takes a port and a scenario", takes_the_port_and_the_scenario),
    ("the sandbox draws anew each time, and the same with a seed", draws_anew_each_time),
    ("the sandbox refuses what it cannot do", refuses_what_it_cannot_do),
])
