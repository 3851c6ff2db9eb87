"""A basin's parameters in words: value with its unit, since when, why, and what limits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.i18n import mark as _
from engine.people import basins, persons
from engine.registry.parameters import TABLE, Kind, Parameter, Type
from engine.spiff import durations
from web import typography
from web import work as web_work

if TYPE_CHECKING:
    from engine.people.models import BasinParameter
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.drawings import Version

CHOICES: Mapping[str, str] = {
    "consensus": _("par consensus"), "vote": _("par vote"),
    "online_or_paper": _("en ligne ou sur papier"), "online": _("en ligne"), "paper": _("sur papier"),
    "provider": _("par un prestataire"), "any": _("en ligne, sur papier ou par un prestataire"),
    "fr": _("français"), "en": _("anglais"),
    "simple": _("majorité simple"), "absolute": _("majorité absolue"),
    "two_thirds": _("majorité des deux tiers"),
    "concerned": _("ceux que l’avenant concerne"), "all": _("tous les signataires de la convention"),
}  # fmt: skip
# The table's units are plural: one of each, and the French of none.
ONE: Mapping[str, str] = {
    "jours": _("1 jour"),
    "mois": _("1 mois"),
    "fois": _("1 fois"),
    "pouvoirs": _("1 pouvoir"),
}
NONE_OF: Mapping[str, str] = {"jours": "jour", "pouvoirs": "pouvoir"}
GROUPS: Sequence[tuple[str, str]] = (
    ("follow_up", _("Suivi")), ("ladder", _("Comptes rendus en retard")), ("calendar", _("Calendrier")),
    ("committee", _("Comité d’agrément")), ("agreement", _("Convention de coopération")),
    ("signature", _("Signatures")), ("amendment", _("Avenants")), ("documents", _("Documents")),
    ("advance", _("Avances")),
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
    if line.type is Type.FLAG:
        return web_work.translated(_("oui") if value else _("non"))
    if line.type is Type.CHOICE:
        return web_work.translated(CHOICES.get(value, value))
    if line.type is Type.MONEY:
        return typography.money(value, web_work.locale())
    if line.type in {Type.PERIODS, Type.COMMUNES}:
        each = value if line.type is Type.COMMUNES else [period(first, last) for first, last in value]
        return ", ".join(each) or web_work.translated(_("aucune"))
    if line.type is Type.DURATION:
        lasting = durations.parse_iso(value)
        return with_unit(lasting.months or lasting.days, line.unit)
    return with_unit(value, line.unit)


def bounds(line: Parameter) -> str:
    """« De 0 à 100 % des sièges »: what the table lets a basin choose; nothing where there is no bound."""
    if line.type not in {Type.INTEGER, Type.MONEY, Type.DURATION} or line.least is None or line.most is None:
        return ""
    if line.type is Type.MONEY:
        least, most = (typography.money(each, web_work.locale()) for each in (line.least, line.most))
    else:
        least = typography.number(line.least, web_work.locale())
        most = with_unit(line.most, line.unit) if line.most >= 0 else typography.number(line.most)
    text = _("De {least} à {most}.")
    if line.least < 0:
        text = _("De {least} à {most}, en jours : avant l’échéance, le nombre est négatif.")
    return web_work.translated(text, least=least, most=most)


def with_unit(number: int, unit: str) -> str:
    """« 18 mois », « 14 jours avant », « 50 % des sièges »."""
    locale = web_work.locale()
    if abs(number) == 1 and unit in ONE:
        written = web_work.translated(ONE[unit]).replace(" ", "\u00a0")
    else:
        named = NONE_OF.get(unit, unit) if number == 0 and locale == "fr" else unit
        written = f"{typography.number(abs(number), locale)}\u00a0{web_work.translated(named)}"
    return web_work.translated(_("{delay} avant"), delay=written) if number < 0 else written


def period(first: str, last: str) -> str:
    """« du 1er août au 20 août »: days that come back every year."""
    days = [
        typography.day_of_year(date.fromisoformat(f"2000-{day}"), web_work.locale()) for day in (first, last)
    ]
    return web_work.translated(_("du {first} au {last}"), first=days[0], last=days[1])
