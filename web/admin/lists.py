"""What the lists of the administration share: whose basins, the search, pages, files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from flask import request, url_for

from engine.people import basins
from engine.people.permissions import Permission
from web.auth import viewer

if TYPE_CHECKING:
    from engine.people.models import Basin
    from engine.persistence.keyset import Page
    from engine.persistence.unit_of_work import UnitOfWork

MANY = 500  # Lines read at once for a file.


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


def searched(name: str = "q") -> str:
    """The words searched."""
    return request.args.get(name, "").replace("\0", "").strip()[:200]


def after(name: str = "apres") -> str:
    """After which line the page begins."""
    return request.args.get(name, "").replace("\0", "")[:300]


def next_address(endpoint: str, page: Page, name: str = "apres") -> str | None:
    """The address of the next page, the same search kept."""
    if page.next is None:
        return None
    return url_for(endpoint, **{**kept(), name: page.next})


def kept() -> dict[str, Any]:
    """What of the address stays from page to page, and goes to the file."""
    return {name: request.args[name] for name in ("q", "bassin") if request.args.get(name)}


def every(read: Callable[[str], Page]) -> Iterator[Any]:
    """Every line of a list, for a file: page after page, and none left out."""
    after = ""
    while True:
        page = read(after)
        yield from page.lines
        if page.next is None:
            return
        after = page.next
