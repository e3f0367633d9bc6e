#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts the test cases of meson's JUnit reports; the last line is 'N passed, N failed, N skipped'.

Before it stands each program that failed, with its bad cases and what it said of them: of a long run
often only the end is at hand.

A crash must never look like fewer tests. The JUnit report does not tell of a program that died,
bailed out, ran out of time or ended with an error after its last good case; the .json of the same
name beside it does. Such a program counts as one failed case when none of its own has failed."""
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as tree

GOOD = ("OK", "SKIP", "EXPECTEDFAIL")


def is_bad(case):
    return case.find("failure") is not None or case.find("error") is not None


def is_of(program, suite, case):
    """Programs with cases of their own have a suite each; the others are cases of the project's."""
    return suite.endswith("." + program) or case == program


TOLD = re.compile(r"^(not ok\b|Bail out!|# not ok|#? ?ERROR|.*(AddressSanitizer|runtime error|AssertionError):)"
                  r"|assertion failed")
TOLD_MAX = 20


def bad_programs(path):
    """The names of the programs that did not end well, each with how it ended and the lines that say why."""
    log = pathlib.Path(path.removesuffix(".junit.xml") + ".json")
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line]
    if not entries:
        raise ValueError(f"{log.name} is empty")
    return {entry["name"]: [entry["result"]] + why(entry) for entry in entries if entry["result"] not in GOOD}


def why(entry):
    output = (entry.get("stdout") or "") + "\n" + (entry.get("stderr") or "")
    return [line.strip()[:400] for line in output.splitlines() if TOLD.search(line)][:TOLD_MAX]


def count(path):
    cases = [(suite.get("name", ""), case)
             for suite in tree.parse(path).getroot().iter("testsuite")
             for case in suite.findall("testcase")]
    failed = sum(1 for _, case in cases if is_bad(case))
    skipped = sum(1 for _, case in cases if not is_bad(case) and case.find("skipped") is not None)
    passed = len(cases) - failed - skipped
    for program, told in bad_programs(path).items():
        print(f"failed: {program}: " + "\n    ".join(told))
        own = [(suite, case) for suite, case in cases if is_of(program, suite, case.get("name"))]
        if any(is_bad(case) for _, case in own):
            continue
        failed += 1
        # A program that is its only case stands in the report as if it had passed.
        if any(case.get("name") == program and case.find("skipped") is None for _, case in own):
            passed -= 1
    return passed, failed, skipped


def main():
    totals = [0, 0, 0]
    for path in sys.argv[1:]:
        try:
            counts = count(path)
        except (OSError, ValueError, KeyError, tree.ParseError) as problem:
            print(f"{path}: {problem}", file=sys.stderr)
            counts = (0, 1, 0)
        totals = [a + b for a, b in zip(totals, counts)]
    passed, failed, skipped = totals
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
