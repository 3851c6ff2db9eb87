"""Every route × every role × own or other basin, against a table written by hand."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from engine.clock import FrozenClock
from tests.conftest import START
from tests.web import permission_world
from tests.web.permission_table import NOBODY, ROLES, Line, lines

FOR_API = "/api/"
# What an address must be asked with, so that what answers is who asks.
QUERIES = {
    "GET /api/v1/basins/<string:slug>/version-changes/preview": "to=1",
    "GET /api/v1/sessions": "basin={slug}",
    "GET /api/v1/projects/look-alikes": "basin={slug}&name=Firme",
    "POST /api/v1/projects/<uuid:project_id>/documents": "name=devis.pdf",
}
# What a browser sends there, so that whoever is let in costs little: one month instead of two years.
FORMS = {
    "/bassins/<string:slug>/processus/brouillon/repetition": {"mois": "1"},
    "/bassins/<string:slug>/processus/repetition": {"mois": "1"},
}
VERBS = {"HEAD", "OPTIONS"}


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    made = permission_world.build(tmp_path_factory.mktemp("matrix"), FrozenClock(START))
    yield made
    made.engine.close()


def test_every_route_is_in_the_table_once(trial):
    listed = [(line.verb, line.route) for line in lines()]
    routed = {
        (verb, rule.rule)
        for rule in trial.flask.url_map.iter_rules()
        for verb in (rule.methods or set()) - VERBS
    }

    assert len(listed) == len(set(listed))
    assert set(listed) - routed == set(), "these routes are gone: take their lines out"
    assert routed - set(listed) == set(), "write what each role meets there, in tests/web/permission_table.py"


def test_every_line_says_something_of_everybody():
    odd = [line.route for line in lines() if {len(line.own), len(line.other)} != {len(ROLES) + 1}]

    assert not odd


@pytest.mark.parametrize("line", lines(), ids=lambda line: f"{line.verb} {line.route}")
def test_each_role_meets_what_the_table_says(trial, line):
    met = {
        place: "".join(sign_of(send(trial, line, who, place)) for who in (NOBODY, *ROLES))
        for place in ("own", "other")
    }

    assert met == {"own": line.own, "other": line.other}, (
        f"{line.verb} {line.route} {met['own']} {met['other']}"
    )


def send(trial, line: Line, who: str, place: str) -> TestResponse:
    """Try a route as somebody; what it writes is undone."""
    adapter = trial.flask.url_map.bind("localhost")
    rule = next(
        each
        for each in trial.flask.url_map.iter_rules()
        if each.rule == line.route and line.verb in each.methods
    )
    values = {name: trial.things[place][name] for name in rule.arguments - set(rule.defaults or {})}
    path = adapter.build(rule.endpoint, {**(rule.defaults or {}), **values})
    if path.startswith(FOR_API):
        headers = {} if who == NOBODY else {"Authorization": f"Bearer {trial.texts[who]}"}
        body = {"json": body_of(line.route, trial.things[place])} if line.verb == "POST" else {}
        query = QUERIES.get(f"{line.verb} {line.route}", "").format(**trial.things[place])
        answer = trial.flask.test_client().open(
            f"{path}?{query}", method=line.verb, headers={**headers, "Idempotency-Key": "matrix"}, **body
        )
    else:
        form = FORMS.get(line.route) if line.verb == "POST" else None
        answer = trial.browser(who).open(path, method=line.verb, data=form, buffered=True)
    if line.verb != "GET":
        trial.put_back()
    return answer


# A line that nobody holds: whoever may hand over is then told so (409).
NOT_THEIRS: dict[str, object] = {
    "takers": [{"key": "role-0", "person_id": "00000000-0000-0000-0000-000000000001"}],
    "reason": "Départ.",
}


def body_of(route: str, things: dict[str, object]) -> dict[str, object]:
    """A body of the right shape, so that what answers is who asks; what it says is refused afterwards."""
    bodies: dict[str, dict[str, object]] = {
        "/api/v1/basins/<string:slug>/version-changes": {
            "to": 1,
            "projects": [str(things["project_id"])],
            "reason": "Essai.",
        },
        "/api/v1/basins/<string:slug>/version-changes/<uuid:batch_id>/projects/<uuid:project_id>/undo": {},
        "/api/v1/projects": {"basin": things["slug"], "answers": {}},
        "/api/v1/projects/<uuid:project_id>/records/<uuid:record_id>/correct": {"reason": "Une coquille."},
        "/api/v1/sessions": {"basin": things["slug"], "answers": {}},
        "/api/v1/sessions/<uuid:session_id>/cancel": {"reason": "Salle fermée."},
        "/api/v1/sessions/<uuid:session_id>/acknowledge": {},
        "/api/v1/sessions/<uuid:session_id>/agenda/pick": {"key": things["item_key"]},
        "/api/v1/sessions/<uuid:session_id>/agenda/remove": {"key": things["item_key"], "answers": {}},
        "/api/v1/sessions/<uuid:session_id>/agenda/reorder": {"keys": things["item_key"]},
        "/api/v1/sessions/<uuid:session_id>/agenda/restore": {"key": things["item_key"]},
        "/api/v1/tasks/<uuid:task_id>/sign-on-paper": {
            "signed_on": "2026-11-16",
            "document_id": str(things["document_id"]),
        },
        "/api/v1/tasks/<uuid:task_id>/signature-code": {},
        "/api/v1/tasks/<uuid:task_id>/signature-proof": {"code": "123456"},
        "/api/v1/tasks/<uuid:task_id>/resume": {},
        "/api/v1/tasks/<uuid:task_id>/remind": {},
        "/api/v1/tokens/<uuid:token_id>/revoke": {},
        "/api/v1/people/<uuid:person_id>/tokens/<uuid:token_id>/revoke": {},
        "/api/v1/absences": {"first_day": "2026-12-21", "last_day": "2026-12-24"},
        "/api/v1/absences/<uuid:absence_id>/substitutes": {
            "basin": things["slug"],
            "substitute_id": str(things["person_id"]),
        },
        "/api/v1/absences/<uuid:absence_id>/withdraw": {},
        "/api/v1/substitutions/<uuid:substitution_id>/end": {},
        "/api/v1/people/<uuid:person_id>/handover": NOT_THEIRS,
        "/api/v1/people/<uuid:person_id>/handover/check": NOT_THEIRS,
        "/api/v1/tasks/<uuid:task_id>/delegate": {"to": str(things["person_id"])},
        "/api/v1/tasks/<uuid:task_id>/claim": {},
        "/api/v1/tasks/<uuid:task_id>/release": {},
        "/api/v1/clock/advance": {"by": "P1D"},
        "/api/v1/tokens": {},
    }
    return bodies.get(route, {"answers": {}})


def sign_of(answer: TestResponse) -> str:
    """What somebody met, as the table writes it."""
    if answer.status_code in {401, 403, 404}:
        return {401: "!", 403: "-", 404: "0"}[answer.status_code]
    if answer.status_code in {302, 303} and (answer.location or "").startswith("/connexion"):
        return ">"
    assert answer.status_code < 429, answer.get_data(as_text=True)[:800]
    return "."
