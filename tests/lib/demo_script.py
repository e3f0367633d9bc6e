# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/demo --script: the demo's session without a client. A headless libpurple host records what a
client would show; that is printed, and compared with what the sandbox's people really did."""
import collections
import random
import re
import subprocess
import sys
import threading

import hostkit

PATIENCE = 90


class Session:
    """kaizala-headless with its output read in the background."""

    def __init__(self, build, sandbox, user):
        self.profile = hostkit.Profile(build)
        settings = {"connector_id": sandbox.ready["connectorId"],
                    "connector_secret": sandbox.ready["connectorSecret"],
                    "api_root": sandbox.url}
        command = [str(build.headless), "--transcript",
                   "--plugin-dir", str(self.profile.purple / "plugins"),
                   "--user-dir", str(self.profile.purple), "--username", user["phone"],
                   "--password", user["refreshToken"], "--patience", str(PATIENCE)]
        for key, value in settings.items():
            command += ["--setting", f"{key}={value}"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
                                        env=self.profile.environment())
        self.output = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            line = line.rstrip("\n")
            self.output.append(line)
            print(line, flush=True)

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def lines(self):
        """(room, name, text) of everything recorded in conversations."""
        parts = [line.split("\t", 2) for line in list(self.output) if not line.startswith("* ")]
        return [tuple(part) for part in parts if len(part) == 3]

    def said(self):
        """What was said outside of conversations: sign-on, rooms, people, notices."""
        return [line for line in list(self.output) if line.startswith("* ")]

    def wait(self, check, what):
        hostkit.wait_until(lambda: check() or self.process.poll() is not None, what, PATIENCE)
        if not check():
            raise AssertionError(f"the session ended without {what}")

    def end(self):
        try:
            self.tell("quit")
            self.process.stdin.close()
            self.process.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.reader.join(5)
        self.profile.remove()
        return self.process.returncode


class Check:
    """Counts what stands once, and says what does not."""

    def __init__(self):
        self.problems = []

    def once(self, what, found):
        if len(found) != 1:
            self.problems.append(f"{what}: stands {len(found)} times: {found!r}")

    def true(self, what, condition):
        if not condition:
            self.problems.append(what)


def group_in(world, key):
    return next(group for group in world["groups"] if group.get("key") == key)


def group_of(sandbox, key):
    return group_in(sandbox.get("world"), key)


def texts_of_others(group, me, since):
    return [item for item in group["items"]
            if item["type"] == "Text" and item["sender"] != me and item["sentMs"] >= since]


def new_actions(group, kind, since):
    return [item for item in group["items"] if item["type"] == kind and item["sentMs"] >= since]


def title_of(action):
    return action["body"].get("title") or action["body"].get("question")


def occurs(lines, room, text, name=None):
    return [line for line in lines if line[0] == room and text in line[2]
            and (name is None or line[1] == name)]


def handle_of(lines, action):
    for room, name, text in lines:
        if title_of(action) in text:
            found = re.search(r"\[([a-z0-9]{3,})\]", text)
            if found:
                return found.group(1)
    return None


def short_lines(lines, handle):
    """The lines that quote a handle after the whole action was shown."""
    return [line for line in lines if line[1] == "Kaizala" and f"[{handle}]" in line[2]]


def drive(session, sandbox, me, answer, started_ms):
    """Plays the person: joins, reads, answers. Returns the handles of the poll and the job, and the
    sandbox's world at a moment of which everything was seen."""
    team = group_of(sandbox, "team")["name"]
    session.tell("list")
    session.tell(f"join {team}")
    session.wait(lambda: any(line.startswith("* joined") for line in session.said()), "the room")
    session.wait(lambda: any(line[0] == team and line[1] != "Kaizala" for line in session.lines()),
                 "a colleague's text")
    session.tell(f"say {team}\t{answer}")
    session.wait(lambda: len(new_actions(group_of(sandbox, "team"), "Poll", started_ms)) == 1,
                 "the poll")
    session.wait(lambda: len(new_actions(group_of(sandbox, "team"), "Job", started_ms)) == 1, "the job")
    group = group_of(sandbox, "team")
    poll = new_actions(group, "Poll", started_ms)[0]
    job = new_actions(group, "Job", started_ms)[0]
    for action in (poll, job):
        session.wait(lambda action=action: handle_of(session.lines(), action), title_of(action))
    poll_handle = handle_of(session.lines(), poll)
    job_handle = handle_of(session.lines(), job)
    session.wait(lambda: len(short_lines(session.lines(), job_handle)) >= 1, "the finished job")
    session.wait(lambda: len(short_lines(session.lines(), poll_handle)) >= 2, "the vote and the like")
    # What is said from now on is not waited for, and not judged.
    world = sandbox.get("world")
    texts = texts_of_others(group_in(world, "team"), me["phone"], started_ms)
    session.wait(lambda: all(occurs(session.lines(), team, item["text"]) for item in texts),
                 "every text")
    return (poll_handle, job_handle), world


def judge(session, sandbox, me, answer, started_ms, handles, world):
    """Everything that was done stands in the conversation once; nothing else is counted."""
    check = Check()
    lines, said = session.lines(), session.said()
    team = group_in(world, "team")
    check.once("signed on", [line for line in said if line == f"* signed on as {me['phone']}"])
    for group in world["groups"]:
        phones = [member["phone"] for member in group["members"]] + group["subscribers"]
        if me["phone"] in phones:
            for place, mark in (("buddy list", "* room\t"), ("room list", "* listed\t")):
                check.once(f"{group['name']} in the {place}",
                           [line for line in said if line.startswith(mark) and group["id"] in line])
    for member in team["members"]:
        if member["name"] and member["phone"] != me["phone"]:
            check.once(f"person {member['name']}",
                       [line for line in said if line.startswith("* person\t")
                        and f"\t{member['name']}\t" in line])
    for item in texts_of_others(team, me["phone"], started_ms):
        check.once(f"text of {item['senderName']}",
                   occurs(lines, team["name"], item["text"], item["senderName"]))
    check.once("our answer as we see it", occurs(lines, team["name"], answer))
    check.once("our answer as the sandbox got it",
               [item for item in sandbox.received("message") if item["text"] == answer])
    poll = new_actions(team, "Poll", started_ms)[0]
    job = new_actions(team, "Job", started_ms)[0]
    poll_handle, job_handle = handles
    whole = [line for line in lines if line[1] != "Kaizala"]
    check.once("the poll", occurs(whole, team["name"], title_of(poll)))
    for choice in poll["body"]["choices"]:
        check.once(f"choice {choice['title']}",
                   [line for line in occurs(whole, team["name"], title_of(poll))
                    if choice["title"] in line[2]])
    check.once("the job", occurs(whole, team["name"], title_of(job)))
    doer = next(iter(job["responses"]))["name"]
    check.once("the job being completed",
               [line for line in short_lines(lines, job_handle) if doer in line[2]])
    voter = poll["responses"][0]
    check.once("the vote", [line for line in short_lines(lines, poll_handle)
                            if voter["name"] in line[2] and voter["answers"][0] in line[2]])
    liker = next(reaction["name"] for reaction in poll["reactions"])
    check.once("the like", [line for line in short_lines(lines, poll_handle)
                            if liker in line[2] and "like" in line[2]])
    doubles = [line for line, count in collections.Counter(lines).items() if count > 1]
    check.true(f"lines that stand twice: {doubles!r}", not doubles)
    return check.problems


def run(build, sandbox):
    me = sandbox.users[0]
    started_ms = sandbox.get("clock")["nowMs"]
    # One seed draws the whole session again, our part of it, too.
    seed = sandbox.get("ready")["seed"]
    draw = random.Random(seed)
    answer = f"hello all, {draw.choice(('crane', 'valve', 'depot'))} {draw.randrange(10**8):08d}"
    session = Session(build, sandbox, me)
    problems = []
    try:
        handles, world = drive(session, sandbox, me, answer, started_ms)
        problems = judge(session, sandbox, me, answer, started_ms, handles, world)
    except AssertionError as problem:
        problems = [str(problem)]
    finally:
        code = session.end()
    if code != 0:
        problems.append(f"kaizala-headless ended with {code}")
    for problem in problems:
        print(f"demo: {problem}", file=sys.stderr)
    if problems:
        print(f"demo: to see the same again: tests/demo --script --seed {seed}", file=sys.stderr)
    else:
        print("demo: sign-on, rooms, people, texts, our answer, poll, job and like: each stands once")
    return 1 if problems else 0
