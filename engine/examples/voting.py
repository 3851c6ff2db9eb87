"""What the rules of a vote give, with the seats that have a voice in the committee today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from engine.committee import voices, votes
from engine.examples.showing import Example, Line, Place
from engine.i18n import mark as _
from engine.people import committee_seats, substitutions
from engine.registry.wording import Said
from forms.choices import DecisionMode
from forms.votes import Majority, VoteChoice

FOR, AGAINST, ABSTAIN = VoteChoice.FOR, VoteChoice.AGAINST, VoteChoice.ABSTAIN
TOO_FEW = _("Le comité n’a pas encore deux sièges avec une voix : l’exemple viendra avec eux.")
BY_CONSENSUS = _("Le comité décide par consensus : ceci ne compte que pour une décision mise au vote.")


def seats(place: Place) -> list[UUID]:
    """The seats with a voice today, guests left out."""
    found = committee_seats.seats_in_force(place.work, place.basin_id, place.today)
    return [each.assignment_id for each in found if not each.guest]


def rules_of(place: Place) -> votes.Rules:
    """How the committee decides today, or is supposed to."""
    return voices.rules_on(place.work, place.basin_id, place.today)


def voting(place: Place) -> votes.Rules:
    """The same rules, for a decision that is put to the vote."""
    return replace(rules_of(place), mode=DecisionMode.VOTE)


def everybody(place: Place, said: str, lines: Sequence[Line]) -> Example:
    """An example with every seat of today there; where only a vote is concerned, it is said."""
    count = len(seats(place))
    if count < 2:
        return Example(Said(TOO_FEW))
    notes = [] if rules_of(place).mode is DecisionMode.VOTE else [Said(BY_CONSENSUS)]
    return Example(Said(said, {"count": count}), lines, notes)


def counted(
    place: Place, rules: votes.Rules, choices: Sequence[VoteChoice], *, recused: int = 0
) -> votes.Result:
    """What so many votes come to: the first seat presides, those without a vote are absent."""
    held = seats(place)
    ballots = dict(zip(held, choices, strict=False))
    everyone = votes.Voters(
        seats=frozenset(held),
        recused=frozenset(held[len(held) - recused :]) if recused else frozenset(),
        present=frozenset(ballots),
        chair=held[0] if held else None,
    )
    return votes.tally(everyone, ballots, rules)


def told(result: votes.Result) -> Said:
    """Whether an item is carried, in words."""
    if result.by_casting_vote:
        return Said(_("adopté, par la voix de la présidence"))
    return Said(_("adopté") if result.is_carried else _("pas adopté"))


def mode(place: Place) -> Example:
    """What one voice against comes to."""
    rules, count = rules_of(place), len(seats(place))
    against = counted(place, rules, [*[FOR] * (count - 1), AGAINST])
    few = counted(place, rules, [FOR] * max(1, count // 3))
    lines = [
        Line(Said(_("Un membre est contre, tous les autres pour")), told(against)),
        Line(Said(_("Un membre est pour, les autres s’abstiennent")),
             told(counted(place, rules, [FOR, *[ABSTAIN] * (count - 1)]))),
        Line(Said(_("Un tiers du comité est là, tous pour")), told(few)),
    ]  # fmt: skip
    example = everybody(place, _("Avec les {count} sièges qui ont une voix aujourd’hui."), lines)
    return replace(example, notes=())


def quorum(place: Place) -> Example:
    """How many must be there."""
    rules = voting(place)
    lines = [
        Line(
            Said(_("Présents ou représentés qu’il faut")),
            counted(place, rules, []).quorum_needed,
            of="committee.quorum_percent",
        )
    ]
    without_one = counted(place, rules, [], recused=1).quorum_needed
    lines.append(Line(Said(_("Si un membre s’est retiré du projet")), without_one))
    return everybody(place, _("Avec les {count} sièges qui ont une voix aujourd’hui."), lines)


def majority(place: Place) -> Example:
    """How many votes carry an item."""
    count = len(seats(place))
    rules = replace(voting(place), has_casting_vote=False)
    lines = [
        Line(Said(_("Voix pour qu’il faut, les autres étant contre")), fewest(place, rules, 0),
             of="committee.majority"),
    ]  # fmt: skip
    if count > 3:
        lines.append(Line(Said(_("Si deux membres s’abstiennent")), fewest(place, rules, 2)))
    return everybody(place, _("Les {count} sièges qui ont une voix aujourd’hui sont tous là."), lines)


def fewest(place: Place, rules: votes.Rules, abstaining: int) -> int | Said:
    """How many votes for an item carry it, so many abstaining and all the others being against."""
    voting_seats = len(seats(place)) - abstaining
    for wanted in range(1, voting_seats + 1):
        choices = [*[FOR] * wanted, *[AGAINST] * (voting_seats - wanted), *[ABSTAIN] * abstaining]
        if counted(place, rules, choices).is_carried:
            return wanted
    return Said(_("aucun nombre de voix ne suffit"))


def casting(place: Place) -> Example:
    """What a tie comes to."""
    rules, half = voting(place), len(seats(place)) // 2
    said = _("{count} voix pour, dont la présidence, {count} contre")
    lines = [Line(Said(said, {"count": half}), told(counted(place, rules, [FOR] * half + [AGAINST] * half)))]
    example = everybody(place, _("Avec les {count} sièges qui ont une voix aujourd’hui."), lines)
    if rules.majority is Majority.TWO_THIRDS:
        never = _("Aux deux tiers, des voix à égalité ne suffisent jamais.")
        return replace(example, notes=[*example.notes, Said(never)])
    return example


def proxies(place: Place) -> Example:
    """Whom one member may speak for, and how few are enough then."""
    rules = voting(place)
    lines = [
        Line(
            Said(_("Absents qu’un membre peut représenter")), rules.proxies_each, of="committee.proxies_each"
        ),
        Line(Said(_("Membres qui doivent être là pour le quorum")), fewest_there(place, rules)),
    ]
    return everybody(place, _("Avec les {count} sièges qui ont une voix aujourd’hui."), lines)


def apart(place: Place) -> Example:
    """Who may do the tasks of a prescriber who is away."""
    work, today = place.work, place.today
    seated = committee_seats.seats_in_force(work, place.basin_id, today)
    members = {each.person_id: each.full_name for each in seated if not each.guest}
    kept = [each for each in members if substitutions.is_kept_apart(work, each, place.basin_id, today)]
    lines = [Line(Said(_("Membres qui peuvent faire ses tâches")), len(members) - len(kept))]
    lines += [
        Line(Said("{name}", {"name": members[each]}), Said(_("préside, et ne le peut pas"))) for each in kept
    ]
    return Example(Said(_("Quand un prescripteur est absent et demande qu’on le remplace.")), lines)


def fewest_there(place: Place, rules: votes.Rules) -> int:
    """How few members make a quorum, every absent one giving a proxy to one that is there."""
    held = seats(place)
    for there in range(1, len(held) + 1):
        present = held[:there]
        found = votes.Voters(
            frozenset(held), present=frozenset(present), proxies=given(held[there:], present, rules)
        )
        if votes.tally(found, {}, rules).has_quorum:
            return there
    return len(held)


def given(absent: Sequence[UUID], present: Sequence[UUID], rules: votes.Rules) -> Mapping[UUID, UUID]:
    """As many proxies as the basin lets those that are there hold."""
    holders = [each for each in present for _again in range(rules.proxies_each)]
    return dict(zip(absent, holders, strict=False))
