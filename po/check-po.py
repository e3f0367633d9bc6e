#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the files of this directory against the sources, or brings them up to date.

    check-po.py check|update SOURCE_ROOT BUILD_DIR XGETTEXT MSGFMT ARGUMENTS_OF_XGETTEXT...

Tests (TAP): every source with a translatable string is in POTFILES.in; plurals come from our domain;
the committed template has exactly the strings of the sources; every string is pseudo-translated, with
the same printf directives; strings with two directives or a date format have a comment; msgfmt -c accepts the pseudo-locale and every translation."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # the source directory stays as it is
import po_file

HERE = Path(__file__).resolve().parent
CALL = re.compile(r"(?<![A-Za-z0-9_])(?:N?_|N?C_|ngettext|g_dngettext|g_dpgettext2) \(")
PLURAL = re.compile(r"(?<![A-Za-z0-9_])ngettext \(")
DATE = re.compile(r"%-?[aAbBdeHIjklmMpPSyY]")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def sources_with_strings(root):
    found = []
    for path in sorted((root / "src").rglob("*.c")):
        if CALL.search(COMMENT.sub("", path.read_text(encoding="utf-8"))):
            found.append(path.relative_to(root).as_posix())
    return found


def listed_sources():
    lines = (HERE / "POTFILES.in").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def extract(root, xgettext, arguments, sources, out):
    command = [xgettext, "--package-name=purple-kaizala", f"--directory={root}", f"--output={out}"]
    subprocess.run(command + arguments + sources, check=True)


def strings_of(path):
    return {entry.key for entry in po_file.read(path) if entry.msgid}


def describe(keys):
    return "; ".join(sorted(repr(key[1])[:60] for key in keys)[:5])


def check_sources(root):
    listed, found = listed_sources(), sources_with_strings(root)
    missing, gone = set(found) - set(listed), [f for f in listed if not (root / f).exists()]
    if missing or gone:
        return f"missing: {sorted(missing)}, gone: {gone}; run: ninja update-template"
    return None if listed == sorted(listed) else "is not sorted"


def check_plurals(root):
    """ngettext () alone looks into the domain of the host; kz-i18n.h makes it look into ours."""
    texts = {name: (root / name).read_text(encoding="utf-8") for name in sources_with_strings(root)}
    wrong = [name for name, text in texts.items()
             if PLURAL.search(COMMENT.sub("", text)) and '#include "kz-i18n.h"' not in text]
    return f"without kz-i18n.h: {wrong}" if wrong else None


def check_template(root, xgettext, arguments):
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "fresh.pot"
        extract(root, xgettext, arguments, sources_with_strings(root), fresh)
        new, old = strings_of(fresh), strings_of(HERE / "purple-kaizala.pot")
    if not new:
        return "no string was found in the sources at all"
    if new != old:
        return f"new: {describe(new - old)}, gone: {describe(old - new)}; run: ninja update-template"
    return None


def check_comments(template):
    """Nobody can put two directives in order, or change a date format, without knowing what they are."""
    bare = [entry.msgid for entry in po_file.read(template)
            if entry.msgid and not any(line.startswith("#.") for line in entry.comments)
            and (len(set(po_file.directives(entry.msgid)) - {"%%"}) > 1 or
                 (not entry.is_c_format and DATE.search(entry.msgid)))]
    return f"no comment for translators: {bare}" if bare else None


def check_pseudo(template, path):
    translated = {entry.key: entry for entry in po_file.read(path)}
    for entry in po_file.read(template):
        if entry.msgid == "":
            continue
        other = translated.get(entry.key)
        originals = [entry.msgid] if entry.plural is None else [entry.msgid, entry.plural]
        if other is None or len(other.strings) != len(originals):
            return f"not translated: {entry.msgid!r}"
        for original, string in zip(originals, other.strings):
            if original.strip() and not re.fullmatch(r"\s*⟦.*⟧\s*", string, re.DOTALL):
                return f"no brackets: {string!r}"
            if entry.is_c_format and po_file.directives(original) != po_file.directives(string):
                return f"other directives: {original!r}, {string!r}"
            if re.findall(r"<[^<>]*>|&\w+;", original) != re.findall(r"<[^<>]*>|&\w+;", string):
                return f"other markup: {original!r}, {string!r}"
    return None


def check_msgfmt(msgfmt, path):
    result = subprocess.run([msgfmt, "-c", "-o", "/dev/null", str(path)],
                            capture_output=True, text=True, check=False)
    return None if result.returncode == 0 else result.stderr.strip().replace("\n", " / ")


def check(root, build, xgettext, msgfmt, arguments):
    pseudo = build / "pseudo.po"
    languages = [word for line in (HERE / "LINGUAS").read_text(encoding="utf-8").splitlines()
                 if not line.startswith("#") for word in line.split()]
    results = [
        ("every-source-with-a-string-is-listed", check_sources(root)),
        ("plurals-are-looked-up-in-our-domain", check_plurals(root)),
        ("the-template-has-the-strings-of-the-sources", check_template(root, xgettext, arguments)),
        ("hard-strings-have-a-comment", check_comments(HERE / "purple-kaizala.pot")),
        ("every-string-is-pseudo-translated", check_pseudo(HERE / "purple-kaizala.pot", pseudo)),
        ("msgfmt-accepts-the-pseudo-locale", check_msgfmt(msgfmt, pseudo)),
    ]
    results += [(f"msgfmt-accepts-{language}", check_msgfmt(msgfmt, HERE / f"{language}.po"))
                for language in languages]
    print(f"1..{len(results)}")
    for number, (name, fault) in enumerate(results, 1):
        print(f"{'ok' if fault is None else 'not ok'} {number} /po/{name}")
        if fault is not None:
            print(f"# {fault}")
    return 1 if any(fault is not None for _, fault in results) else 0


def update(root, xgettext, arguments):
    """Writes POTFILES.in, and the template only when a string changed: its date says when."""
    sources = sources_with_strings(root)
    text = "# Sources with strings for people; written by: ninja update-template\n"
    (HERE / "POTFILES.in").write_text(text + "\n".join(sources) + "\n", encoding="utf-8")
    template = HERE / "purple-kaizala.pot"
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "fresh.pot"
        extract(root, xgettext, arguments, sources, fresh)
        dateless = re.compile(r'"POT-Creation-Date:.*"')
        new = fresh.read_text(encoding="utf-8")
        old = template.read_text(encoding="utf-8") if template.exists() else ""
        if dateless.sub("", new) != dateless.sub("", old):
            template.write_text(new, encoding="utf-8")
    return 0


def main(mode, root, build, xgettext, msgfmt, *arguments):
    if mode == "update":
        return update(Path(root), xgettext, list(arguments))
    return check(Path(root), Path(build), xgettext, msgfmt, list(arguments))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
