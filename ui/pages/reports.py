"""Renders a run's Markdown report as HTML: headings, tables and lists, with all text escaped."""

import re
from collections.abc import Iterator
from itertools import groupby

from ui.markup import name

# Characters that flows/artifacts.py escapes with a backslash, since Markdown would interpret them.
ESCAPED = re.compile(r"\\([\\`*\[\]|])")
CELL_END = re.compile(r"(?<!\\)\|")
RULE = re.compile(r"^[|\s:-]+$")
BOLD = re.compile(r"(?<!\\)\*\*")
HEADING = "#"


def report(markdown: str) -> str:
    """The report without its title, which is shown above it already."""
    lines = [line.strip() for line in markdown.splitlines() if not line.startswith("# ")]
    return "".join(_block(kind, list(block)) for kind, block in groupby(filter(None, lines), key=_kind))


def _kind(line: str) -> str:
    return next((sign for sign in (HEADING, "|", "-") if line.startswith(sign)), "")


def _block(kind: str, lines: list[str]) -> str:
    if kind == HEADING:
        return "".join(f"<h4>{_text(line.lstrip(HEADING))}</h4>" for line in lines)
    if kind == "|":
        return _table([list(_cells(line)) for line in lines if not RULE.match(line)])
    if kind == "-":
        return f"<ul>{''.join(f'<li>{_text(line[1:])}</li>' for line in lines)}</ul>"
    return "".join(f"<p>{_text(line)}</p>" for line in lines)


def _table(rows: list[list[str]]) -> str:
    head = "".join(f'<th scope="col">{cell}</th>' for cell in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows[1:])
    return f'<div class="sg-scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cells(line: str) -> Iterator[str]:
    return (_text(cell) for cell in CELL_END.split(line)[1:-1])


def _text(markdown: str) -> str:
    return name(ESCAPED.sub(r"\1", BOLD.sub("", markdown)).replace("&lt;", "<"))
