"""What of a cell is translated: paragraphs, headings, tables and lists; an exercise's comments.

A cell is cut into pieces whose texts, put together, are the cell. A piece with a message has
something to translate; formulas, programs and markers have not.
"""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^\s*(```|~~~)")
_HEADING = re.compile(r"^#{1,6} ")
_ITEM = re.compile(r"^\s*([-*+]|\d+[.)]) ")
_NO_PROSE = re.compile(
    r"\$\$.*?\$\$|\$[^$]+\$|`[^`]*`|<!--.*?-->|<[^>]+>|\]\([^)]*\)|^\s*(?:\w+:\s*)?[|:\- ]+$",
    re.DOTALL | re.MULTILINE,
)
_MARKER = re.compile(r"#+ (BEGIN|END) (SOLUTION|HIDDEN TESTS)|# fmt: |# noqa|# type: ")


@dataclass(frozen=True)
class Piece:
    """A part of a cell; `message` is what a translator reads, empty where nothing is to translate.

    kind: "heading", "paragraph", "list", "table", "docstring" or "comment".
    before, indent, after: what stands around the translation, a docstring's quotation marks say.
    """

    text: str
    message: str = ""
    kind: str = ""
    before: str = ""
    indent: str = ""
    after: str = ""

    def translated(self, translation: str) -> str:
        """Return the piece's text with `translation` in place of the message."""
        lines = translation.split("\n")
        rest = [self.indent + line if line else self.indent.rstrip() for line in lines[1:]]
        return self.before + "\n".join([lines[0], *rest]) + self.after


def markdown(source: str) -> list[Piece]:
    """Return the pieces of a markdown cell: one a paragraph, heading, table or list."""
    return [_markdown_piece(block) for block in _blocks(source)]


def exercise(source: str) -> list[Piece]:
    """Return the pieces of an exercise's cell: docstrings and comments have messages."""
    spans = sorted([*_docstrings(source), *_comments(source)])
    pieces, at = [], 0
    for begin, end, piece in spans:
        pieces += [Piece(source[at:begin]), piece]
        at = end
    return [piece for piece in [*pieces, Piece(source[at:])] if piece.text]


def _blocks(source: str) -> Iterator[str]:
    """Yield the blocks of a markdown text and the lines between them, with their line ends."""
    block: list[str] = []
    closing = ""
    for line in source.splitlines(keepends=True):
        fence = _FENCE.match(line)
        alone = not line.strip() or _HEADING.match(line) is not None
        if block and not closing and (fence or alone):
            yield "".join(block)
            block = []
        block.append(line)
        if closing:
            ends = line.strip().endswith(closing)
            closing = "" if ends else closing
        else:
            opens = line.strip().startswith("$$") and line.strip().count("$$") == 1
            closing = fence[1] if fence else "$$" if opens else ""
            ends = alone
        if ends:
            yield "".join(block)
            block = []
    if block:
        yield "".join(block)


def has_prose(text: str) -> bool:
    """Return whether words are left when formulas, code spans and marks are taken out."""
    return re.search(r"[^\W\d_]{2,}", _NO_PROSE.sub(" ", text)) is not None


def _markdown_piece(block: str) -> Piece:
    body = block.rstrip("\n")
    end = block[len(body) :]
    if _FENCE.match(body) or not has_prose(body):
        return Piece(block)
    return Piece(block, _unwrapped(body), _kind(body), after=end)


def _kind(body: str) -> str:
    """Return what a translator would call a block."""
    if _HEADING.match(body):
        return "heading"
    if body.lstrip().startswith("|"):
        return "table"
    return "list" if _ITEM.match(body) else "paragraph"


def _unwrapped(body: str) -> str:
    """Return the block without the line breaks of its layout; those that say something stay."""
    lines = body.split("\n")
    if len(lines) == 1 or "$$" in body or lines[0].lstrip().startswith(("|", "<", ">")):
        return body
    result = [lines[0]]
    for line in lines[1:]:
        alone = _ITEM.match(line) or line.lstrip().startswith(("|", "<!--"))
        if alone or result[-1].endswith(("  ", "\\", "-->")):
            result.append(line)
        else:
            result[-1] += " " + line.strip()
    return "\n".join(result)


def _offsets(source: str) -> list[int]:
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _docstrings(source: str) -> Iterator[tuple[int, int, Piece]]:
    starts = _offsets(source)
    lines = source.encode().split(b"\n")
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or not ast.get_docstring(node):
            continue
        quoted = node.body[0]
        assert quoted.end_lineno is not None
        assert quoted.end_col_offset is not None
        begin = starts[quoted.lineno - 1] + quoted.col_offset  # an indent: bytes are characters
        last = lines[quoted.end_lineno - 1][: quoted.end_col_offset].decode()
        end = starts[quoted.end_lineno - 1] + len(last)
        text = source[begin:end]
        found = re.match(r'([rR]?"""|[rR]?\'\'\')(.*?)(\s*)("""|\'\'\')\Z', text, re.DOTALL)
        if found is None or not has_prose(found[2]):
            continue
        first, _, rest = found[2].partition("\n")
        message = first + ("\n" + textwrap.dedent(rest) if rest else "")
        # What all further lines begin with, which may be more than the first one's indent.
        pairs = zip(rest.split("\n"), textwrap.dedent(rest).split("\n"), strict=True)
        indents = [line[: len(line) - len(said)] for line, said in pairs if said.strip()]
        indent = indents[0] if indents else " " * quoted.col_offset
        yield begin, end, Piece(text, message, "docstring", found[1], indent, found[3] + found[4])


def _comments(source: str) -> Iterator[tuple[int, int, Piece]]:
    starts = _offsets(source)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or _MARKER.match(token.string):
            continue
        body = token.string.lstrip("# ")
        if not has_prose(body):
            continue
        begin = starts[token.start[0] - 1] + token.start[1]
        mark = token.string[: len(token.string) - len(body)]
        yield begin, begin + len(token.string), Piece(token.string, body, "comment", mark)
