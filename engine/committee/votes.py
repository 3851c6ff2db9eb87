"""How the votes on an item are counted: who has a voice, quorum, majority, casting vote. No database."""

# One seat, one vote; two seats of one person are two. A seat whose holder stepped back from the project,
# or whose firm is the project's own, is not eligible: it counts neither in the quorum nor in the vote.
# Seats that are absent may be represented by one that is there; a proxy is not handed on.

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from forms.choices import DecisionMode
from forms.votes import Majority, VoteChoice


@dataclass(frozen=True, slots=True)
class Rules:
    """How a basin's committee decides, on the day of the session."""

    mode: DecisionMode = DecisionMode.CONSENSUS
    quorum_percent: int = 50
    majority: Majority = Majority.SIMPLE
    has_casting_vote: bool = True
    proxies_each: int = 0  # How many absent seats one that is there may represent.


@dataclass(frozen=True, slots=True)
class Voters:
    """The seats with a voice on one item, and what each is to it; guests are not among them.

    `proxies` tells for an absent seat the one that represents it; `chair` is the seat of whoever presides
    over the item.
    """

    seats: frozenset[UUID]
    recused: frozenset[UUID] = frozenset()
    present: frozenset[UUID] = frozenset()
    proxies: Mapping[UUID, UUID] = field(default_factory=dict)
    chair: UUID | None = None

    @property
    def eligible(self) -> frozenset[UUID]:
        """Those that may vote on this item, were they there."""
        return self.seats - self.recused


class Why(StrEnum):
    """Why a ballot is not counted."""

    NO_VOICE = "no_voice"  # A guest's, or of no seat of this committee on that day.
    RECUSED = "recused"
    ABSENT = "absent"  # Neither there nor rightly represented.


class Fault(StrEnum):
    """What is wrong with a proxy; it then represents nobody."""

    OF_A_GUEST = "of_a_guest"
    TO_A_GUEST = "to_a_guest"
    TO_ONESELF = "to_oneself"
    GIVER_IS_THERE = "giver_is_there"
    TO_AN_ABSENT = "to_an_absent"
    TO_A_RECUSED = "to_a_recused"
    HANDED_ON = "handed_on"  # Its holder gave a proxy too.
    TOO_MANY = "too_many"  # Its holder holds more than the basin allows: none of them counts.


@dataclass(frozen=True, slots=True)
class Problem:
    """A proxy that does not hold: given by one seat to another."""

    fault: Fault
    giver: UUID
    holder: UUID


@dataclass(frozen=True, slots=True)
class Result:
    """What the ballots on an item come to."""

    eligible: frozenset[UUID]
    represented: frozenset[UUID]  # There, or rightly represented by one that is.
    counted: frozenset[UUID]
    quorum_needed: int  # None is asked of a consensus.
    has_quorum: bool
    votes_for: int
    votes_against: int
    abstentions: int
    is_carried: bool
    by_casting_vote: bool
    set_aside: Mapping[UUID, Why]


def tally(voters: Voters, ballots: Mapping[UUID, VoteChoice], rules: Rules) -> Result:
    """Count the ballots of an item by a basin's rules.

    Without quorum nothing is carried; by consensus, an item is carried unless a counted voice is against.
    """
    represented = represented_by(voters, rules)
    counted = frozenset(ballots) & represented
    said = Counter(ballots[seat] for seat in counted)
    votes_for, votes_against = said[VoteChoice.FOR], said[VoteChoice.AGAINST]
    is_vote = rules.mode is DecisionMode.VOTE
    needed = quorum(len(voters.eligible), rules.quorum_percent) if is_vote else 0
    has_quorum = len(represented) >= needed
    is_won = has_quorum and has_majority(rules.majority, votes_for, votes_against, len(represented))
    by_casting_vote = (
        is_vote
        and has_quorum
        and rules.has_casting_vote
        and voters.chair in counted & voters.present
        and ballots[voters.chair] == VoteChoice.FOR
        and is_tied(rules.majority, votes_for, votes_against, len(represented))
    )
    return Result(
        eligible=voters.eligible,
        represented=represented,
        counted=counted,
        quorum_needed=needed,
        has_quorum=has_quorum,
        votes_for=votes_for,
        votes_against=votes_against,
        abstentions=said[VoteChoice.ABSTAIN],
        is_carried=is_won or by_casting_vote if is_vote else not votes_against,
        by_casting_vote=by_casting_vote,
        set_aside={seat: why_not(voters, seat) for seat in ballots if seat not in counted},
    )


def quorum(eligible: int, percent: int) -> int:
    """How many eligible seats must be there or represented: the share asked, rounded up, and one at least."""
    return max(1, -(-eligible * percent // 100))


def has_majority(majority: Majority, votes_for: int, votes_against: int, represented: int) -> bool:
    """Whether the votes carry an item by themselves."""
    if majority is Majority.SIMPLE:
        return votes_for > votes_against
    if majority is Majority.ABSOLUTE:
        return 2 * votes_for > represented
    return votes_for > 0 and 3 * votes_for >= 2 * (votes_for + votes_against)


def is_tied(majority: Majority, votes_for: int, votes_against: int, represented: int) -> bool:
    """Whether the votes are shared so that the chair's own decides; two thirds are never shared so."""
    if majority is Majority.SIMPLE:
        return votes_for == votes_against > 0
    return majority is Majority.ABSOLUTE and 2 * votes_for == represented > 0


def represented_by(voters: Voters, rules: Rules) -> frozenset[UUID]:
    """The eligible seats that are there, or whose proxy holds."""
    faulty = {problem.giver for problem in problems(voters, rules)}
    through = frozenset(giver for giver in voters.proxies if giver not in faulty)
    return (voters.present | through) & voters.eligible


def problems(voters: Voters, rules: Rules) -> list[Problem]:
    """What is wrong with the proxies, in the order they were given; nothing when all of them hold."""
    held = Counter(voters.proxies.values())
    return [
        Problem(fault, giver, holder)
        for giver, holder in voters.proxies.items()
        for fault in faults_of(voters, giver, holder, is_one_too_many=held[holder] > rules.proxies_each)
    ]


def faults_of(voters: Voters, giver: UUID, holder: UUID, *, is_one_too_many: bool) -> Iterator[Fault]:
    """Everything that is wrong with one proxy."""
    if giver not in voters.seats:
        yield Fault.OF_A_GUEST
    if giver in voters.present:
        yield Fault.GIVER_IS_THERE
    if giver == holder:
        yield Fault.TO_ONESELF
    elif holder not in voters.seats:
        yield Fault.TO_A_GUEST
    elif holder in voters.proxies:
        yield Fault.HANDED_ON
    if holder not in voters.present:
        yield Fault.TO_AN_ABSENT
    if holder in voters.recused:
        yield Fault.TO_A_RECUSED
    if is_one_too_many:
        yield Fault.TOO_MANY


def why_not(voters: Voters, seat: UUID) -> Why:
    """Why the ballot of a seat that is not represented is set aside."""
    if seat not in voters.seats:
        return Why.NO_VOICE
    return Why.RECUSED if seat in voters.recused else Why.ABSENT
