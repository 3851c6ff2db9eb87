"""API tokens: the text is shown once, the scopes never add to the person's own rights."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine import errors
from engine.people import accounts, persons, tokens
from engine.people.models import ApiToken
from engine.people.permissions import Permission
from engine.people.tokens import Scope


@pytest.fixture
def member(sqlite):
    with sqlite.start_work() as work:
        person = persons.add(work, full_name="Zoé Élan", email="zoe@exemple.test")
        accounts.create(work, person_id=person.id)
    return person.id


def create(database, person_id, **given):
    with database.start_work() as work:
        return tokens.create(work, **{"person_id": person_id, "name": "Tableur"} | given)


def test_a_token_tells_who_presents_it_until_it_expires(sqlite, clock, member):
    text, token = create(sqlite, member, scopes=["read", "act"], days=30)
    assert text.startswith("alize_")

    clock.advance(days=29)
    with sqlite.start_reading() as work:
        bearer = tokens.verify(work, text)
        assert (bearer.person_id, bearer.token_id) == (member, token.id)
        assert bearer.scopes == {Scope.READ, Scope.ACT}
        assert text not in set(work.connection.scalars(sa.select(ApiToken.token_hash)))
    clock.advance(days=1)
    with sqlite.start_reading() as work, pytest.raises(tokens.InvalidToken):
        tokens.verify(work, text)


def test_scopes_limit_what_a_token_may_use():
    def allowed(*scopes):
        bearer = tokens.Bearer(uuid4(), uuid4(), frozenset(scopes))
        return {permission for permission in Permission if bearer.allows(permission)}

    assert Permission.SEE_PROJECT in allowed(Scope.READ)
    assert not allowed(Scope.READ) & {Permission.COMPLETE_TASK, Permission.NOTE, Permission.MANAGE_ROLES}
    assert Permission.COMPLETE_TASK in allowed(Scope.ACT)
    assert Permission.MANAGE_ROLES not in allowed(Scope.ACT)
    assert Permission.COMPLETE_TASK not in allowed(Scope.MANAGE)
    assert allowed(Scope.READ, Scope.ACT, Scope.MANAGE) == set(Permission)
    assert allowed() == set()


def test_a_revoked_token_and_one_of_a_disabled_account_are_refused(sqlite, member):
    text, token = create(sqlite, member)
    other, _row = create(sqlite, member, name="Autre")
    with sqlite.start_work() as work:
        tokens.note_use(work, token.id)
        tokens.revoke(work, member, token_id=token.id)
        tokens.revoke(work, member, token_id=token.id)
        with pytest.raises(errors.NotFound):
            tokens.revoke(work, uuid4(), token_id=token.id)
        with pytest.raises(tokens.InvalidToken):
            tokens.verify(work, text)
        assert tokens.verify(work, other).person_id == member
        assert len(tokens.of_person(work, member)) == 2
        accounts.disable(work, member)
        with pytest.raises(tokens.InvalidToken):
            tokens.verify(work, other)
        with pytest.raises(accounts.DisabledAccount):
            tokens.create(work, person_id=member, name="Encore")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["all"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 400}, "days"),
    ],
)
def test_a_token_wrongly_asked_for_is_refused_by_field(sqlite, member, given, field):
    with pytest.raises(errors.InvalidAnswers) as refusal:
        create(sqlite, member, **given)
    assert list(refusal.value.messages) == [field]


@pytest.mark.parametrize("text", ["", "alize_", "\x00", "\ud800", "x" * 10_000])
def test_anything_else_is_no_token(sqlite, text):
    with sqlite.start_reading() as work, pytest.raises(tokens.InvalidToken):
        tokens.verify(work, text)
