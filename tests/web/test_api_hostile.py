"""Whatever is sent, the API answers as its document says: a clear refusal, never a 500, nothing half done."""

from __future__ import annotations

import shutil
from http import HTTPStatus
from urllib.parse import quote
from uuid import uuid4

import hypothesis
import pytest
import schemathesis
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

from engine import app as engine_app
from engine.clock import FrozenClock
from engine.documents import requests
from engine.people import tokens
from engine.persistence import history
from engine.persistence.unit_of_work import Actor
from tests import effort
from tests.conftest import START
from tests.web import installation
from tests.web.api_client import INTAKE, PREFIX, Program
from tests.web.installation import LORRAINE
from web.api import endpoints

SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
EXAMPLES = effort.times(15, 1_500)

HOSTILE_TEXTS = (
    "", " ", "\u0000", "a\u0000b", "\ud800", "🪁" * 50, "مرحبا بالعالم", "\u202ertl", "é" * 10_000, "<script>alert(1)</script>",
    "'; DROP TABLE project; --", "=1+1", "../../etc/passwd", "%s%n{0}{}", "0000-01-01", "9999-12-31", "0001-01-01",
    "2026-02-30", "P9999Y", "1e400", "NaN", "-1", "9" * 60, str(uuid4()), "\r\nX-Injected: 1", "\ufeff", "\uffff",
)  # fmt: skip
HOSTILE_NUMBERS = (0, -1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**40, 10**4_000, 1e308, -0.0, 0.1, True)

texts = st.one_of(st.sampled_from(HOSTILE_TEXTS), st.text(max_size=30))
leaves = st.one_of(st.none(), st.booleans(), st.sampled_from(HOSTILE_NUMBERS), st.integers(), texts)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=8,
)
names = st.sampled_from(
    [*INTAKE, "basin", "answers", "occurred_on", "on_behalf_of", "late_reason", "to", "by", "needs"]
)


@pytest.fixture(scope="module")
def flask(installed, tmp_path_factory):
    """One installation for all the blows."""
    from web import app as web_app

    folder = tmp_path_factory.mktemp("hostile")
    for file in installed[0].glob("alize.db*"):
        shutil.copy(file, folder)
    engine = engine_app.build(installation.settings_for(folder), clock=FrozenClock(START))
    made = web_app.create_app(engine)
    made.config["RATELIMIT_ENABLED"] = False
    yield made
    engine.close()


@pytest.fixture(scope="module")
def api(flask, installed):
    program = Program.of(flask, flask.extensions["alize"], installed[1])
    for who in ("officer", "administrator"):
        program.token(who)
    return program


@pytest.fixture(scope="module")
def places(api, installed):
    """What stands for each part of a path: things that exist."""
    project = installation.open_project(api.engine, installed[1])
    task = api.get("officer", f"/projects/{project}").json["next"][0]["task_id"]
    where = f"/projects/{project}"
    kept = api.post(
        "officer", f"{where}/documents?name=devis.pdf", data=b"%PDF-1.4", content_type="application/pdf"
    )
    api.post(
        "officer",
        f"{where}/calls",
        {"answers": {"correspondent": "Claire Lac", "summary": "Rappelle lundi."}},
    )
    planned = api.post(
        "officer", "/sessions", {"basin": LORRAINE, "answers": {"held_on": "2026-12-03", "kind": "written"}}
    )
    officer = installed[1].people["officer"]
    with api.engine.database.start_work(Actor(officer, "cli")) as work:
        _text, token = tokens.create(work, person_id=officer, name="un autre")
        paper_id = requests.ask(
            work, kind="decision_letter", subject_id=project, chain_id=project, basin_id=installed[1].basin_id,
            project_id=project, name="Décision.pdf", audience="project",
        )  # fmt: skip
    # What this installation has none of is asked for all the same.
    missing = dict.fromkeys(
        (
            "item_id",
            "declaration_id",
            "erratum_id",
            "observation_id",
            "batch_id",
            "substitution_id",
            "absence_id",
        ),
        str(uuid4()),
    )
    return missing | {
        "paper_id": str(paper_id),
        "project_id": str(project), "task_id": task, "slug": LORRAINE, "document_id": kept.json["id"],
        "record_id": api.get("officer", f"{where}/notes").json["items"][0]["id"],
        "session_id": planned.json["id"], "person_id": str(officer), "token_id": str(token.id),
    }  # fmt: skip


def written(api):
    """How many entries the history has: every act leaves one."""
    with api.engine.database.start_reading() as work:
        return work.connection.scalar(sa.select(sa.func.count()).select_from(history.history))


def refused_cleanly(api, before, answer):
    """Refused with a sentence, and nothing written."""
    assert answer.status_code < 500, answer.text[:500]
    if answer.status_code >= 400:
        assert answer.json["detail"]
        assert answer.json["status"] == answer.status_code
        assert written(api) == before


@given(sent=st.data())
@hypothesis.settings(max_examples=EXAMPLES * 3, suppress_health_check=SHARED)
def test_bodies_of_any_shape_are_refused_cleanly(api, places, sent):
    _verb, path = sent.draw(st.sampled_from([each for each in api.contract.operations if each[0] == "POST"]))
    body = sent.draw(st.one_of(values, st.dictionaries(names, values, max_size=5)))
    before = written(api)

    answer = api.post(
        sent.draw(st.sampled_from(["officer", "administrator"])), path.format(**places), json=body
    )

    refused_cleanly(api, before, answer)


@given(field=st.sampled_from(sorted(INTAKE)), value=values)
@hypothesis.settings(max_examples=EXAMPLES, suppress_health_check=SHARED)
def test_one_wrong_answer_among_right_ones_is_refused_cleanly(api, places, field, value):
    before = written(api)

    answer = api.post("officer", "/projects", {"basin": LORRAINE, "answers": {**INTAKE, field: value}})

    refused_cleanly(api, before, answer)


@given(sent=st.data())
@hypothesis.settings(max_examples=EXAMPLES * 2, suppress_health_check=SHARED)
def test_questions_of_any_shape_are_refused_cleanly(api, places, sent):
    (_verb, path), operation = sent.draw(
        st.sampled_from([each for each in api.contract.operations.items() if each[0][0] == "GET"])
    )
    known = [each["name"] for each in operation["parameters"] if each["in"] == "query"]
    query = sent.draw(
        st.dictionaries(st.one_of(st.sampled_from([*known, "limit"]), texts), texts, max_size=3)
    )
    parts = sent.draw(st.one_of(st.just(places), st.fixed_dictionaries(dict.fromkeys(places, texts))))
    spelled = {
        name: quote(value.encode("utf-8", "surrogatepass"), safe="") or "x" for name, value in parts.items()
    }
    asked = "&".join(
        f"{quote(name.encode('utf-8', 'surrogatepass'))}={quote(value.encode('utf-8', 'surrogatepass'))}"
        for name, value in query.items()
    )
    before = written(api)

    answer = api.get("officer", f"{path.format(**spelled)}?{asked}")

    refused_cleanly(api, before, answer)
    assert written(api) == before


@given(content=st.one_of(st.binary(max_size=300), texts.map(lambda text: text.encode("utf-8", "surrogatepass"))),
       kind=st.sampled_from(["application/json", "application/xml", "text/plain", "multipart/form-data", "", "é", "application/json; charset=utf-16"]))  # fmt: skip
@hypothesis.settings(max_examples=EXAMPLES, suppress_health_check=SHARED)
def test_bytes_of_any_sort_are_refused_cleanly(api, places, content, kind):
    before = written(api)

    for path in ("/projects", f"/tasks/{places['task_id']}/complete", "/tokens", "/processes/check"):
        answer = api.post("officer", path, data=content, content_type=kind.encode().decode("latin-1"))
        refused_cleanly(api, before, answer)


@given(value=st.one_of(st.text(max_size=40), st.sampled_from(HOSTILE_TEXTS)))
@hypothesis.settings(max_examples=EXAMPLES, suppress_health_check=SHARED)
def test_headers_of_any_sort_are_refused_cleanly(api, places, value):
    spelled = value.encode("utf-8", "surrogatepass").decode("latin-1")
    spelled = "".join(each for each in spelled if each >= " ")[:9_000]

    for name in ("Authorization", "Idempotency-Key", "Accept-Language", "Accept"):
        answer = api.flask.test_client().post(f"{PREFIX}/projects", headers={name: spelled}, json={})
        api.contract.check("POST", f"{PREFIX}/projects", answer)
        assert answer.status_code == 401


# ── Schemathesis, on the document itself ────────────────────────────────────────────────────────────────────


RIGHT, WRONG = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
# What is sent to each endpoint, right and wrong; some take nothing that could be wrong.
SENT = [
    pytest.param(line, mode, id=f"{line.verb} {line.documented_path} {mode.value}")
    for line in endpoints.ENDPOINTS
    for mode in (RIGHT, WRONG)
    if mode is RIGHT or not line.public or line.verb == "POST"
]


# No schema tells everything that a form refuses, what a cursor is, nor that a period ends after it began.
TOLD_IN_PART = {
    "list_look_alikes",
    "list_projects",
    "list_tasks",
    "open_project",
    "adopt_project",
    "withdraw_project",
    "complete_task",
    "show_bottlenecks",
    "terminate_project",
    "replace_mandatary",
    "replace_person",
    "correct_paper_day",
    "strike_paper_signature",
    "suspend_project",
    "resume_project",
    "write_note",
    "note_call",
    "signal_difficulty",
    "add_document",
    "add_item",
    "remove_item",
    "ask_for_amendment",
    "mark_advance_paid",
    "strike_advance_payment",
    "diffuse_again",
    "declare_interest",
    "note_attendance",
    "extend_consultation",
    "record_erratum",
    "validate_file",
    "send_scan",
    "correct_record",
    "list_sessions",
    "plan_session",
    "move_session",
    "hold_session",
    "cancel_session",
    "designate_acting_chair",
    "hold_task",
    "sign_on_paper",
    "order_version_change",
    "list_absences",
    "declare_absence",
    "name_substitute",
    "check_handover",
    "hand_over",
}


@pytest.fixture(scope="module")
def described(flask):
    return schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", flask)


def is_wrong_as_sent(case) -> bool:
    """Whether what was made wrong leaves: our headers mend theirs, an empty parameter is not sent."""
    wrong = {where for where, part in case.meta.components.items() if part.mode is WRONG}
    if wrong - {ParameterLocation.HEADER, ParameterLocation.QUERY}:
        return True
    sent = {name for name, value in (case.query or {}).items() if value not in (None, "", [], {})}
    known = {each.name for each in case.operation.query}
    changed = {change.path[0] for change in case.meta.phase.data.mutations if change.path}
    return bool(sent - known or sent & changed)


@pytest.mark.parametrize(("line", "mode"), SENT)
def test_the_document_is_true_of_what_is_sent_and_answered(described, api, places, line, mode):
    token = api.token("officer")
    not_asked = [checks.ignored_auth]  # It would take our token for one of its own making.
    if line.name in TOLD_IN_PART:
        not_asked.append(checks.positive_data_acceptance)

    @given(case=described[line.documented_path][line.verb].as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=effort.times(4, 200),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def send(case):
        if mode is RIGHT:
            case.path_parameters = {part: places[part] for part in case.path_parameters or {}}
        # In process, nothing undoes compression on the way. A key drawn twice would be of another request.
        answer = case.call(
            headers={
                "Authorization": f"Bearer {token}",
                "Accept-Encoding": "identity",
                "Idempotency-Key": uuid4().hex,
            }
        )
        # What is too large to be read is refused as such (413), whatever else is wrong with it.
        is_refused = is_wrong_as_sent(case) and answer.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        unasked = [] if is_refused else [checks.negative_data_rejection]
        case.validate_response(answer, excluded_checks=not_asked + unasked)

    send()
