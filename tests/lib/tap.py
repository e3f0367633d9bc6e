# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs functions as TAP test cases, so that the runner counts each of them."""
import sys
import traceback


def run(tests):
    """@tests: (name that says the sentence, function). Exit code 1 when any fails."""
    tests = list(tests)
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        try:
            function()
        except Exception:  # a test may fail in any way; the next one still runs
            failed += 1
            for line in traceback.format_exc().rstrip().splitlines():
                print("# " + line)
            print(f"not ok {number} {name}", flush=True)
        else:
            print(f"ok {number} {name}", flush=True)
    sys.exit(1 if failed else 0)
