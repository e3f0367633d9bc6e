#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs bench-share below callgrind, a process for each kind of work, and makes the table of our own share:
instructions of the main thread through the plugin, over those of the same library calls alone.

And runs bench-memory, as it is: bytes that are kept.

bench-share.py [PROGRAM MEMORY-PROGRAM TABLE.json [WORK...]]"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
TIMEOUT_S = 900
PAGE = 30
FEW, SOME, MANY = 3, 100, 10000  # members of a room
GROUPS = (100, 1000, 2000)
TURNS = (0, 1, 2, 3, 2000)  # as share_turns() has them
LONGEST_TURN = 30_000_000
PER_BYTE = 6  # for the hash of a page that was seen
KEPT_GROUPS = (100, 300)
KEPT_MEMBERS = (1000, 10000)
KEPT_LINES = 100 * PAGE  # as bench-memory-lines.c has them
GROUP_BYTES, MEMBER_BYTES = 3000, 256
MEMBER_STRINGS = 36 + 13 + 17  # id, number and name, as in share_members(), without their ends
# So that the same is counted in each run, and what is counted is what was asked for.
ENVIRONMENT = {"G_SLICE": "always-malloc", "MALLOC_ARENA_MAX": "1",
               "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}

# Callgrind counts each byte of a string instruction as one; whether libc copies by these or by vectors
# hangs on where the blocks happen to lie.
COUNTED = {"GLIBC_TUNABLES": "glibc.cpu.x86_rep_movsb_threshold=1000000000"}


class Counts:
    """What the programs counted and noted, by name. The least of repeats: whatever else ran in the same
    turns of the loop, or was set up the first time, only adds."""

    def __init__(self):
        self.values = {}

    def add(self, name, value):
        self.values.setdefault(name, []).append(value)

    def __getitem__(self, name):
        return min(self.values[name])

    def most(self, name):
        return max(self.values[name])

    def has(self, *names):
        return all(name in self.values for name in names)


def read_dump(path, counts):
    name = total = None
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("desc: Trigger: Client Request:"):
                name = line.split(":", 3)[3].strip()
            elif line.startswith(("totals:", "summary:")):
                total = int(line.split(":")[1])
    # The last dump is that of the end of the program, without a name of ours.
    if name is not None and total is not None:
        counts.add(name, total)


def read_notes(text, counts):
    for line in text.splitlines():
        if line.startswith("note\t"):
            _, name, value = line.split("\t")
            counts.add(name, float(value))


def run(program, work, counts):
    with tempfile.TemporaryDirectory() as place:
        command = ["valgrind", "--quiet", "--tool=callgrind", "--collect-atstart=no",
                   f"--callgrind-out-file={place}/dump", program, *work]
        result = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=TIMEOUT_S,
                                check=False, env={**os.environ, **COUNTED})
        if result.returncode != 0:
            sys.exit(f"{' '.join(work)} ended with {result.returncode}")
        read_notes(result.stdout, counts)
        for path in pathlib.Path(place).iterdir():
            read_dump(path, counts)


def run_memory(program, work, counts):
    result = subprocess.run([program, *work], stdout=subprocess.PIPE, text=True, timeout=TIMEOUT_S,
                            check=False, env={**os.environ, **ENVIRONMENT})
    if result.returncode != 0:
        sys.exit(f"{' '.join(work)} ended with {result.returncode}")
    read_notes(result.stdout, counts)


class Table:
    def __init__(self):
        self.rows = []

    def row(self, work, how, ratio, reach, **numbers):
        self.rows.append({"work": work, "how": how, "ratio": ratio, "reach": reach, **numbers})

    def print(self):
        for row in self.rows:
            numbers = "  ".join(f"{name} {value:,.0f}" for name, value in row.items()
                                if name not in ("work", "how", "ratio", "reach"))
            short = " SHORT" if row["ratio"] > row["reach"] else ""
            print(f"{row['work']:36} {row['how']:34} {row['ratio']:7.3f} of {row['reach']:6.3f}{short}"
                  f"  {numbers}")

    def has_short(self):
        return any(row["ratio"] > row["reach"] for row in self.rows)


def add_lines(table, counts):
    if counts.has("webhook ours"):
        ours, floor = counts["webhook ours"], counts["webhook floor"]
        table.row("webhook text", "socket to line, journal, answer", ours / floor, 1.25, ours=ours,
                  floor=floor)
    if counts.has("page all new"):
        new, floor = counts["page all new"], counts["page floor"]
        old, read, same = counts["page all old"], counts["page read"], counts["page same bytes"]
        size = counts["bytes of a page"]
        table.row("action of a polled page", "socket to line", new / floor, 1.25, ours=new / PAGE,
                  floor=floor / PAGE)
        table.row("page of the same bytes", f"of HTTP + {PER_BYTE} a byte",
                  same / (read + PER_BYTE * size), 1.0, ours=same, HTTP=read, bytes=size)
        table.row("page of old items", "of a page all new", old / new, 0.8, old=old, new=new)
    if counts.has("send ours"):
        ours, floor = counts["send ours"], counts["send floor"]
        table.row("own message", "Enter to request", ours / floor, 1.25, ours=ours, floor=floor)


def each_more(counts, what, less, more, kind):
    """What each one more costs, so that what is the same for any number is out."""
    return (counts[f"{what} {more} {kind}"] - counts[f"{what} {less} {kind}"]) / (more - less)


def add_lists(table, counts):
    if counts.has(f"members {MANY} ours"):
        for less, more in ((FEW, SOME), (SOME, MANY)):
            ours, floor = (each_more(counts, "members", less, more, kind) for kind in ("ours", "floor"))
            table.row(f"member of a joined room, to {more}", "socket to user list", ours / floor, 1.2,
                      ours=ours, floor=floor)
    if counts.has(f"groups {GROUPS[-1]} ours"):
        own = []
        for less, more in zip(GROUPS, GROUPS[1:]):
            ours, floor = (each_more(counts, "groups", less, more, kind) for kind in ("ours", "floor"))
            own.append(ours - floor)
            table.row(f"second sign-on, {less} to {more} groups", "our own, of that of the fewest",
                      own[-1] / own[0], 1.1, own=own[-1], floor=floor)
        n = GROUPS[1]
        table.row(f"second sign-on, {n} groups", "calls before online, of 3",
                  counts[f"groups {n} calls before online"] / 3, 1.0)
        table.row(f"second sign-on, {n} groups", "saves of the list",
                  counts[f"groups {n} saves of the list"], 1.0)


def add_turns(table, counts):
    """The longest turn of the main loop; of the first sign-on there is no row: libpurple saves its whole
    list then, once and in one turn."""
    for name, work in (("second sign-on", f"turns at {TURNS[-1]} groups"),
                       ("members", f"turns while {MANY} members join"),
                       ("page", "turns with a page of 2 MB"),
                       ("tree", "turns with a tree of 2,000 subgroups"),
                       ("details", "turns with 6,000 who answered, of 2 MB")):
        if counts.has(f"turn {name}"):
            longest = counts.most(f"turn {name}")
            table.row(work, f"longest, of {LONGEST_TURN // 1_000_000} M", longest / LONGEST_TURN, 1.0,
                      longest=longest)


def kept_each(counts, what, numbers, moment):
    """Bytes for each one more."""
    less, more = numbers
    return (counts[f"memory {more} {what} {moment}"] - counts[f"memory {less} {what} {moment}"]) / (more - less)


def add_memory(table, counts):
    for way in ("polled", "pushed"):
        if counts.has(f"memory {KEPT_GROUPS[1]} groups {way} second"):
            floor = kept_each(counts, "groups", KEPT_GROUPS, "floor")
            ours = max(kept_each(counts, f"groups {way}", KEPT_GROUPS, moment)
                       for moment in ("first", "second")) - floor
            table.row(f"kept of an idle group, {way}", f"bytes, of {GROUP_BYTES}", ours / GROUP_BYTES, 1.0,
                      ours=ours, floor=floor)
    if counts.has(f"memory {KEPT_MEMBERS[1]} members later"):
        floor = kept_each(counts, "members", KEPT_MEMBERS, "floor")
        ours = max(kept_each(counts, "members", KEPT_MEMBERS, moment)
                   for moment in ("first", "later", "second")) - floor - MEMBER_STRINGS
        table.row("kept of a member", f"bytes beside strings, of {MEMBER_BYTES}", ours / MEMBER_BYTES, 1.0,
                  ours=ours, strings=MEMBER_STRINGS, floor=floor)
    for what, name in (("pages", "an action of a page"), ("texts", "a text by webhook")):
        if counts.has(f"memory {what} many"):
            more = counts[f"memory {what} many"] - counts[f"memory {what} few"]
            table.row(f"kept of {name} that was shown", "bytes, of 1", more / KEPT_LINES, 1.0,
                      all=more, lines=KEPT_LINES)


def main():
    if len(sys.argv) < 4:
        print("skipped: the build has sanitizers, or valgrind/callgrind.h was missing when it was set up")
        return SKIPPED
    if shutil.which("valgrind") is None:
        print("skipped: valgrind is not installed")
        return SKIPPED
    program, memory_program, path, *chosen = sys.argv[1:]
    works = [["webhooks"], ["pages"], ["sends"]]
    works += [["members", str(n)] for n in (FEW, SOME, MANY)]
    works += [["groups", str(n)] for n in GROUPS]
    works += [["turns", str(n)] for n in TURNS]
    memory_works = [[way, str(n)] for way in ("polled", "pushed", "groups-floor") for n in KEPT_GROUPS]
    memory_works += [[way, str(n)] for way in ("members", "members-floor") for n in KEPT_MEMBERS]
    memory_works += [["pages"], ["texts"]]
    counts, table = Counts(), Table()
    for work in works:
        if not chosen or work[0] in chosen:
            run(program, work, counts)
    for work in memory_works:
        if not chosen or "memory" in chosen:
            run_memory(memory_program, work, counts)
    add_lines(table, counts)
    add_lists(table, counts)
    add_turns(table, counts)
    add_memory(table, counts)
    table.print()
    with open(path, "w", encoding="utf-8") as file:
        json.dump(table.rows, file, indent=2)
    return 1 if table.has_short() else 0


if __name__ == "__main__":
    sys.exit(main())
