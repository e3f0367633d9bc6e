#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the built module exports, asks for and is protected by."""
import json
import pathlib
import subprocess
import sys

TOP = pathlib.Path(sys.argv[1]).resolve()
MODULE = sys.argv[2]
FORTIFIED = sys.argv[3] == "fortified"
BUILD = pathlib.Path(sys.argv[4])
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


def has_no_writable_code():
    segments = output("readelf", "-lW", MODULE).splitlines()
    stack = [line for line in segments if "GNU_STACK" in line]
    assert stack and " RWE " not in stack[0], stack
    assert not [line for line in segments if "LOAD" in line and " RWE " in line], segments
    assert "TEXTREL" not in output("readelf", "-dW", MODULE)


def asked_for():
    return {line.split()[-1].split("@")[0] for line in
            output("nm", "-D", "--undefined-only", MODULE).splitlines()}


def guards_its_stack():
    assert "__stack_chk_fail" in asked_for()


def is_fortified():
    checked = {name for name in asked_for() if name.startswith("__") and name.endswith("_chk")}
    assert checked or not FORTIFIED, sorted(asked_for())


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


def goes_where_the_hosts_look():
    options = {option["name"]: option["value"] for option in
               json.loads((BUILD / "meson-info/intro-buildoptions.json").read_text())}
    place = {name: options[option] or output("pkg-config", "--variable=" + name, "purple").strip()
             for name, option in (("plugindir", "plugindir"), ("datadir", "purple_datadir"))}
    icons = pathlib.Path(place["datadir"]) / "pixmaps/pidgin/protocols"
    expected = {str(pathlib.Path(place["plugindir"]) / "libkaizala.so"), str(icons / "scalable/kaizala.svg")}
    expected |= {str(icons / size / "kaizala.png") for size in ("16", "22", "48")}
    installed = set(json.loads((BUILD / "meson-info/intro-installed.json").read_text()).values())
    # One catalogue a language.
    installed = {path for path in installed if not path.endswith("purple-kaizala.mo")}
    assert installed == expected, (installed, expected)


tap.run([
    ("the module exports purple_init_plugin and nothing else", exports_one_symbol),
    ("the module is never unmapped", stays_mapped),
    ("the module has RELRO and BIND_NOW", is_hardened),
    ("the module has no memory that is both written and run", has_no_writable_code),
    ("the module guards its stack", guards_its_stack),
    ("the module calls the checked functions of the C library, if it is built for a user",
     is_fortified),
    ("the module has no run path", has_no_rpath),
    ("the module and its icons go where the hosts look, and nothing else", goes_where_the_hosts_look),
    ("the module needs only the libraries that the README names", needs_what_the_readme_names),
])
