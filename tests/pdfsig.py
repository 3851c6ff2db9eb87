"""Poppler's pdfsig, a reader of signatures that is not ours: the machine's, or the one `ALIZE_PDFSIG` names."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ABSENT = (
    "No pdfsig: install the package « poppler-utils » of your system, or name one with ALIZE_PDFSIG; "
    "what it would verify, pyHanko alone has verified."
)


def said_of(file: Path) -> str:
    """What pdfsig says of the signatures of a file, in English; where there is none, the test is skipped."""
    command = os.environ.get("ALIZE_PDFSIG") or shutil.which("pdfsig")
    if not command:
        pytest.skip(ABSENT)
    return subprocess.run(
        [command, str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    ).stdout
