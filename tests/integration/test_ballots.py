"""Opinions before a session and votes in it, on both databases: whose, when, read by whom, counted how."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.committee import ballots, interests, items, voices
from engine.committee.agenda_models import AgendaItem, Ballot
from engine.committee.models import CommitteeSession
from engine.people import assignments, basins
from engine.people.models import Assignment
from tests.integration import committee_items
from tests.integration.programme import MEMBERS, Programme

ALL = dict.fromkeys(MEMBERS, "present")


@pytest.fixture
def programme(database, clock):
    programme = Programme(database, clock).install()
    programme.appraise()
    return programme


@pytest.fixture
def item_id(programme):
    return committee_items.item(programme)


def think(programme, item_id, who, choice="for", **more):
    with programme.work_as(who) as work:
        return ballots.give_opinion(work, item_id, choice=choice, **more).id


def vote(programme, item_id, **choices):
    rows = [
        {"seat_id": committee_items.seat(programme, name), "choice": choice}
        for name, choice in choices.items()
    ]
    with programme.work_as("officer") as work:
        return ballots.record(work, item_id, rows=rows)


def read_by(programme, item_id, who):
    with programme.database.start_reading() as work:
        found = ballots.opinions(work, [item_id], programme.people[who])
        return found.get(item_id, ballots.Opinions())


def change_session(programme, item_id, **values):
    with programme.work_as("officer") as work:
        session = work.database.get_one(
            CommitteeSession, work.database.get_one(AgendaItem, item_id).session_id
        )
        for name, value in values.items():
            setattr(session, name, value)


def set_rule(programme, key, value):
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key=key, value=value, reason="essai", valid_from=work.now
        )


def standing(programme, kind="vote"):
    return {
        each.person_id: each.choice
        for each in programme.rows(Ballot)
        if each.kind == kind and each.withdrawn_at is None
    }


def test_the_opinions_of_others_are_read_once_one_has_given_one_s_own(programme, item_id):
    think(programme, item_id, "successor", "against", comment="Le marché est étroit.")
    unread = read_by(programme, item_id, "mandatary")
    assert (unread.others, unread.count, unread.are_shown) == ([], 1, False)
    assert read_by(programme, item_id, "officer").others == []
    assert [each.comment for each in read_by(programme, item_id, "successor").own] == [
        "Le marché est étroit."
    ]

    think(programme, item_id, "mandatary")
    assert [each.choice for each in read_by(programme, item_id, "mandatary").others] == ["against"]
    assert read_by(programme, item_id, "chair").others == []


def test_everybody_reads_the_opinions_on_an_item_that_is_decided(programme, item_id):
    think(programme, item_id, "successor", "against")
    with programme.work_as("officer") as work:
        work.database.get_one(AgendaItem, item_id).outcome = "postponed"
    assert [each.choice for each in read_by(programme, item_id, "chair").others] == ["against"]


def test_an_opinion_given_again_replaces_the_one_before_and_the_same_changes_nothing(programme, item_id):
    first = think(programme, item_id, "successor")
    assert think(programme, item_id, "successor") == first
    think(programme, item_id, "successor", "against")

    kept = sorted((each.choice, each.withdrawn_at is None) for each in programme.rows(Ballot))
    assert kept == [("against", True), ("for", False)]


def test_an_opinion_is_given_between_the_diffusion_and_the_session(programme):
    item_id = committee_items.item(programme, is_sent=False)
    with pytest.raises(ballots.NoOpinionNow):
        think(programme, item_id, "successor")
    change_session(programme, item_id, diffused_at=programme.clock.instant, state="held")
    with pytest.raises(ballots.NoOpinionNow):
        think(programme, item_id, "successor")
    assert programme.rows(Ballot) == []


def test_only_the_holder_of_a_seat_with_a_voice_gives_its_opinion(programme, item_id):
    for who in ("officer", "expert"):
        with pytest.raises(ballots.NotYourSeat):
            think(programme, item_id, who)
    with pytest.raises(ballots.NotYourSeat):
        think(programme, item_id, "successor", seat_id=committee_items.seat(programme, "mandatary"))
    with programme.work_as("officer") as work:
        work.database.get_one(Assignment, committee_items.seat(programme, "successor")).guest = True
    with pytest.raises(ballots.NotYourSeat):
        think(programme, item_id, "successor")
    assert programme.rows(Ballot) == []


def test_whoever_stepped_back_says_nothing_of_the_item(programme, item_id):
    think(programme, item_id, "successor")
    with programme.work_as("successor") as work:
        interests.declare(work, project_id=programme.case_id, situation="competitor")
    with pytest.raises(ballots.Recused):
        think(programme, item_id, "successor")
    assert standing(programme, "opinion") == {}

    committee_items.there(programme, item_id, **ALL)
    with pytest.raises(ballots.Recused):
        vote(programme, item_id, successor="for")
    assert standing(programme) == {}


def test_who_is_there_or_represented_votes_and_nobody_else(programme, item_id):
    set_rule(programme, "committee.proxies_each", 1)
    with pytest.raises(ballots.NobodyNoted):
        vote(programme, item_id, chair="for")
    committee_items.there(
        programme, item_id, chair="present", mandatary="chair", successor="absent", prescriber="excused"
    )
    with pytest.raises(ballots.NotPresent):
        vote(programme, item_id, successor="for")

    found = vote(programme, item_id, chair="for", mandatary="against")
    assert (found.votes_for, found.votes_against, len(found.represented), len(found.eligible)) == (1, 1, 2, 4)
    through = {each.person_id: each.through for each in programme.rows(Ballot)}
    assert through == {programme.people["chair"]: "in_session", programme.people["mandatary"]: "proxy"}


def test_a_proxy_represents_nobody_where_the_basin_takes_none(programme, item_id):
    committee_items.there(programme, item_id, chair="present", mandatary="chair")
    with pytest.raises(ballots.NotPresent):
        vote(programme, item_id, mandatary="for")


def test_a_vote_noted_by_mistake_is_taken_back_and_stays_to_be_read(programme, item_id):
    committee_items.there(programme, item_id, **ALL)
    vote(programme, item_id, chair="for", successor="for")
    found = vote(programme, item_id, chair=None, successor="against")

    assert (found.votes_for, found.votes_against) == (0, 1)
    assert standing(programme) == {programme.people["successor"]: "against"}
    assert len(programme.rows(Ballot)) == 3


def test_nobody_votes_before_the_day_nor_once_the_minutes_are_signed(programme, item_id):
    committee_items.there(programme, item_id, **ALL)
    change_session(programme, item_id, held_on=programme.today + timedelta(days=1))
    with pytest.raises(items.NotHeldYet):
        vote(programme, item_id, chair="for")
    change_session(programme, item_id, held_on=programme.today, minutes_signed_on=programme.today)
    with pytest.raises(items.MinutesSigned):
        vote(programme, item_id, chair="for")
    assert standing(programme) == {}


def test_nobody_votes_on_an_item_that_has_its_outcome(programme, item_id):
    committee_items.there(programme, item_id, **ALL)
    with programme.work_as("officer") as work:
        work.database.get_one(AgendaItem, item_id).outcome = "postponed"
    with pytest.raises(ballots.ItemClosed):
        vote(programme, item_id, chair="for")


def test_the_rules_are_those_of_the_day_of_the_session(programme, item_id):
    set_rule(programme, "committee.quorum_percent", 75)
    set_rule(programme, "committee.decision_mode", "vote")
    committee_items.there(programme, item_id, chair="present", successor="present")
    programme.clock.advance(days=2)
    set_rule(programme, "committee.quorum_percent", 50)

    found = vote(programme, item_id, chair="for", successor="for")
    assert (found.quorum_needed, found.has_quorum, found.is_carried) == (3, False, False)


def test_the_chair_s_own_vote_decides_a_tie_and_the_one_of_whoever_presides_over_the_item(programme, item_id):
    committee_items.there(programme, item_id, chair="present", successor="present")
    change_session(programme, item_id, chaired_by_id=programme.people["chair"])
    found = vote(programme, item_id, chair="for", successor="against")
    assert (found.is_carried, found.by_casting_vote) == (True, True)

    with programme.work_as("officer") as work:
        item = work.database.get_one(AgendaItem, item_id)
        item.chaired_by_id = programme.people["successor"]
        work.database.flush()
        session = work.database.get_one(CommitteeSession, item.session_id)
        assert not voices.result(work, session, item, "vote").is_carried


def test_a_vote_of_a_seat_that_ended_since_the_session_still_counts(programme, item_id, clock):
    committee_items.there(programme, item_id, **ALL)
    clock.advance(days=1)
    with programme.work_as("officer") as work:
        assignments.end(work, committee_items.seat(programme, "successor"), reason="départ")
    assert vote(programme, item_id, chair="for", successor="for").votes_for == 2


def test_one_who_stepped_back_after_the_session_is_counted_no_more(programme, item_id, clock):
    committee_items.there(programme, item_id, **ALL)
    vote(programme, item_id, chair="for", successor="for")
    clock.advance(days=1)
    with programme.work_as("successor") as work:
        interests.declare(work, project_id=programme.case_id, situation="family_link")
    assert standing(programme) == {programme.people["chair"]: "for"}
    with pytest.raises(ballots.Recused):
        vote(programme, item_id, successor="for")
