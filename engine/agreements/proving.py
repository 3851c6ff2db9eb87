"""What a signature binds, and in which ways each text may be signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import errors
from engine.agreements.models import AGREEMENT, AMENDMENT, ANNEX, Agreement
from engine.agreements.signatories import ONLINE
from engine.people import basins
from engine.registry import parameters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.persistence.unit_of_work import UnitOfWork

PAPER = "paper"
PROVIDER = "provider"
WAYS = (ONLINE, PAPER, PROVIDER)
# The parameter of each text, and what its values let people do; an amendment is signed as its agreement is.
PARAMETERS = {
    AGREEMENT: "signature.agreement", AMENDMENT: "signature.agreement", ANNEX: "signature.annex",
}  # fmt: skip
MEANT = {
    "online_or_paper": frozenset({ONLINE, PAPER}), "online": frozenset({ONLINE}),
    "paper": frozenset({PAPER}), "provider": frozenset({PROVIDER}), "any": frozenset(WAYS),
}  # fmt: skip


class NotPrintedYet(errors.Conflict):
    """Le document se prépare : il pourra être signé dans quelques instants."""

    retry_after = 5


class WayNotAllowed(errors.Conflict):
    """Ce texte ne se signe pas de cette manière dans ce bassin, ou pour cette personne."""


def is_ready(text: Agreement) -> bool:
    """Whether a text can be signed: its file is made, or it was drawn up when there was none."""
    return text.paper_id is None or text.file_hash is not None


def require_ready(text: Agreement) -> None:
    """Refuse a signature on a text whose file is not made yet. Raises `NotPrintedYet`."""
    if not is_ready(text):
        raise NotPrintedYet


def signed_hash(text: Agreement) -> str:
    """What a signature on a text binds: its file’s SHA-256, or that of its words where it has no file.

    Raises `NotPrintedYet` until the file is made.
    """
    require_ready(text)
    return text.file_hash or text.text_hash


def ways(work: UnitOfWork, basin_id: int, kinds: Iterable[str]) -> frozenset[str]:
    """The ways in which texts of these kinds may all be signed today, in one act."""
    names = {PARAMETERS[kind] for kind in kinds}
    known = basins.parameters(work, basin_id, {name: parameters.BY_KEY[name].default for name in names})
    allowed = frozenset(WAYS)
    for name in names:
        allowed &= MEANT[known[name]]
    return allowed


def require_way(work: UnitOfWork, texts: Iterable[Agreement], *, mode: str, way: str) -> None:
    """Refuse a way that the basin does not have for one of these texts, or that is not the signatory’s own.

    Paper is the officer’s to record whatever was planned (D18). Raises `WayNotAllowed`.
    """
    kept = list(texts)
    allowed = ways(work, kept[0].basin_id, {text.kind for text in kept})
    if mode not in allowed or mode not in {PAPER, way}:
        raise WayNotAllowed
