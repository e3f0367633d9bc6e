#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that every icon is a PNG of the size its directory says, with transparency, and that every
SVG is well-formed, square, free of scripts and of references to anything outside itself."""

import struct
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

root = Path(sys.argv[1])
PNG = b"\x89PNG\r\n\x1a\n"
RGBA = 6


def check_png(name, size):
    head = (root / name).read_bytes()[:26]
    if head[:8] != PNG:
        return "is no PNG"
    width, height, _, colour = struct.unpack(">IIBB", head[16:26])
    if (width, height) != (size, size):
        return f"is {width} x {height}"
    return None if colour == RGBA else "has no transparency"


def check_svg(name):
    tree = ElementTree.parse(root / name).getroot()
    box = tree.get("viewBox", "").split()
    if len(box) != 4 or box[2] != box[3]:
        return "is not square"
    for element in tree.iter():
        tag = element.tag.rpartition("}")[2]
        if tag in ("script", "image", "use", "style", "foreignObject"):
            return f"has an element {tag}"
        if any("href" in key or "url(" in value for key, value in element.attrib.items()):
            return "refers to something outside"
    return None


groups = ["flat", "leaf", "parent", "public"]
checks = [(f"{size}/kaizala.png", lambda n, s=size: check_png(n, s)) for size in (16, 22, 48)]
checks += [(f"groups/{kind}.png", lambda n: check_png(n, 48)) for kind in groups]
checks += [(f"{where}/kaizala.svg", check_svg) for where in ("16", "22", "scalable")]
checks += [(f"groups/{kind}.svg", check_svg) for kind in groups]

print(f"1..{len(checks)}")
failed = 0
for number, (name, check) in enumerate(checks, 1):
    try:
        fault = check(name)
    except (OSError, struct.error, ElementTree.ParseError) as error:
        fault = str(error)
    failed += fault is not None
    print(f"{'ok' if fault is None else 'not ok'} {number} - {name} {fault or 'is as it should be'}")
sys.exit(1 if failed else 0)
