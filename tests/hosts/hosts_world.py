# SPDX-License-Identifier: GPL-2.0-or-later
"""What the host tests share: the build under test, a room with people, words nobody could guess."""
import pathlib
import random
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import hostkit  # noqa: E402

BUILD = hostkit.Build(sys.argv[1])
SHOTS = BUILD.directory / "tests/hosts/shots"
SHOTS.mkdir(parents=True, exist_ok=True)

WORDS = ("lorry dock valve ledger quartz mango sable tundra pivot ember willow cobalt harbor "
         "saffron anchor meadow bramble cedar drift falcon").split()

FIRST_NAMES = "Asha Ravi Meena Farid Leila Tomas Ingrid Kofi Noor Bela".split()


def sentence(count=5):
    """A text that stands nowhere by accident."""
    return " ".join(random.choice(WORDS) for _ in range(count)) + f" {random.randrange(10**6):06d}"


def handle_of(question, text):
    """The handle of the poll that asks @question; other rooms and older polls may stand in @text."""
    found = re.search(r"\[([a-z0-9]+)\]:?(?:<[^>]*>)*" + re.escape(hostkit.squeeze(question)),
                      hostkit.squeeze(text))
    assert found, f"no handle before {question!r} in:\n{text}"
    return found.group(1)


class Room:
    """A flat group of both accounts and two colleagues, made through the control API."""

    def __init__(self, sandbox, name=None):
        self.sandbox = sandbox
        self.name = name or "Depot " + random.choice(WORDS).title()
        first, second = sandbox.users[0], sandbox.users[1]
        first_names = random.sample(FIRST_NAMES, 2)
        self.colleague, self.other = (
            sandbox.post("person", name=f"{name} {random.choice(WORDS).title()}")
            for name in first_names)
        members = [{"person": first["phone"], "role": "Member"},
                   {"person": second["phone"], "role": "Member"},
                   {"person": self.colleague["phone"], "role": "Admin"},
                   {"person": self.other["phone"], "role": "Member"}]
        self.id = sandbox.post("group", name=self.name, members=members)["groupId"]

    def wait_for_webhook(self, *users):
        """Text comes by webhook alone: what is said before there is one reaches nobody (API §18)."""
        def is_heard():
            owners = {hook["owner"] for hook in self.sandbox.get("webhooks")["webhooks"]
                      if hook["objectId"] == self.id and hook["active"]}
            return owners.issuperset(user["phone"] for user in users)
        hostkit.wait_until(is_heard, f"a webhook of {self.name!r}")

    def say(self, text, person=None):
        return self.sandbox.post("say", group=self.id, text=text,
                                 person=(person or self.colleague)["phone"])

    def poll(self, question, choices):
        return self.sandbox.post("action", group=self.id, person=self.colleague["phone"],
                                 actionType="Poll",
                                 actionBody={"question": question,
                                             "choices": [{"title": choice} for choice in choices],
                                             "expiryInHours": 4})

    def heard(self, text):
        """How often the sandbox received this text from an account in this room."""
        return sum(1 for item in self.sandbox.received("message")
                   if item.get("text") == text and item["groupId"] == self.id)
