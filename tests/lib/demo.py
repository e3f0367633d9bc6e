#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The half of tests/demo that runs after the build: a sandbox with lively colleagues and a client
signed in to it, in a throw-away profile."""
import argparse
import os
import subprocess
import sys

import demo_script
import hostkit


def run_finch(build, sandbox):
    profile = hostkit.Profile(build)
    profile.add_account(sandbox, sandbox.users[0], "gnt-purple")
    print("Finch: Alt+N next window, Alt+A menu, Alt+Q quit. Colleagues begin in a few seconds.")
    try:
        subprocess.run(["finch"], env=profile.environment(), stderr=subprocess.DEVNULL, check=False)
    finally:
        profile.remove()


def run_pidgin(build, sandbox):
    profile = hostkit.Profile(build)
    profile.add_account(sandbox, sandbox.users[0], "gtk-gaim")
    print("Pidgin opens; colleagues begin in a few seconds. Quit Pidgin to end the demo.")
    try:
        subprocess.run(["pidgin", "-m"], env=profile.environment(), stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
    finally:
        profile.remove()


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
        {"finch": run_finch, "pidgin": run_pidgin, "bitlbee": run_bitlbee}[options.client](
            build, sandbox)
        return 0
    except KeyboardInterrupt:
        return 0
    finally:
        sandbox.stop()


if __name__ == "__main__":
    os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
    sys.exit(main())
