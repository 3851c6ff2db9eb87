"""The command `alize`, loaded without looking for garbage: all that loading makes is there to stay."""

from __future__ import annotations

import gc


def main() -> None:
    """Load the programme, then do what the command line asks.

    Looking for garbage took a sixth of a start. Once loaded, nothing of it is looked at again: a process
    that serves for weeks, and those that it forks, only look at what requests leave behind.
    """
    gc.disable()
    from web.cli import main as command  # noqa: PLC0415 — after the line above.

    gc.enable()
    gc.collect()
    gc.freeze()
    command()
