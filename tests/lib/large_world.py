# SPDX-License-Identifier: GPL-2.0-or-later
"""Worlds of many groups, or with a room of many people, for kaizala-sandbox."""
import json
import tempfile

import hostkit

SURNAMES = ("Kumar", "Patel", "Silva", "Okoro")
ROOM = "Works"


def scenario(groups=0, members=0):
    """@groups of two people, and where there are @members a room of them all, whose key is "works"."""
    people = [{"key": "me", "name": "Gita Rao", "signIn": True}, {"key": "host", "name": "Asha Rao"}]
    two = [{"person": "host", "role": "Admin"}, "me"]
    rooms = [{"name": f"Group {i:05d}", "members": two} for i in range(groups)]
    if members:
        many = [{"key": f"p{i}", "phone": f"+1444{i:07d}",
                 "name": f"Worker {i:05d} {SURNAMES[i % len(SURNAMES)]}"} for i in range(members - len(two))]
        people += many
        rooms.append({"key": "works", "name": ROOM, "members": two + [one["key"] for one in many]})
    return {"users": people, "groups": rooms}


def start(build, groups=0, members=0, **options):
    """A sandbox with that world."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(scenario(groups, members), file)
        file.flush()
        return hostkit.Sandbox(build, scenario=file.name, **options)


def is_heard(sandbox):
    """Whether texts arrive (API §18)."""
    return any(hook["active"] for hook in sandbox.get("webhooks")["webhooks"])
