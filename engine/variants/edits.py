"""What may change in a draft, in the words told to whoever saves too late."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from engine.i18n import mark as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.variants.models import VariantEdit


class What(StrEnum):
    """Which part of a draft was changed."""

    PARAMETERS = "parameters"
    CHANGE_PUT = "change_put"
    CHANGE_REMOVED = "change_removed"
    DRAWN = "drawn"
    WISHES = "wishes"
    REFERENCE = "reference"
    IMPORTED = "imported"
    TAKEN_BACK = "taken_back"
    RESUMED = "resumed"


SENTENCES: Mapping[What, str] = {
    What.PARAMETERS: _("les paramètres publiés"),
    What.CHANGE_PUT: _("« {subject} », ajouté ou modifié"),
    What.CHANGE_REMOVED: _("« {subject} », retiré"),
    What.DRAWN: _("le diagramme « {subject} »"),
    What.WISHES: _("le motif ou la date d’effet"),
    What.REFERENCE: _("la référence sur laquelle il s’appuie"),
    What.IMPORTED: _("tout son contenu, importé d’un fichier"),
    What.TAKEN_BACK: _("il a été repris pendant sa relecture"),
    What.RESUMED: _("il repart de la dernière version publiée"),
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: which part, and what people call it."""

    what: What
    subject: str | None = None

    @property
    def sentence(self) -> str:
        """The words of it, in French, with the place of its subject."""
        return SENTENCES[self.what]

    @classmethod
    def of(cls, kept: VariantEdit) -> Self:
        """The edit that a row keeps."""
        return cls(What(kept.what), kept.subject)
