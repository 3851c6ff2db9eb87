"""A basin's parameters in words: value with its unit, since when, why, and what limits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.i18n import mark as _
from engine.people import basins, persons
from engine.registry import wording
from engine.registry.parameters import TABLE, Kind, Parameter, Type
from web import typography
from web import work as web_work

if TYPE_CHECKING:
    from engine.people.models import BasinParameter
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.drawings import Version

GROUPS: Sequence[tuple[str, str]] = (
    ("follow_up", _("Suivi")), ("ladder", _("Comptes rendus en retard")), ("calendar", _("Calendrier")),
    ("committee", _("Comité d’agrément")), ("agreement", _("Convention de coopération")),
    ("signature", _("Signatures")), ("amendment", _("Avenants")), ("documents", _("Documents")),
    ("perimeter", _("Périmètre")),    ("advance", _("Avances")), ("jobs", _("Emploi")),
)  # fmt: skip
KINDS = {
    Kind.PUBLISHED: _("dans les diagrammes : change avec une nouvelle version"),
    Kind.CURRENT: _("courant : change aussitôt, lu à la date de l’acte"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One parameter, as the page says it."""

    label: str
    name: str  # As the address of its own page has it.
    value: str
    kind: str
    is_published: bool
    article: str | None
    since: date | None
    by: str | None
    reason: str | None


def shown(work: UnitOfWork, basin_id: int, version: Version | None) -> list[tuple[str, list[Shown]]]:
    """Every parameter by subject, those in the diagrams as the version in force has them."""
    latest: dict[str, BasinParameter] = {}
    for change in basins.changes(work, basin_id):
        if change.valid_from <= work.now:
            latest[change.key] = change
    names = persons.names(work, {each.recorded_by for each in latest.values()})
    lines = {line.key: of_line(line, latest.get(line.key), version, names) for line in TABLE}
    return [
        (web_work.translated(title), [one for key, one in lines.items() if key.startswith(f"{prefix}.")])
        for prefix, title in GROUPS
    ]


def of_line(
    line: Parameter, change: BasinParameter | None, version: Version | None, names: Mapping[Any, str]
) -> Shown:
    """One line of the table of parameters."""
    is_published = line.kind is Kind.PUBLISHED
    if is_published:
        value = line.default if version is None else version.parameters.get(line.key, line.default)
    else:
        value = line.default if change is None else change.value
    return Shown(
        label=web_work.translated(line.label),
        name=line.key.replace("_", "-"),
        value=in_words(line, value),
        kind=web_work.translated(KINDS[line.kind]),
        is_published=is_published,
        article=web_work.translated(line.article) if line.article else None,
        since=since(is_published=is_published, change=change, version=version),
        by=None if is_published or change is None else names.get(change.recorded_by),
        reason=None if is_published or change is None else why(change.reason),
    )


def why(reason: str | None) -> str | None:
    """The reason of a change: a person's words as typed, the installation's own in the reader's language."""
    return web_work.translated(reason) if reason == basins.FIRST_VALUE else reason


def since(*, is_published: bool, change: BasinParameter | None, version: Version | None) -> date | None:
    """The local day from which a value is what it is; None when it was never changed."""
    if is_published:
        return None if version is None else version.effective_on
    return None if change is None else change.valid_from.astimezone(web_work.zone()).date()


def in_words(line: Parameter, value: Any) -> str:
    """A value with its unit, as a person would say it."""
    return wording.in_words(line, value, web_work.locale())


ALLOWED = {
    Type.FLAG: _("Oui ou non."),
    Type.PERIODS: _("Des jours de l’année, pourvu qu’il en reste d’ouverts."),
    Type.COMMUNES: _("Des codes INSEE de communes, chacun une fois."),
}


def allowed(line: Parameter) -> str:
    """What the table lets a basin choose: bounds, or which values."""
    if line.type is Type.CHOICE:
        choices = [web_work.translated(wording.CHOICES.get(each, each)) for each in line.choices]
        return web_work.translated(_("L’une de ces valeurs : {choices}."), choices=" ; ".join(choices))
    if line.type in ALLOWED:
        return web_work.translated(ALLOWED[line.type])
    return bounds(line)


def bounds(line: Parameter) -> str:
    """« De 0 à 100 % des sièges »: what the table lets a basin choose; nothing where there is no bound."""
    if line.type not in {Type.INTEGER, Type.MONEY, Type.DURATION} or line.least is None or line.most is None:
        return ""
    if line.least == line.most:
        return web_work.translated(_("Toujours {value}."), value=in_words(line, line.default))
    if line.type is Type.MONEY:
        least, most = (typography.money(each, web_work.locale()) for each in (line.least, line.most))
    else:
        least = typography.number(line.least, web_work.locale())
        most = (
            wording.with_unit(line.most, line.unit, web_work.locale())
            if line.most >= 0
            else typography.number(line.most)
        )
    text = _("De {least} à {most}.")
    if line.least < 0:
        text = _("De {least} à {most}, en jours : avant l’échéance, le nombre est négatif.")
    return web_work.translated(text, least=least, most=most)
