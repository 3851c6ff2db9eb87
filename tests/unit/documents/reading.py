"""What a made document says, page by page, as whoever opens it reads it."""

from __future__ import annotations

import re

import pypdfium2


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [document[at].get_textpage().get_text_range() for at in range(len(document))]
    finally:
        document.close()


def squeezed(text: str) -> str:
    """A text without its spaces and hyphens: what a line break may change."""
    return re.sub(r"[\s\xad\u200b\ufffe-]+", "", text)


def said(pdf: bytes) -> str:
    """Everything that a document says."""
    return squeezed("".join(pages_of(pdf)))
