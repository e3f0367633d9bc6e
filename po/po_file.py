# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what xgettext and msgfmt understand of a .po file, as far as ours go. Standard library only."""

import ast
import re
from dataclasses import dataclass, field

DIRECTIVE = re.compile(
    r"%(?:\d+\$)?[-+ #0']*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?(?:hh|h|ll|l|q|j|z|t|L)?"
    r"(?:[diouxXeEfFgGaAcsp%]|<PRI[a-zA-Z0-9]+>)"
)


@dataclass
class Entry:
    comments: list = field(default_factory=list)  # lines as they stand, "#" included
    context: str | None = None
    msgid: str = ""
    plural: str | None = None
    strings: list = field(default_factory=list)

    @property
    def key(self):
        return (self.context, self.msgid, self.plural)

    @property
    def is_c_format(self):
        return any(line.startswith("#,") and re.search(r"(?<!no-)c-format", line)
                   for line in self.comments)


def read(path):
    """The entries of a file, its header (whose msgid is empty) among them."""
    entries, entry, target = [], None, None
    for line in path.read_text(encoding="utf-8").splitlines():
        keyword = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?) (".*")$', line)
        if line.startswith("#~"):
            continue
        if line.startswith("#"):
            if entry is None or entry.strings:
                entry = Entry()
                entries.append(entry)
            entry.comments.append(line)
        elif keyword:
            name, text = keyword.group(1), _unquote(keyword.group(2))
            if entry is None or (entry.strings and not name.startswith("msgstr")):
                entry = Entry()
                entries.append(entry)
            target = name
            _append(entry, target, text, True)
        elif line.startswith('"') and entry is not None:
            _append(entry, target, _unquote(line), False)
    return [entry for entry in entries if entry.strings]


def _append(entry, target, text, is_new):
    if target == "msgctxt":
        entry.context = (entry.context or "") + text
    elif target == "msgid":
        entry.msgid += text
    elif target == "msgid_plural":
        entry.plural = (entry.plural or "") + text
    elif is_new:
        entry.strings.append(text)
    else:
        entry.strings[-1] += text


def _unquote(text):
    return ast.literal_eval(text)


def quote(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    lines = escaped.split("\n")
    parts = [line + "\\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    if len(parts) <= 1:
        return f'"{parts[0] if parts else ""}"'
    return "\n".join(['""'] + [f'"{part}"' for part in parts])


def directives(text):
    """What printf would take: in order for plain ones, by number for numbered ones."""
    return sorted(DIRECTIVE.findall(text)) if "$" in text else DIRECTIVE.findall(text)
