"""Say how a saved instance stands, nothing played: from its state, or from its marking alone (D13)."""

from __future__ import annotations

from engine.spiff import codec
from engine.spiff.marking import marking_of
from engine.spiff.parser import Specification
from engine.spiff.playing import Host
from engine.spiff.rebuilding import rebuilt_play
from engine.spiff.workflow import Advanced, Asleep, summary


def from_marking(spec: Specification, marking: str, host: Host) -> Advanced:
    """Give how the instance of a marking stands, its state made again; all that it has open is `opened`.

    Raises `rebuilding.CannotRebuild`, `codec.UnknownFormat`.
    """
    return summary(rebuilt_play(spec, marking, host), before=set())


def from_state(spec: Specification, state: str, host: Host) -> Advanced:
    """Give how the instance of a state stands, its marking written anew; all that it has open is `opened`."""
    return summary(codec.load(spec, state, host), before=set())


def marking_in(spec: Specification, state: str) -> str:
    """Give the marking of a saved state."""
    return marking_of(codec.load(spec, state, Asleep()))
