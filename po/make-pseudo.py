#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a pseudo-locale of the template: "Sign on" becomes "⟦Šíĝñ öñ⟧".

    make-pseudo.py TEMPLATE.pot OUT.po [OUT.mo MSGFMT]

Text on the screen without the brackets is text that was not translated, or that was put together of
pieces; text whose closing bracket is missing was cut. What must not change stays as it is: printf
directives, tags, entities, escapes, commands (!vote, /poll), option names, addresses.

How to see it, found by experiment with glibc 2.36 on a Debian 12 that has no locales but C, POSIX
and C.UTF-8:

  * LC_ALL=C or POSIX: nothing is ever translated, whatever LANGUAGE says.
  * LC_ALL=C.UTF-8 and LANGUAGE=en@pseudo: translated, as the name of the locale is not exactly "C".
    No locale has to be generated. setlocale (LC_ALL, "") must have been called.
  * LC_ALL=en_US.UTF-8 where that locale is not generated: setlocale fails, so it is C: nothing.
  * A host that calls textdomain () for itself (Pidgin and Finch do): GLib's g_dgettext translates
    nothing at all when the host's own domain has no translation in the languages wanted. Give the
    host one: LANGUAGE=en@pseudo:en_GB, its texts then stay English and ours are pseudo.

A test calls bindtextdomain (GETTEXT_PACKAGE, <build>/po/pseudo/locale) after the module was loaded;
nothing in the module knows of the pseudo-locale.
"""

import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # the source directory stays as it is
import po_file

LANGUAGE = "en@pseudo"
OPEN, CLOSE = "⟦", "⟧"
LETTERS = str.maketrans(
    "aceghijklnorstuwyzACEGHIJKLNORSTUWYZ",
    "áčéĝĥíĵķłñöŕšťüŵýžÁČÉĜĤÍĴĶŁÑÖŔŠŤÜŴÝŽ",
)
# Everything that somebody or something has to be able to read back.
KEPT = re.compile(
    po_file.DIRECTIVE.pattern
    + r"|<[^<>]*>"  # tags, and <placeholders> of usages
    + r"|&(?:#\d+|\w+);"
    + r"|\\."
    + r"|[a-z]+://\S*"
    + r"|(?<!\w)[!/]{1,2}[a-z]+"
    + r"|\b[a-z]+(?:_[a-z]+)+\b"  # names of options
)


def pseudo(text):
    """Accents and brackets; line breaks at the ends stay at the ends, as msgfmt -c demands."""
    body = text.strip("\n ")
    if body == "":
        return text
    start = text.index(body)
    parts, last = [], 0
    for kept in KEPT.finditer(body):
        parts.append(body[last:kept.start()].translate(LETTERS))
        parts.append(kept.group(0))
        last = kept.end()
    parts.append(body[last:].translate(LETTERS))
    return text[:start] + OPEN + "".join(parts) + CLOSE + text[start + len(body):]


def header(template):
    lines = [line for line in template.strings[0].split("\n") if line]
    fixed = {
        "Language": LANGUAGE,
        "Language-Team": "none",
        "Last-Translator": "make-pseudo.py",
        "PO-Revision-Date": "2000-01-01 00:00+0000",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
        "Content-Type": "text/plain; charset=UTF-8",
    }
    kept = [line for line in lines if line.split(":")[0] not in fixed]
    return "".join(f"{line}\n" for line in kept + [f"{key}: {value}" for key, value in fixed.items()])


def write(entries, path):
    blocks = []
    for entry in entries:
        lines = [line for line in entry.comments if line.startswith("#,") and entry.msgid]
        if entry.context is not None:
            lines.append(f"msgctxt {po_file.quote(entry.context)}")
        lines.append(f"msgid {po_file.quote(entry.msgid)}")
        if entry.msgid == "":
            lines.append(f"msgstr {po_file.quote(header(entry))}")
        elif entry.plural is None:
            lines.append(f"msgstr {po_file.quote(pseudo(entry.msgid))}")
        else:
            lines.append(f"msgid_plural {po_file.quote(entry.plural)}")
            lines.append(f"msgstr[0] {po_file.quote(pseudo(entry.msgid))}")
            lines.append(f"msgstr[1] {po_file.quote(pseudo(entry.plural))}")
        blocks.append("\n".join(lines) + "\n")
    path.write_text("\n".join(blocks), encoding="utf-8")


def main(template, out, catalogue=None, msgfmt=None):
    write(po_file.read(Path(template)), Path(out))
    if catalogue is not None:
        Path(catalogue).parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([msgfmt, "-c", "-o", catalogue, out], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
