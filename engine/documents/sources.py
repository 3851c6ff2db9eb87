"""What a document is typeset from: its template, the words of its language, the files it carries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

TEMPLATES = Path(__file__).with_name("templates")
LAYOUT = "layout"
NAME = re.compile(r"[a-z][a-z0-9_]*")
# A file attached is asked for by its name from the root: nothing of it may climb, hide or be a folder.
ATTACHED = re.compile(r"[\w][\w. ()’'-]*")


def source_of(template: str, *, folder: Path = TEMPLATES) -> bytes:
    """Join what all documents share and what this one is. Raises `LookupError` for an unknown template."""
    path = folder / f"{template}.typ"
    if not NAME.fullmatch(template) or template == LAYOUT or not path.is_file():
        raise LookupError(template)
    return (folder / f"{LAYOUT}.typ").read_bytes() + path.read_bytes()


def lay_out(root: Path, attachments: Mapping[str, bytes], *, folder: Path = TEMPLATES) -> None:
    """Put in a folder all that a template may read: the words, and the files to attach.

    Raises `ValueError` for an attachment whose name could lead elsewhere.
    """
    words = root / "words"
    words.mkdir()
    for file in sorted((folder / "words").glob("*.json")):
        (words / file.name).write_bytes(file.read_bytes())
    for name, content in attachments.items():
        if not ATTACHED.fullmatch(name):
            raise ValueError(name)
        (root / name).write_bytes(content)
