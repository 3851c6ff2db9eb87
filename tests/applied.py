"""Variants for tests: a step at a point, changes applied to the reference of this release."""

from __future__ import annotations

from collections.abc import Mapping

from engine.registry import changes, library, overlay, parameters
from engine.rehearsal.setting import Place

PUBLISHED = parameters.defaults(parameters.Kind.PUBLISHED)
NAMES = {
    "before_diagnostic": "Visiter le site", "before_agenda": "Lire les comptes", "after_approval": "Réunir",
    "after_signature": "Lancer", "before_closure": "Proposer un siège",
}  # fmt: skip


def step(point: str, role: str = "operator", **others: object) -> dict[str, object]:
    """A step of a basin, as its overlay writes it."""
    return {
        "kind": "step", "point": point, "id": f"own_{point}", "name": NAMES[point], "role": role,
        "due": "P15D", "form": "basin_note", "reason": "Une étape à nous.", **others,
    }  # fmt: skip


def place_of(slug: str) -> Place:
    """A basin as a rehearsal knows it, from its own folder."""
    about = library.basin(slug).parameters
    return Place(
        about.name, about.code, about.zone, about.territory, about.charter_version, about.current,
        about.published,
    )  # fmt: skip


def applied(
    *entries: Mapping[str, object],
    drawn: Mapping[str, bytes] | None = None,
    reference: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """The reference, or the one given, with these changes and nothing else."""
    return overlay.apply(
        library.reference() if reference is None else reference,
        published=PUBLISHED, changes=changes.read({"changes": list(entries)}, drawn or {}), drawn=drawn or {},
    )  # fmt: skip
