"""What the forms of minutes, outcomes, errata must know: the words drafted, what an item may become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.committee import errata, items, minutes, minutes_words, readers, reading, sessions
from engine.committee.item_kinds import OUTCOMES, Kind, Outcome
from engine.i18n import mark as _
from engine.i18n import translate
from engine.operations import proposals
from engine.operations.asked import Asked, Parts
from engine.operations.session_contexts import of_session, session_of
from engine.people import chairs, permissions
from forms.context import Choice

if TYPE_CHECKING:
    from uuid import UUID

    from engine.committee.agenda_models import AgendaItem
    from engine.operations.asked import Fact

NOT_SHOWN = _("Il parle d’un projet dont vous vous êtes déporté : il ne vous est pas montré.")
OTHERWISE = _("Ce point ne peut pas avoir cette suite.")


def minutes_draft(asked: Asked) -> Parts:
    """The words to start from, why the chair sent them back, and what is still to be decided."""
    session = session_of(asked)

    def start() -> Mapping[str, object]:
        # Whoever stepped back from a project drafts no minutes: a task is shown to others than its own.
        return {} if hidden_from(asked) else {"body": minutes.draft(asked.work, session).rstrip("\n")}

    def facts() -> list[Fact]:
        before = minutes.latest(asked.work, session.id)
        found = of_session(asked)
        if before is not None and before.sent_back_reason:
            found = [(_("Motif du renvoi"), before.sent_back_reason), *found]
        hidden = hidden_from(asked)
        left = [
            each for each in items.undecided(asked.work, session.id) if each.item.project_id not in hidden
        ]
        if left:
            found.append((_("Reste à décider"), ", ".join(items.named(asked.work, each) for each in left)))
        return found

    return Parts(prefill=start, facts=facts)


def minutes_sign_off(asked: Asked) -> Parts:
    """The words to sign, less what their reader stepped back from, and the hash they are known by."""
    session = session_of(asked)
    found = minutes.latest(asked.work, session.id)
    digest = "" if found is None else found.body_hash

    def words() -> list[Fact]:
        hidden = hidden_from(asked)
        if found is None or not hidden:
            return [*of_session(asked), *([] if found is None else sections(found.body))]
        left = reading.words_of(asked.work, session, found, without=hidden)
        if left is None:
            return [*of_session(asked), (_("Procès-verbal"), translate(NOT_SHOWN, asked.work.locale))]
        body = "\n".join(f"{each.text} " if each.kind == "heading" else each.text for each in left)
        return [*of_session(asked), *sections(body)]

    return Parts(prefill=lambda: {"document_digest": digest}, facts=words, limits={"document_digest": digest})


def hidden_from(asked: Asked) -> set[UUID]:
    """The projects that whoever reads the form stepped back from."""
    return permissions.permissions_of(asked.work, asked.work.actor.person_id).hidden()


def sections(body: str) -> list[Fact]:
    """The words of minutes, whole, as a list of what is recalled shows them: one line for each item."""
    found: list[tuple[str, list[str]]] = [(_("Procès-verbal"), [])]
    for line in body.splitlines():
        heading = minutes_words.IS_HEADING.match(line)
        if heading is not None:
            found.append((heading[0].rstrip(". "), [line[heading.end() :] + "."]))
        elif line.strip():
            found[-1][1].append(line)
    return [(name, " ".join(lines)) for name, lines in found]


def item_outcome(asked: Asked) -> Parts:
    """What an item of its kind may become, and what was said of it before."""
    item = item_of(asked)
    possible = OUTCOMES[Kind(item.kind)]
    reason = translate(OTHERWISE, asked.work.locale)

    def start() -> Mapping[str, object]:
        return {"outcome": item.outcome or (possible[0] if len(possible) == 1 else None),
                "note": item.outcome_note}  # fmt: skip

    return Parts(
        prefill=start,
        excluded={"outcome": {each.value: reason for each in Outcome if each not in possible}},
    )


def item_chair(asked: Asked) -> Parts:
    """Those who may preside over an item: for a partner company, and not stepped back from its project."""
    item = item_of(asked)
    session = sessions.find(asked.work, item.session_id)

    def able() -> list[Choice]:
        return proposals.of_people(
            chairs.chair_candidates(asked.work, session.basin_id, session.held_on, item.project_id)
        )

    return Parts(choices={"person_id": able}, prefill=lambda: {"person_id": item.chaired_by_id})


def session_erratum(asked: Asked) -> Parts:
    """The items of the session, as its minutes call them."""
    session = session_of(asked)

    def found() -> list[Choice]:
        locale = readers.language(asked.work, session.basin_id)
        numbers = minutes_words.numbers(asked.work, session.id)
        return [
            Choice(
                str(each),
                f"{number}. {minutes_words.titled(asked.work, items.find(asked.work, each), locale)}",
            )
            for each, number in numbers.items()
        ]

    def known() -> list[Fact]:
        already = [
            (translate(_("Erratum n° {number}"), asked.work.locale, number=each.number), each.right_text)
            for each in errata.of_session(asked.work, session.id)
        ]
        return [*of_session(asked), *already]

    return Parts(choices={"item_id": found}, facts=known)


def item_of(asked: Asked) -> AgendaItem:
    """The item that a form is about: asked with its identifier in place of a dossier's."""
    if asked.case_id is None:
        raise LookupError(f"the form {asked.form} is about an item")
    return items.find(asked.work, asked.case_id)
