"""A token for a password, and who its bearer is."""

from __future__ import annotations

from flask import Response, jsonify, request, url_for
from marshmallow import fields

from engine.i18n import mark as _
from engine.people import accounts, permissions, second_factor, tokens
from engine.people.permissions import Permission, Rights
from engine.people.tokens import Scope
from web import auth
from web import work as web_work
from web.api import access, bodies, representations
from web.api.bodies import Body, OneOf, Text, Whole
from web.api.endpoints import endpoint
from web.auth.viewers import asks_second_factor


class Credentials(Body):
    """Who asks for a token, and what it is for."""

    email = Text(required=True, longest=254)
    password = Text(required=True, longest=1_000)
    code = Text(longest=40, load_default=None, allow_none=True)
    name = Text(longest=tokens.LONGEST_NAME, shortest=1, load_default="API")
    scopes = fields.List(
        OneOf(tuple(scope.value for scope in Scope)),
        load_default=lambda: [Scope.READ.value, Scope.ACT.value],
        error_messages=bodies.MESSAGES,
    )
    days = Whole(least=1, most=tokens.MOST_DAYS, load_default=tokens.USUAL_DAYS)


@endpoint(
    "POST",
    "/tokens",
    title=_("Obtenir un jeton d’accès"),
    note=_("Le jeton n’est montré que cette fois. « scopes » borne ce qu’il permet : read, act, manage."),
    public=True,
    body=Credentials,
    answers={201: "Token"},
    refusals=(401, 403, 429),
)
@auth.limited
def create_token(body: dict[str, object]) -> Response:
    """Give a token for an address, a password and, once registered, a one-time code.

    The token is shown this once and kept hashed. `scopes` bounds what it lets its holder use of their
    own rights: `read`, `act`, `manage`. Too many failures for an account or a network address: 429.
    """
    is_free = not asks_second_factor()
    with web_work.start_work() as work:
        person = accounts.sign_in(
            work, str(body["email"]), str(body["password"]), request.remote_addr or "",
            str(body["code"]) if body["code"] else None, demonstration=is_free,
        )  # fmt: skip
        if second_factor.must_set_up(work, person.id, demonstration=is_free):
            raise second_factor.SecondFactorToSetUp
        text, token = tokens.create(
            work, person_id=person.id, name=str(body["name"]), scopes=body["scopes"], days=body["days"],  # type: ignore[arg-type]
        )  # fmt: skip
        answer = {
            "id": str(token.id),
            "token": text,
            "person": {"id": str(person.id), "name": person.full_name},
            "scopes": token.scopes,
            "expires_at": representations.instant(token.expires_at),
        }
    response = jsonify(answer)
    response.status_code = 201
    response.headers["Location"] = url_for("api.show_me")
    response.headers["Cache-Control"] = "no-store"
    return response


@endpoint(
    "GET",
    "/me",
    title=_("Savoir à qui est ce jeton"),
    note=_("La personne, ses rôles par bassin, ce que chacun permet."),
    answers={200: "Me"},
)
def show_me() -> Response:
    """Say whose token this is: the person, their roles by basin, what each lets them do today."""
    found = access.caller()
    rights = found.rights
    with web_work.start_reading() as work:
        basins = [
            {
                "slug": representations.slug_of(work, basin_id),
                "name": rights.places[basin_id].name,
                "roles": sorted(role.value for role in roles),
                "permissions": sorted(each.value for each in rights.permissions(basin_id)),
            }
            for basin_id, roles in sorted(rights.basins.items())
        ]
    return jsonify(
        person={
            "id": str(found.person.person_id),
            "name": found.person.full_name,
            "locale": found.person.locale,
        },
        scopes=sorted(found.bearer.scopes),
        basins=basins,
        projects=projects_of(rights),
        national={
            "roles": sorted(role.value for role in rights.national),
            "permissions": sorted(each.value for each in nationally(rights)),
        },
    )


def nationally(rights: Rights) -> frozenset[Permission]:
    """What the person may do in every basin, and with the installation."""
    return permissions.Rights(rights.person_id, national=rights.national).anywhere()


def projects_of(rights: Rights) -> list[dict[str, object]]:
    """The projects in which the person has a part of their own."""
    return [
        {
            "id": str(case_id),
            "basin": rights.places[rights.case_basins[case_id]].slug
            if case_id in rights.case_basins
            else None,
            "roles": sorted(role.value for role in roles),
        }
        for case_id, roles in sorted(rights.cases.items())
    ]
