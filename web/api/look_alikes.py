"""Which projects a firm may be known by already, asked before another is opened."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from stdnum.exceptions import ValidationError
from stdnum.fr import siret as sirets

from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from engine.projects import dossiers
from web import work as web_work
from web.api import bodies
from web.api.basins import visible
from web.api.bodies import Body, Text
from web.api.endpoints import endpoint

NOT_A_SIRET = _("Ce SIRET n’est pas valable : vérifiez ses chiffres.")


class FirmAsked(Body):
    """A firm, as an intake would name it."""

    basin = Text(longest=60, required=True)
    name = Text(longest=200, shortest=1, required=True)
    siret = Text(longest=30, load_default="")


@endpoint(
    "GET",
    "/projects/look-alikes",
    title=_("Chercher les projets d’une entreprise peut-être déjà connue"),
    note=_(
        "À demander avant « POST /projects » : une entreprise peut revenir, il ne refuse pas un nom "
        "semblable. « known_as » est le nom que porte déjà ce SIREN, s’il en porte un autre : le "
        "projet le prendrait, et il faut le confirmer."
    ),
    permission=Permission.OPEN_PROJECT,
    query=FirmAsked,
    answers={200: "LookAlikes"},
    refusals=(403, 404),
)
def list_look_alikes(query: dict[str, Any]) -> Response:
    """List the projects of a basin whose firm may be this one: same SIREN, or a name that resembles."""
    siret = number_of(query["siret"])
    with web_work.start_reading() as work:
        basin = visible(work, query["basin"])
        permissions.require(work, Permission.OPEN_PROJECT, basin_id=basin.id)
        found = dossiers.duplicates(work, basin_id=basin.id, name=query["name"], siret=siret)
        known_as = dossiers.known_name(work, name=query["name"], siret=siret)
    items = [
        {"id": str(each.project_id), "reference": each.reference, "firm": each.firm, "state": each.status}
        for each in found
    ]
    return jsonify(items=items, known_as=known_as)


def number_of(typed: str) -> str | None:
    """A SIRET without its spaces. Raises `errors.InvalidAnswers` for what is none."""
    if not typed.strip():
        return None
    try:
        return str(sirets.validate(typed))
    except ValidationError:
        bodies.refuse({"siret": [NOT_A_SIRET]})
