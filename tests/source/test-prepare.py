#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/prepare on a machine that is made of stand-ins: nothing is installed or asked for really."""
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile

TOP = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(TOP / "tests/lib"))
import tap  # noqa: E402

# Who started us may have been deaf to it (nohup), and what we start would be, too.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

STAND_INS = {
    "dpkg-query": "exit 1",
    "apt-cache": "echo '  Candidate: 1.0'",
    "sudo": 'shift; echo "sudo $1" >>"$KZ_TEST_NOTES"; exec "$@"',
}


class Machine:
    def __init__(self, uid, apt_get):
        self.scratch = tempfile.TemporaryDirectory()
        self.place = pathlib.Path(self.scratch.name)
        for name, script in {**STAND_INS, "apt-get": apt_get, "id": f"echo {uid}"}.items():
            path = self.place / "bin" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)
        self.policy = self.place / "policy-rc.d"
        self.notes = self.place / "notes"
        self.env = {**os.environ, "PATH": f"{self.place / 'bin'}:{os.environ['PATH']}",
                    "KZ_POLICY_FILE": str(self.policy), "KZ_TEST_NOTES": str(self.notes),
                    "KZ_BUILD_DIR": str(self.place / "build")}
        self.env.pop("KZ_ASSUME_YES", None)

    def run(self, *groups, **env):
        """Without any terminal."""
        return subprocess.run([TOP / "tests/prepare", *groups], env={**self.env, **env},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, start_new_session=True)

    def run_at_terminal(self, answer, *groups):
        """With a terminal, but standard input elsewhere; returns the exit code."""
        child, terminal = pty.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.execve(TOP / "tests/prepare", ["prepare", *groups], self.env)
        os.write(terminal, answer.encode() + b"\n")
        try:
            while os.read(terminal, 4096):
                pass
        except OSError:
            pass  # how a terminal says that nobody is left
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def said(self):
        return self.notes.read_text() if self.notes.exists() else ""


NOTE = 'echo "apt-get $*" >>"$KZ_TEST_NOTES"; '


def forbids_services_while_it_installs():
    machine = Machine(0, NOTE + 'cat "$KZ_POLICY_FILE" >>"$KZ_TEST_NOTES"')
    done = machine.run("build")
    assert done.returncode == 0, done.stderr
    assert "install gcc" in machine.said() and "exit 101" in machine.said(), machine.said()
    assert not machine.policy.exists()


def leaves_no_policy_behind():
    for script in ("exit 100", "kill -INT $PPID", "kill -TERM $PPID", "kill -HUP $PPID"):
        machine = Machine(0, NOTE + script)
        done = machine.run("build")
        assert "apt-get" in machine.said(), done.stderr
        assert done.returncode != 0, script
        assert not machine.policy.exists(), script


def keeps_the_administrators_policy():
    machine = Machine(0, "exit 100")
    machine.policy.write_text("theirs")
    machine.run("build")
    assert machine.policy.read_text() == "theirs"


def tells_why_a_download_failed():
    machine = Machine(0, 'case "$*" in *download*) echo "E: the mirror is gone" >&2; exit 100;; esac')
    done = machine.run("bitlbee")
    if os.access("/usr/sbin/bitlbee", os.X_OK):
        return  # then nothing is fetched
    assert done.returncode != 0
    assert "the mirror is gone" in done.stderr and "bitlbee-libpurple" in done.stderr, done.stderr


def asks_nobody_where_nobody_is():
    machine = Machine(1000, NOTE)
    done = machine.run("build")
    assert done.returncode != 0 and "KZ_ASSUME_YES=1" in done.stderr, done.stderr
    assert machine.said() == ""
    assert machine.run("build", KZ_ASSUME_YES="1").returncode == 0
    assert "sudo env" in machine.said() and "install gcc" in machine.said(), machine.said()


def asks_at_the_terminal():
    machine = Machine(1000, NOTE)
    assert machine.run_at_terminal("n", "build") != 0
    assert machine.said() == ""
    assert machine.run_at_terminal("y", "build") == 0
    assert "install gcc" in machine.said(), machine.said()


tap.run([
    ("no service starts while packages are installed", forbids_services_while_it_installs),
    ("the policy is gone however the installation ends", leaves_no_policy_behind),
    ("a policy of the administrator stays", keeps_the_administrators_policy),
    ("a download that fails says why", tells_why_a_download_failed),
    ("without a terminal nobody is asked, and a yes can be given before",
     asks_nobody_where_nobody_is),
    ("the question is asked at the terminal, wherever input comes from", asks_at_the_terminal),
])
