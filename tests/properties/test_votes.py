"""What holds of every count of votes, whatever the seats, the proxies and the rules of the basin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from engine.committee import votes
from engine.committee.votes import Fault, Rules, Voters, Why
from forms.choices import DecisionMode
from forms.votes import Majority, VoteChoice

FOR, AGAINST, ABSTAIN = VoteChoice.FOR, VoteChoice.AGAINST, VoteChoice.ABSTAIN
MOST_SEATS, GUESTS = 30, 3


def seat(number: int) -> UUID:
    return UUID(int=number)


RULES = st.builds(
    Rules,
    mode=st.sampled_from([DecisionMode.VOTE, DecisionMode.VOTE, DecisionMode.CONSENSUS]),
    quorum_percent=st.integers(0, 100),
    majority=st.sampled_from(Majority),
    has_casting_vote=st.booleans(),
    proxies_each=st.integers(0, 3),
)


@dataclass(frozen=True)
class Sitting:
    """An item put to the vote: who was what to it, what the ballots said, by which rules."""

    voters: Voters
    ballots: dict[UUID, VoteChoice]
    rules: Rules

    def tally(self, **changes) -> votes.Result:
        return votes.tally(self.voters, changes.get("ballots", self.ballots), self.rules)


@st.composite
def sittings(draw):
    """Half of the proxies go where they may; the others to anybody: guests, absents, oneself, in circles."""
    seats = [seat(number) for number in range(1, draw(st.integers(0, MOST_SEATS)) + 1)]
    everybody = seats + [seat(100 + number) for number in range(GUESTS)]
    anybody = st.sampled_from(everybody)
    present = frozenset(each for each in everybody if draw(st.integers(0, 9)) < 6)
    recused = frozenset(draw(st.lists(anybody, max_size=4)))
    proxies = {}
    for giver in everybody:
        if giver not in present and draw(st.booleans()):
            there = sorted(present - recused - {giver})
            proxies[giver] = draw(st.sampled_from(there) if there and draw(st.booleans()) else anybody)
    proxies |= draw(st.dictionaries(anybody, anybody, max_size=2))
    choice = st.sampled_from([FOR, FOR, AGAINST, ABSTAIN, None])
    said = {each: draw(choice) for each in everybody}
    return Sitting(
        Voters(
            frozenset(seats), recused, present, dict(proxies), draw(st.one_of(st.none(), anybody))
        ),
        {each: what for each, what in said.items() if what is not None},
        draw(RULES),
    )  # fmt: skip


@st.composite
def shared_votes(draw):
    """As many for as against, or twice as many, among more or fewer absents: where counts go wrong."""
    part, absent = draw(st.integers(1, 8)), draw(st.integers(0, 14))
    times = draw(st.integers(1, 2))
    there = [seat(number) for number in range(1, (times + 1) * part + 1)]
    seats = there + [seat(number) for number in range(50, 50 + absent)]
    ballots = {each: FOR if number < times * part else AGAINST for number, each in enumerate(there)}
    voters = Voters(frozenset(seats), present=frozenset(there), chair=draw(st.sampled_from(there)))
    return Sitting(voters, ballots, replace(draw(RULES), mode=DecisionMode.VOTE))


ANY = st.one_of(sittings(), shared_votes())


# --- an oracle, written without sets: each seat in turn tells whether its ballot counts -------------------


def votes_by_hand(sitting: Sitting) -> dict[str, object]:
    voters, rules = sitting.voters, sitting.rules
    here, tellers = 0, {FOR: 0, AGAINST: 0, ABSTAIN: 0}
    may_vote, those_counted = 0, []
    for each in sorted(voters.seats):
        if each in voters.recused:
            continue
        may_vote += 1
        if not stands_here(each, voters, rules):
            continue
        here += 1
        if each in sitting.ballots:
            tellers[sitting.ballots[each]] += 1
            those_counted.append(each)
    for_, against = tellers[FOR], tellers[AGAINST]
    if rules.mode is DecisionMode.CONSENSUS:
        return {
            "eligible": may_vote, "represented": here, "counted": those_counted, "said": tellers,
            "has_quorum": True, "is_carried": against == 0, "by_casting_vote": False,
        }  # fmt: skip
    has_quorum = here > 0 and Fraction(here) >= Fraction(rules.quorum_percent, 100) * may_vote
    won = tied = False
    if rules.majority is Majority.SIMPLE:
        won, tied = for_ - against > 0, for_ == against and for_ != 0
    elif rules.majority is Majority.ABSOLUTE and here:
        won, tied = Fraction(for_, here) > Fraction(1, 2), Fraction(for_, here) == Fraction(1, 2)
    elif rules.majority is Majority.TWO_THIRDS and for_:
        won = Fraction(for_, for_ + against) >= Fraction(2, 3)
    chair_is_for = (
        voters.chair in those_counted
        and voters.chair in voters.present
        and sitting.ballots[voters.chair] is FOR
    )
    decides = has_quorum and tied and rules.has_casting_vote and chair_is_for
    return {
        "eligible": may_vote, "represented": here, "counted": those_counted, "said": tellers,
        "has_quorum": has_quorum, "is_carried": (has_quorum and won) or decides, "by_casting_vote": decides,
    }  # fmt: skip


def stands_here(each: UUID, voters: Voters, rules: Rules) -> bool:
    if each in voters.present:
        return True
    if each not in voters.proxies:
        return False
    holder = voters.proxies[each]
    for forbidden in (
        holder not in voters.seats,
        holder in voters.recused,
        holder not in voters.present,
        holder in voters.proxies,
        len([other for other in voters.proxies if voters.proxies[other] == holder]) > rules.proxies_each,
    ):
        if forbidden:
            return False
    return True


@given(ANY)
def test_the_count_is_the_one_made_by_hand(sitting):
    result = sitting.tally()
    expected = votes_by_hand(sitting)
    event(f"carried: {result.is_carried}, quorum: {result.has_quorum}")

    assert {
        "eligible": len(result.eligible),
        "represented": len(result.represented),
        "counted": sorted(result.counted),
        "said": {FOR: result.votes_for, AGAINST: result.votes_against, ABSTAIN: result.abstentions},
        "has_quorum": result.has_quorum,
        "is_carried": result.is_carried,
        "by_casting_vote": result.by_casting_vote,
    } == expected


@given(ANY, st.randoms(use_true_random=False))
def test_the_order_of_anything_changes_nothing(sitting, chance):
    proxies, ballots = list(sitting.voters.proxies.items()), list(sitting.ballots.items())
    chance.shuffle(proxies)
    chance.shuffle(ballots)
    shuffled = Sitting(replace(sitting.voters, proxies=dict(proxies)), dict(ballots), sitting.rules)

    assert shuffled.tally() == sitting.tally()


@given(ANY)
def test_a_ballot_counts_only_of_an_eligible_seat_that_is_there_or_represented(sitting):
    voters, result = sitting.voters, sitting.tally()

    assert result.counted <= result.represented <= result.eligible == voters.seats - voters.recused
    assert result.counted | set(result.set_aside) == set(sitting.ballots)
    assert not result.counted & set(result.set_aside)
    assert result.votes_for + result.votes_against + result.abstentions == len(result.counted)
    for each, why in result.set_aside.items():
        assert why is (
            Why.NO_VOICE
            if each not in voters.seats
            else Why.RECUSED
            if each in voters.recused
            else Why.ABSENT
        )
    assert all(each in voters.present or each in voters.proxies for each in result.represented)


@given(ANY, st.data())
def test_one_voice_more_in_favour_never_undoes_what_was_carried(sitting, data):
    result = sitting.tally()
    event(f"carried: {result.is_carried}")
    ballots = sitting.ballots
    for each in data.draw(st.permutations(sorted(result.represented))):
        before, ballots = sitting.tally(ballots=ballots), ballots | {each: FOR}

        assert sitting.tally(ballots=ballots).is_carried >= before.is_carried


@given(sittings(), st.data())
def test_a_seat_taken_away_never_makes_a_quorum(sitting, data):
    sitting = replace(sitting, rules=replace(sitting.rules, mode=DecisionMode.VOTE))
    voters, result = sitting.voters, sitting.tally()
    there = sorted(voters.present & voters.eligible)
    event(f"quorum: {result.has_quorum}")
    if result.has_quorum or not there:
        return
    gone = {data.draw(st.sampled_from(there))}

    for fewer in (
        replace(voters, seats=voters.seats - gone, present=voters.present - gone),
        replace(voters, seats=voters.seats - gone),
        replace(voters, present=voters.present - gone),
        replace(voters, recused=voters.recused | gone),
    ):
        assert not replace(sitting, voters=fewer).tally().has_quorum


@given(ANY)
def test_nobody_speaks_for_more_than_themselves_and_the_proxies_allowed(sitting):
    voters, result = sitting.voters, sitting.tally()
    through = [voters.proxies[each] for each in result.represented - voters.present]

    assert all(through.count(holder) <= sitting.rules.proxies_each for holder in set(through))
    assert set(through) <= voters.present & result.eligible - set(voters.proxies)


@given(ANY)
def test_the_casting_vote_decides_a_tie_and_is_the_chair_s_own(sitting):
    result, rules = sitting.tally(), sitting.rules
    if not result.by_casting_vote:
        return
    event("by casting vote")

    shared = len(result.represented) if rules.majority is Majority.ABSOLUTE else 2 * result.votes_against
    assert 2 * result.votes_for == shared > 0
    assert sitting.ballots[sitting.voters.chair] is FOR
    assert sitting.voters.chair in result.counted & sitting.voters.present
    assert (rules.has_casting_vote, result.has_quorum, result.is_carried) == (True, True, True)
    without = replace(sitting, rules=replace(rules, has_casting_vote=False)).tally()
    assert (without.is_carried, without.by_casting_vote) == (False, False)


@given(sittings(), st.data())
def test_a_ballot_set_aside_changes_nothing_whatever_it_says(sitting, data):
    result = sitting.tally()
    changed = {each: data.draw(st.sampled_from(VoteChoice)) for each in result.set_aside}

    assert sitting.tally(ballots=sitting.ballots | changed) == result
    kept = {each: what for each, what in sitting.ballots.items() if each not in changed}
    assert sitting.tally(ballots=kept) == replace(result, set_aside={})


@given(sittings())
def test_proxies_without_a_problem_all_hold_and_the_others_represent_nobody(sitting):
    voters, rules, result = sitting.voters, sitting.rules, sitting.tally()
    found = votes.problems(voters, rules)
    faulty = {each.giver for each in found}

    assert all(voters.proxies[each.giver] == each.holder for each in found)
    expected = (voters.present | (set(voters.proxies) - faulty)) & result.eligible
    assert result.represented == expected


@given(sittings())
def test_by_consensus_no_quorum_is_asked_and_one_voice_against_is_enough(sitting):
    result = replace(sitting, rules=replace(sitting.rules, mode=DecisionMode.CONSENSUS)).tally()

    assert (result.quorum_needed, result.has_quorum, result.by_casting_vote) == (0, True, False)
    assert result.is_carried is (result.votes_against == 0)


# --- by example, as a chair would check them ---------------------------------------------------------------

CHAIR, TWO, THREE, FOUR, GUEST = (seat(number) for number in (1, 2, 3, 4, 100))
FOUR_SEATS = frozenset({CHAIR, TWO, THREE, FOUR})


@pytest.mark.parametrize(
    ("proxies", "faults"),
    [
        ({THREE: CHAIR}, []),
        ({THREE: CHAIR, FOUR: TWO}, []),
        ({THREE: FOUR}, [Fault.TO_AN_ABSENT]),
        ({THREE: THREE}, [Fault.TO_ONESELF, Fault.TO_AN_ABSENT]),
        ({THREE: FOUR, FOUR: CHAIR}, [Fault.HANDED_ON, Fault.TO_AN_ABSENT]),
        ({TWO: CHAIR}, [Fault.GIVER_IS_THERE]),
        ({THREE: GUEST}, [Fault.TO_A_GUEST]),
        ({GUEST: CHAIR}, [Fault.OF_A_GUEST, Fault.GIVER_IS_THERE]),
        ({THREE: CHAIR, FOUR: CHAIR}, [Fault.TOO_MANY, Fault.TOO_MANY]),
    ],
)
def test_what_is_wrong_with_a_proxy_is_named(proxies, faults):
    voters = Voters(FOUR_SEATS, present=frozenset({CHAIR, TWO, GUEST}), proxies=proxies)

    assert [each.fault for each in votes.problems(voters, Rules(proxies_each=1))] == faults


def test_a_proxy_to_somebody_who_stepped_back_is_named():
    voters = Voters(
        FOUR_SEATS, recused=frozenset({TWO}), present=frozenset({CHAIR, TWO}), proxies={THREE: TWO}
    )

    [problem] = votes.problems(voters, Rules(proxies_each=1))

    assert (problem.fault, problem.giver, problem.holder) == (Fault.TO_A_RECUSED, THREE, TWO)


@pytest.mark.parametrize(
    ("eligible", "percent", "needed"),
    [(10, 50, 5), (9, 50, 5), (7, 60, 5), (10, 100, 10), (10, 0, 1), (0, 50, 1), (3, 33, 1), (3, 34, 2)],
)
def test_the_quorum_is_rounded_up_and_never_nobody(eligible, percent, needed):
    assert votes.quorum(eligible, percent) == needed


@pytest.mark.parametrize(
    ("majority", "said", "is_carried"),
    [
        (Majority.SIMPLE, [FOR, ABSTAIN, ABSTAIN, ABSTAIN], True),
        (Majority.SIMPLE, [AGAINST, FOR, AGAINST, FOR], False),
        (Majority.SIMPLE, [FOR, FOR, AGAINST, AGAINST], True),  # The chair’s own vote.
        (Majority.SIMPLE, [ABSTAIN, ABSTAIN, ABSTAIN, ABSTAIN], False),
        (Majority.ABSOLUTE, [AGAINST, FOR, FOR, ABSTAIN], False),
        (Majority.ABSOLUTE, [FOR, FOR, ABSTAIN, ABSTAIN], True),  # The chair’s own vote.
        (Majority.ABSOLUTE, [ABSTAIN, FOR, FOR, FOR], True),
        (Majority.TWO_THIRDS, [ABSTAIN, FOR, FOR, AGAINST], True),
        (Majority.TWO_THIRDS, [FOR, FOR, AGAINST, AGAINST], False),
        (Majority.TWO_THIRDS, [ABSTAIN, ABSTAIN, ABSTAIN, ABSTAIN], False),
    ],
)
def test_each_majority_where_it_tips(majority, said, is_carried):
    seats = (CHAIR, TWO, THREE, FOUR)
    voters = Voters(FOUR_SEATS, present=FOUR_SEATS, chair=CHAIR)
    rules = Rules(mode=DecisionMode.VOTE, majority=majority)

    assert votes.tally(voters, dict(zip(seats, said, strict=True)), rules).is_carried is is_carried


def test_the_chair_decides_nothing_without_a_quorum():
    voters = Voters(FOUR_SEATS, present=frozenset({CHAIR, TWO}), chair=CHAIR)
    rules = Rules(mode=DecisionMode.VOTE, quorum_percent=75)

    result = votes.tally(voters, {CHAIR: FOR, TWO: AGAINST}, rules)

    assert (result.has_quorum, result.is_carried, result.by_casting_vote) == (False, False, False)


def test_whoever_steps_back_is_asked_for_in_no_quorum():
    """Three of four step back: the one left is the whole quorum, and decides."""
    voters = Voters(FOUR_SEATS, recused=FOUR_SEATS - {CHAIR}, present=FOUR_SEATS, chair=CHAIR)
    ballots = dict.fromkeys(FOUR_SEATS, AGAINST) | {CHAIR: FOR}

    result = votes.tally(voters, ballots, Rules(mode=DecisionMode.VOTE, quorum_percent=100))

    assert (result.quorum_needed, result.votes_for, result.votes_against) == (1, 1, 0)
    assert result.is_carried
    assert set(result.set_aside.values()) == {Why.RECUSED}


def test_a_chair_whose_seat_is_represented_casts_nothing_more():
    voters = Voters(
        FOUR_SEATS, present=frozenset({TWO, THREE, FOUR}), proxies={CHAIR: TWO}, chair=CHAIR
    )  # fmt: skip
    ballots = {CHAIR: FOR, TWO: FOR, THREE: AGAINST, FOUR: AGAINST}

    result = votes.tally(voters, ballots, Rules(mode=DecisionMode.VOTE, proxies_each=1))

    assert (result.votes_for, result.votes_against) == (2, 2)
    assert not result.is_carried
