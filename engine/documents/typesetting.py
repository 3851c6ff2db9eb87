"""The one door to typst: pages from a template and plain values, in a child process."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import segno
import typst

from engine.documents import printable
from engine.documents.workshop import NotTypeset

# Enough correction for a scan of a bad copy: a quarter of the code may be lost.
CORRECTION = "q"
# Those that typst comes with: a document is the same whatever the machine has.
FONTS = typst.Fonts(include_system_fonts=False)
# A picture that somebody sent, alone on its page: read by the same eyes as any PDF.
PICTURE = b"""
#set page(width: auto, height: auto, margin: 0pt)
#image("/picture", width: 210mm, alt: "")
"""


def typeset(source: bytes, values: Mapping[str, Any], *, root: Path, standard: str) -> bytes:
    """Make a PDF: `source` is a template, `root` a folder with its words and what it attaches.

    Nothing of `values` is run: typst reads them as JSON. What our fonts do not print is replaced first.
    Raises `NotTypeset` when typst refuses, and when it only warns: a document that people sign has no fault.
    """
    cleaned = printable.clean(dict(values))
    if code := cleaned.get("code"):
        cleaned["code_drawing"] = drawn(str(code))
    return compiled(source, root=root, standards=standard.split("+"), inputs={"data": json.dumps(cleaned)})


def drawn(address: str) -> str:
    """Draw an address as a QR code, in SVG."""
    drawing: str = segno.make(address, error=CORRECTION, micro=False).svg_inline(border=0, omitsize=True)
    return drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def page_of(root: Path) -> bytes:
    """Set the file `picture` of a folder alone on a page. Raises `NotTypeset` for what is no picture."""
    return compiled(PICTURE, root=root)


def compiled(
    source: bytes, *, root: Path, standards: Sequence[str] = (), inputs: Mapping[str, str] | None = None
) -> bytes:
    """Run typst with the fonts it comes with, and nothing else of the machine. Raises `NotTypeset`."""
    asked: Any = list(standards)  # Typst types each of their names; ours come with the sheets.
    try:
        made, warnings = typst.compile_with_warnings(  # type: ignore[type-var]
            source,
            root=str(root),
            font_paths=FONTS,
            sys_inputs=dict(inputs or {}),
            pdf_standards=asked,
            package_path=str(root),
            package_cache_path=str(root),
        )
    except typst.TypstError as error:
        raise NotTypeset(reason=error.diagnostic) from error
    if warnings:
        raise NotTypeset(reason="; ".join(each.message for each in warnings))
    if not isinstance(made, bytes):
        raise NotTypeset(reason="no page")
    return made


def refusal(text: str, *, font: str = "") -> str:
    """What typst answers to a text that it cannot print in an archive, in one font where one is named.

    Nothing when it prints.
    """
    only = b'#set text(font: "%s", fallback: false)\n' % font.encode() if font else b""
    source = (
        b'#set document(title: "-", date: datetime(year: 2000, month: 1, day: 1))\n'
        b'#set text(font: "Libertinus Serif", lang: "fr")\n' + only + b"#json(bytes(sys.inputs.data))"
    )
    try:
        compiled(source, root=Path(), standards=["a-2a", "ua-1"], inputs={"data": json.dumps(text)})
    except NotTypeset as refused:
        return str(refused.details["reason"])
    except BaseException as panic:
        # A panic of typst is no Exception; a character that causes one is not to be printed either.
        if type(panic).__name__ != "PanicException":
            raise
        return str(panic)
    return ""
