"""What a list's address asks: whose tasks, in which basin, late ones, which words, from where on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from engine.people.permissions import Rights
from engine.runtime.inbox import Filters

SCOPES = ("all", "mine", "claimable")
LONGEST = 100
Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Question:
    """The filters of a list, as its address says them; what an address says wrong is left out."""

    scope: str = "all"
    text: str = ""
    overdue: bool = False
    basin: str = ""
    after: Place | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Question:
        """Read an address."""
        return cls(
            scope=given.get("scope", "") if given.get("scope") in SCOPES else "all",
            text=" ".join(given.get("q", "").replace("\0", "").split())[:LONGEST],
            overdue=given.get("overdue") in {"1", "true"},
            basin=given.get("basin", "")[:LONGEST],
            after=place(given.get("after", "")),
        )

    @property
    def narrows(self) -> bool:
        """True when something other than the scope leaves tasks out."""
        return bool(self.text or self.overdue or self.basin)

    def filters(self, rights: Rights) -> Filters:
        """The same for the engine; a basin that the person does not know narrows nothing."""
        known = {place.slug: basin_id for basin_id, place in rights.places.items()}
        return Filters(self.scope, self.text, self.overdue, known.get(self.basin))

    def parameters(self) -> dict[str, str]:
        """The address's parameters, those that say something."""
        found = {
            "scope": "" if self.scope == "all" else self.scope,
            "q": self.text,
            "overdue": "1" if self.overdue else "",
            "basin": self.basin,
            "after": f"{self.after[0].timestamp():.6f}_{self.after[1].hex}" if self.after else "",
        }
        return {name: value for name, value in found.items() if value}

    def address(self, path: str = "/taches", **changes: Any) -> str:
        """The address of this list with changes; another list starts at its beginning."""
        asked = replace(self, **{"after": None, **changes}).parameters()
        return f"{path}?{urlencode(asked)}" if asked else path


def place(text: str) -> Place | None:
    """Where a page begins; nothing for what is not an address of ours."""
    instant, _, identifier = text.partition("_")
    try:
        return datetime.fromtimestamp(float(instant), UTC), UUID(identifier)
    except (ValueError, OverflowError, OSError):
        return None
