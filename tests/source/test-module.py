#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the built module exports, asks for and is protected by."""
import pathlib
import subprocess
import sys

TOP = pathlib.Path(sys.argv[1]).resolve()
MODULE = sys.argv[2]
sys.path.insert(0, str(TOP / "tests/lib"))
import tap  # noqa: E402


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def exports_one_symbol():
    names = [line.split()[-1] for line in
             output("nm", "-D", "--defined-only", MODULE).splitlines()]
    # The sanitizers add marks of their own to a module that is built with them.
    names = [name for name in names if not name.startswith(("__asan", "__odr_asan", "__sanitizer"))]
    assert names == ["purple_init_plugin"], names


def stays_mapped():
    assert "NODELETE" in output("readelf", "-d", MODULE)


def is_hardened():
    dynamic = output("readelf", "-dW", MODULE)
    assert "BIND_NOW" in dynamic or "NOW" in dynamic.split("FLAGS_1", 1)[-1], dynamic
    assert "GNU_RELRO" in output("readelf", "-lW", MODULE)


def has_no_rpath():
    dynamic = output("readelf", "-d", MODULE)
    assert "RPATH" not in dynamic and "RUNPATH" not in dynamic, dynamic


def needs_what_the_readme_names():
    allowed = ("libglib-2.0", "libgobject-2.0", "libgio-2.0", "libgmodule-2.0", "libsoup-3.0",
               "libjson-glib-1.0", "libpurple", "libicu", "libc.", "libm.", "libgcc", "ld-linux",
               "libasan", "libubsan", "libxml2")
    needed = [line.split("[")[1].rstrip("]") for line in
              output("readelf", "-d", MODULE).splitlines() if "NEEDED" in line]
    strangers = [name for name in needed if not name.startswith(allowed)]
    assert not strangers, strangers


tap.run([
    ("the module exports purple_init_plugin and nothing else", exports_one_symbol),
    ("the module is never unmapped", stays_mapped),
    ("the module has RELRO and BIND_NOW", is_hardened),
    ("the module has no run path", has_no_rpath),
    ("the module needs only the libraries that the README names", needs_what_the_readme_names),
])
