"""What the API answers about interests, attendance, opinions and votes, as JSON Schemas."""

from __future__ import annotations

from forms.interests import InterestSituation, Presence
from forms.votes import VoteChoice
from web.api.schema_words import (
    DAY,
    IDENTIFIER,
    INSTANT,
    SWITCH,
    TEXT,
    WHOLE,
    Schema,
    list_of,
    maybe,
    one_of,
    record,
    words,
)

SAID = record(
    seat_id=IDENTIFIER, person=TEXT, organisation=maybe(TEXT), choice=one_of(VoteChoice), comment=maybe(TEXT),
    cast_at=INSTANT,
)  # fmt: skip
INTEREST = record(
    id=IDENTIFIER, project_id=IDENTIFIER, reference=TEXT, person=TEXT, organisation=maybe(TEXT),
    situation=one_of(InterestSituation), details=maybe(TEXT), is_recused=SWITCH,
    through=words("self", "in_session"), declared_on=DAY, is_late=SWITCH, ended_on=maybe(DAY),
    ended_reason=maybe(TEXT),
)  # fmt: skip
SCHEMAS: dict[str, Schema] = {
    "Interest": INTEREST,
    "InterestList": record(items=list_of(INTEREST)),
    "Attendance": record(
        session_id=IDENTIFIER,
        chaired_by_id=maybe(IDENTIFIER),
        items=list_of(
            record(
                seat_id=IDENTIFIER, person=TEXT, organisation=TEXT, guest=SWITCH,
                presence=maybe(one_of(Presence)), proxy_to_seat_id=maybe(IDENTIFIER),
            )
        ),
    ),
    "ItemVoices": record(
        id=IDENTIFIER,
        session_id=IDENTIFIER,
        kind=TEXT,
        is_decided=SWITCH,
        opinion_count=WHOLE,
        opinions=list_of(SAID),
        votes=list_of(SAID),
        result=maybe(
            record(
                votes_for=WHOLE, votes_against=WHOLE, abstentions=WHOLE, eligible=WHOLE, represented=WHOLE,
                quorum_needed=WHOLE, has_quorum=SWITCH, is_carried=SWITCH, by_casting_vote=SWITCH,
            )
        ),
    ),
}  # fmt: skip
