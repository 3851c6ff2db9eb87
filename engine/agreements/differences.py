"""What an amendment changes: the facts of two texts compared, each change with what was and what is."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CHAIR = "chair"
# Compared as they are. The mandatary is two facts that change as one: a person, for an organisation.
PLAIN = (
    "objective", "jobs_target", "advance_cents", "advance_months", "advance_deferral_months",
    "follow_up_months", "cadence_months",
)  # fmt: skip
ADVANCE = frozenset({"advance_cents", "advance_months", "advance_deferral_months"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change: a fact, what it was and what it is; None where there is nothing on that side.

    `about` tells it from others of its name: a company and a domain of its days, or a capacity and an
    organisation of its signatory. Every value is a text, a whole number or None, so that it can be kept.
    """

    name: str
    before: str | int | None
    after: str | int | None
    about: tuple[str | None, ...] = ()


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What differs between the facts of two texts, in the order of an agreement’s articles.

    Days are compared company by company and domain by domain, in quarters; what they are worth is not
    among the words that are signed. The chair’s line names nobody, so it never differs.
    """
    return [
        *plain(before, after, ("objective", "jobs_target")),
        *by_key("means", days_lent(before), days_lent(after)),
        *plain(before, after, PLAIN[2:]),
        *different("mandatary", named_mandatary(before), named_mandatary(after)),
        *by_key("signatory", people(before), people(after)),
    ]


def plain(before: Mapping[str, Any], after: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Change]:
    """The facts that are one value: nothing, zero and empty are the same absence."""
    for name in names:
        yield from different(name, before.get(name) or None, after.get(name) or None)


def different(
    name: str, before: str | int | None, after: str | int | None, *about: str | None
) -> Iterator[Change]:
    """A change, if it is one."""
    if before != after:
        yield Change(name, before, after, about)


def by_key(name: str, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[Change]:
    """The changes of a list whose rows have a key: those of before in their order, then the new ones."""
    for key in dict.fromkeys([*before, *after]):
        yield from different(name, before.get(key), after.get(key), *key)


def days_lent(facts: Mapping[str, Any]) -> dict[Hashable, int]:
    """Quarters of days by company and domain, those of several lines added up."""
    found: dict[Hashable, int] = {}
    for row in facts.get("means") or ():
        key = (row.get("company"), row.get("domain"))
        found[key] = found.get(key, 0) + row["quarter_days"]
    return {key: quarters for key, quarters in found.items() if quarters}


def named_mandatary(facts: Mapping[str, Any]) -> str | None:
    """The mandatary, for his or her organisation."""
    person, organisation = facts.get("mandatary"), facts.get("mandatary_organisation")
    return f"{person} ({organisation})" if person and organisation else person or organisation


def people(facts: Mapping[str, Any]) -> dict[Hashable, str | None]:
    """Who signs, by capacity and organisation; several people of one are told in their order."""
    found: dict[Hashable, str | None] = {}
    for row in facts.get("signatories") or ():
        if row["capacity"] == CHAIR:
            continue
        key, person = (row["capacity"], row.get("organisation")), row.get("person")
        found[key] = f"{found[key]}, {person}" if found.get(key) else person
    return found
