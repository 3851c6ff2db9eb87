"""What the API answers, as JSON Schemas: every name that appears, and no other."""

from __future__ import annotations

from engine.operations.recalled.corrected import KINDS
from engine.people.models import Role
from engine.people.permissions import Permission
from engine.people.tokens import Scope
from engine.projects.statuses import EndKind, Phase, Status
from engine.registry.checks import Answer, Verdict
from engine.registry.problems import Level, Severity
from forms.choices import Audience, SessionKind
from web.api import adoption_schemas as adopting
from web.api import agenda_schemas, minutes_schemas, paper_schemas, version_schemas, voice_schemas
from web.api import leaving_schemas as leaving
from web.api.schema_words import (
    DAY,
    FREE,
    HEX,
    IDENTIFIER,
    INSTANT,
    NUMBER,
    SWITCH,
    TEXT,
    WHOLE,
    Schema,
    list_of,
    maybe,
    one_of,
    page_of,
    record,
    ref,
    words,
)

MONEY = record(cents=WHOLE, currency={"const": "EUR"})
ANSWER: Schema = {"type": ["string", "integer", "boolean"]}
NAMED = record(id=IDENTIFIER, name=TEXT)
ACT = record(path=TEXT, title=TEXT, form=TEXT, form_schema=FREE, prefill=FREE)
DOSSIER = record(id=IDENTIFIER, reference=TEXT, firm=TEXT)

PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457. `errors` gives sentences by field where answers are to be corrected.",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": WHOLE,
        "detail": TEXT,
        "errors": {"type": "object", "additionalProperties": list_of(TEXT)},
    },
    "required": ["type", "title", "status", "detail"],
}

TASK: dict[str, Schema] = {
    "id": IDENTIFIER,
    "project": DOSSIER,
    "basin": TEXT,
    "process": TEXT,
    "step": TEXT,
    "title": TEXT,
    "form": TEXT,
    "role": TEXT,
    "capacity": maybe(TEXT),
    "position": maybe(WHOLE),
    "personal": SWITCH,
    "assignee_id": maybe(IDENTIFIER),
    "waits_for": TEXT,
    "opened_at": INSTANT,
    "opened_on": DAY,
    "due_on": DAY,
    "due_at": INSTANT,
    "claimed_at": maybe(INSTANT),
    "awaiting": maybe(record(cause=TEXT, until=maybe(DAY), reason=maybe(TEXT))),
    "suspended": SWITCH,
    "urgency": maybe(words("waiting", "late", "soon", "later")),
    "closed": maybe(
        record(
            at=INSTANT,
            by=maybe(IDENTIFIER),
            on_behalf_of=maybe(IDENTIFIER),
            outcome=TEXT,
            occurred_on=maybe(DAY),
        )
    ),
}

PROJECT: dict[str, Schema] = {
    "id": IDENTIFIER,
    "reference": TEXT,
    "basin": TEXT,
    "firm": TEXT,
    "city": maybe(TEXT),
    "phase": one_of(Phase),
    "state": one_of(Status),
    "state_label": TEXT,
    "opened_on": DAY,
    "effective_on": maybe(DAY),
    "follow_up_ends_on": maybe(DAY),
    "suspended_until": maybe(DAY),
    "ended_on": maybe(DAY),
}

EVENT = record(
    number=WHOLE,
    kind=TEXT,
    recorded_at=INSTANT,
    occurred_on=maybe(DAY),
    actor=maybe(TEXT),
    on_behalf_of=maybe(TEXT),
    capacity=maybe(TEXT),
    subject_id=IDENTIFIER,
    details=FREE,
    content=FREE,
)

CHECK_PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "level": one_of(Level),
        "code": TEXT,
        "severity": one_of(Severity),
        "message": TEXT,
        "elements": list_of(TEXT),
        "file": TEXT,
        "process": TEXT,
        "article": TEXT,
        "rule": TEXT,
        "remedy": TEXT,
        "trace": list_of(TEXT),
        "story": list_of(record(process=TEXT, element=TEXT, flows=list_of(TEXT), sentence=TEXT)),
    },
    "required": ["level", "code", "severity", "message", "elements"],
    "additionalProperties": False,
}

QUEUE = record(waiting=WHOLE, late=WHOLE, suspended=WHOLE, oldest_since=maybe(INSTANT))

DURATION: Schema = {"type": "string", "description": "ISO 8601", "pattern": "^PT[0-9]+S$"}
ESTIMATE = record(
    count=WHOLE,
    **{name: maybe(DURATION) for name in (
        "median", "low", "high", "first_quartile", "third_quartile", "ninetieth",
    )},
)  # fmt: skip
BOTTLENECKS = record(
    **{"from": DAY, "to": DAY},
    as_of=INSTANT,
    completed=WHOLE,
    total=DURATION,
    open=QUEUE,
    steps=list_of(
        record(
            process=TEXT,
            step=TEXT,
            waits_for=TEXT,
            completed=WHOLE,
            late=WHOLE,
            late_share=maybe(NUMBER),
            waiting=DURATION,
            working=DURATION,
            awaited=DURATION,
            lasted=ESTIMATE,
            open=QUEUE,
        )
    ),
    whom=list_of(record(waits_for=TEXT, completed=WHOLE, late=WHOLE, total=DURATION, open=QUEUE)),
    oldest=list_of(
        record(
            project=DOSSIER,
            task_id=IDENTIFIER,
            step=TEXT,
            opened_at=INSTANT,
            waits_for=TEXT,
        )
    ),
    durations_rounded=SWITCH,
)

WRITTEN: dict[str, Schema] = {
    "audience": one_of(Audience),
    "occurred_on": DAY,
    "recorded_at": INSTANT,
    "recorded_by": maybe(TEXT),
    "struck_at": maybe(INSTANT),
}
DOCUMENT = record(
    id=IDENTIFIER,
    name=TEXT,
    kind=TEXT,
    content_type=TEXT,
    size=WHOLE,
    content_hash=TEXT,
    **WRITTEN,
)
NOTE = record(
    id=IDENTIFIER,
    kind=words("note", "phone_call"),
    text=TEXT,
    correspondent=maybe(TEXT),
    **WRITTEN,
)
MAIL = record(
    kind=TEXT,
    recipient=TEXT,
    task_id=maybe(IDENTIFIER),
    counts_for=maybe(WHOLE),
    send_after=INSTANT,
    sent_at=maybe(INSTANT),
    outcome=maybe(TEXT),
)
SESSION = record(
    id=IDENTIFIER,
    number=maybe(TEXT),
    basin=TEXT,
    held_on=DAY,
    starts_at=maybe(TEXT),
    kind=one_of(SessionKind),
    place=maybe(TEXT),
    video_link=maybe(TEXT),
    state=words("planned", "held", "cancelled"),
    diffused_at=maybe(INSTANT),
    minutes_signed_on=maybe(DAY),
    decisions=WHOLE,
    chaired_by=maybe(TEXT),
)
CORRECTABLE: dict[str, Schema] = {
    "id": IDENTIFIER,
    "kind": words(*sorted(KINDS)),
    "occurred_on": DAY,
    "recorded_at": INSTANT,
    "recorded_by": maybe(TEXT),
    "replaces_id": maybe(IDENTIFIER),
    "values": FREE,
}
FOLLOWED = record(kind=TEXT, subject_id=IDENTIFIER, recorded_at=INSTANT, occurred_on=maybe(DAY))

SCHEMAS: dict[str, Schema] = {
    "Problem": PROBLEM,
    "OpenApi": {"type": "object", "required": ["openapi", "info", "paths"]},
    "Token": record(
        id=IDENTIFIER, token=TEXT, person=NAMED, scopes=list_of(one_of(Scope)), expires_at=INSTANT
    ),
    "SignatureCode": record(address=TEXT, expires_at=INSTANT),
    "SignatureProof": record(proved_until=INSTANT),
    "TokenDescription": record(
        id=IDENTIFIER,
        name=TEXT,
        scopes=list_of(one_of(Scope)),
        created_at=INSTANT,
        expires_at=INSTANT,
        last_used_at=maybe(INSTANT),
        revoked_at=maybe(INSTANT),
        valid=SWITCH,
    ),
    "TokenList": page_of("TokenDescription"),
    "Me": record(
        person=record(id=IDENTIFIER, name=TEXT, locale=TEXT),
        scopes=list_of(one_of(Scope)),
        basins=list_of(
            record(slug=TEXT, name=TEXT, roles=list_of(one_of(Role)), permissions=list_of(one_of(Permission)))
        ),
        projects=list_of(record(id=IDENTIFIER, basin=maybe(TEXT), roles=list_of(one_of(Role)))),
        national=record(roles=list_of(one_of(Role)), permissions=list_of(one_of(Permission))),
    ),
    "Basin": record(
        slug=TEXT,
        code=TEXT,
        name=TEXT,
        zone=TEXT,
        territory=TEXT,
        parameters=record(current=FREE, published=FREE),
        version=maybe(
            record(
                id=IDENTIFIER,
                number=WHOLE,
                content_hash=TEXT,
                effective_on=DAY,
                published_at=INSTANT,
                charter_version=TEXT,
                diagrams=list_of(TEXT),
                reference=maybe(WHOLE),
                changes=list_of(FREE),
            )
        ),
    ),
    "BasinSummary": record(slug=TEXT, code=TEXT, name=TEXT),
    "BasinList": page_of("BasinSummary"),
    "ProjectSummary": record(**PROJECT),
    "ProjectList": page_of("ProjectSummary"),
    "LookAlikes": record(
        items=list_of(record(id=IDENTIFIER, reference=TEXT, firm=TEXT, state=one_of(Status))),
        known_as=maybe(TEXT),
    ),
    "Project": record(
        **PROJECT,
        siret=maybe(TEXT),
        need=maybe(TEXT),
        contact=record(name=TEXT, email=maybe(TEXT), phone=maybe(TEXT)),
        category=maybe(TEXT),
        headcount=maybe(WHOLE),
        charter_version=TEXT,
        mandatary=maybe(NAMED),
        follow_up_months=maybe(WHOLE),
        cadence_months=maybe(WHOLE),
        advance=MONEY,
        resubmission_of=maybe(IDENTIFIER),
        end=maybe(record(kind=one_of(EndKind), cause=maybe(TEXT), reason=maybe(TEXT))),
        next=list_of(
            record(
                task_id=IDENTIFIER,
                title=TEXT,
                step=TEXT,
                role=TEXT,
                person=maybe(TEXT),
                opened_on=DAY,
                due_on=DAY,
                waits_for=TEXT,
            )
        ),
        dates=list_of(record(on=DAY, what=TEXT)),
        basin_answers=list_of(
            record(
                task_id=IDENTIFIER,
                process=TEXT,
                step=TEXT,
                title=TEXT,
                form=TEXT,
                occurred_on=maybe(DAY),
                answers=list_of(record(name=TEXT, label=TEXT, text=TEXT, value=ANSWER)),
            )
        ),
    ),
    "Event": EVENT,
    "EventList": page_of("Event"),
    "Document": DOCUMENT,
    "DocumentList": page_of("Document"),
    "Note": NOTE,
    "NoteList": page_of("Note"),
    "Mail": MAIL,
    "MailList": page_of("Mail"),
    "RecordSummary": record(**CORRECTABLE),
    "RecordList": page_of("RecordSummary"),
    "Record": record(**CORRECTABLE, followed=list_of(FOLLOWED)),
    "Session": SESSION,
    "SessionList": page_of("Session"),
    "ActingChair": record(basin=TEXT, acting_chair_id=IDENTIFIER, ends_on=DAY),
    "TaskSummary": record(**TASK, has_draft=SWITCH),
    "TaskList": page_of("TaskSummary"),
    "Task": record(
        **TASK,
        allowed=record(
            **dict.fromkeys(("complete", "claim", "release", "delegate", "hold", "on_behalf"), SWITCH)
        ),
        form_schema=maybe(FREE),
        prefill=FREE,
        facts=list_of(record(label=TEXT, value=TEXT)),
        draft=maybe(ref("Draft")),
    ),
    "Draft": record(answers=FREE, saved_at=INSTANT),
    "ActList": record(items=list_of(ACT)),
    "CheckReport": record(
        file=TEXT,
        verdict=one_of(Verdict),
        sound=maybe(SWITCH),
        conformant=maybe(SWITCH),
        levels=record(**{level.value: one_of(Answer) for level in Level}),
        problems=list_of(CHECK_PROBLEM),
        states=maybe(WHOLE),
        milliseconds=NUMBER,
    ),
    "HistoryEntry": record(
        seq=WHOLE,
        chain_id=HEX,
        number=WHOLE,
        basin_id=maybe(WHOLE),
        recorded_at=INSTANT,
        occurred_on=maybe(DAY),
        actor_id=HEX,
        on_behalf_of=maybe(HEX),
        capacity=maybe(TEXT),
        kind=TEXT,
        subject_id=HEX,
        data=TEXT,
        content_digest=maybe(TEXT),
        hash=TEXT,
    ),
    "HistoryList": record(items=list_of(ref("HistoryEntry")), next=WHOLE),
    "Bottlenecks": BOTTLENECKS,
    "ClockReading": record(now=INSTANT, done=WHOLE),
    **agenda_schemas.SCHEMAS,
    **minutes_schemas.SCHEMAS,
    **paper_schemas.SCHEMAS,
    **adopting.SCHEMAS,
    **leaving.SCHEMAS,
    **version_schemas.SCHEMAS,
    **voice_schemas.SCHEMAS,
}
