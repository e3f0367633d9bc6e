#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The half of tests/demo that runs after the build: a sandbox with lively colleagues and a client
signed in to it, in a throw-away profile."""
import argparse
import os
import signal
import subprocess
import sys

import demo_script
import hostkit


def run_client(build, sandbox, ui, command, **where):
    """Until the person quits. What a client writes beside its windows is told only when it failed."""
    profile = hostkit.Profile(build)
    profile.add_account(sandbox, sandbox.users[0], ui)
    log = profile.home / "client.log"
    try:
        with open(log, "wb") as output:
            streams = {name: output for name in ("stdout", "stderr")} | where
            code = subprocess.run(command, env=profile.environment(), check=False, **streams).returncode
        if code != 0:
            print(log.read_text(errors="replace")[-2000:].strip(), file=sys.stderr)
            print(f"demo: {command[0]} ended with {code}", file=sys.stderr)
        return code
    finally:
        profile.remove()


def run_finch(build, sandbox):
    print("Finch: Alt+N next window, Alt+A menu, Alt+Q quit. Colleagues begin in a few seconds.",
          flush=True)
    return run_client(build, sandbox, "gnt-purple", ["finch"], stdout=None)


def run_pidgin(build, sandbox):
    print("Pidgin opens; colleagues begin in a few seconds. Quit Pidgin to end the demo.", flush=True)
    return run_client(build, sandbox, "gtk-gaim", ["pidgin", "-m"])


def run_bitlbee(build, sandbox):
    user = sandbox.users[0]
    team = next(group["name"] for group in sandbox.get("world")["groups"]
                if group.get("key") == "team")
    bitlbee = hostkit.BitlBee(build)
    print(f"""BitlBee listens on 127.0.0.1 port {bitlbee.port}. In your IRC client:

    /connect 127.0.0.1 {bitlbee.port}

then, in the control channel &bitlbee:

    register a-password-of-yours
    account add kaizala {user['phone']}
    account kaizala set connector_id {sandbox.ready['connectorId']}
    account kaizala set connector_secret {sandbox.ready['connectorSecret']}
    account kaizala set api_root {sandbox.url}
    account kaizala on

purple_request_0 asks for the PIN of the SMS; this sandbox would send {user['pin']}:

    /msg purple_request_0 {user['pin']}

and back in &bitlbee, to see the groups and join one; most happens in "{team}",
so put its number in place of 1:

    chat list kaizala
    chat add kaizala !1 #team
    /join #team

Press Enter here to end the demo.""", flush=True)
    try:
        sys.stdin.readline()
        return 0
    finally:
        bitlbee.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("client", choices=("finch", "pidgin", "bitlbee", "script"))
    parser.add_argument("--build", required=True)
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    build = hostkit.Build(options.build)
    sandbox = hostkit.Sandbox(build, scenario=hostkit.TOP / "tests/sandbox/scenarios/demo.json",
                              seed=options.seed)
    try:
        if options.client == "script":
            return demo_script.run(build, sandbox)
        run = {"finch": run_finch, "pidgin": run_pidgin, "bitlbee": run_bitlbee}[options.client]
        return 1 if run(build, sandbox) else 0
    except KeyboardInterrupt:
        return 0
    finally:
        sandbox.stop()


def end_cb(number, frame):
    """A closed terminal ends it as a person would: nothing that was made for the demo stays."""
    sys.exit(128 + number)


if __name__ == "__main__":
    for ending in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(ending, end_cb)
    os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
    sys.exit(main())
