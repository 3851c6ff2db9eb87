"""What the lists of the administration share: whose basins, the search, pages, files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for

from engine.people import basins
from engine.people.permissions import Permission
from web.auth import viewer

if TYPE_CHECKING:
    from engine.people.directory import Page
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork

WHOLE = 10_000  # Lines of an exported list, at most.


def scope(permission: Permission) -> set[int] | None:
    """The basins in which the person signed in may do this; None is all of them."""
    return viewer().rights.basins_with(permission)


def basins_of(work: UnitOfWork, permission: Permission) -> list[Basin]:
    """Those basins, by name."""
    wanted = scope(permission)
    return [basin for basin in basins.every(work) if wanted is None or basin.id in wanted]


def narrowed(work: UnitOfWork, permission: Permission) -> tuple[set[int] | None, list[tuple[str, str, bool]]]:
    """The basins asked for in the address among those allowed, and the choices to show."""
    allowed = basins_of(work, permission)
    slug = request.args.get("bassin", "")
    chosen = {basin.id for basin in allowed if basin.slug == slug}
    options = [(basin.slug, basin.name, basin.slug == slug) for basin in allowed]
    return chosen or scope(permission), options


def searched() -> str:
    """The words searched."""
    return request.args.get("q", "").replace("\0", "").strip()[:200]


def after() -> str:
    """After which line the page begins."""
    return request.args.get("apres", "").replace("\0", "")[:300]


def next_address(endpoint: str, page: Page) -> str | None:
    """The address of the next page, the same search kept."""
    if page.next is None:
        return None
    return url_for(endpoint, **{**kept(), "apres": page.next})


def kept() -> dict[str, Any]:
    """What of the address stays from page to page, and goes to the file."""
    return {name: request.args[name] for name in ("q", "bassin") if request.args.get(name)}


def is_within(basin_id: int | None, permission: Permission) -> bool:
    """Tell whether what belongs to this basin (None: to none) is for the person signed in to see."""
    wanted = scope(permission)
    return wanted is None or (basin_id is not None and basin_id in wanted)
