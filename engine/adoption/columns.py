"""The columns of a file of projects: the questions of the form, each row of its lists in its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.adoption.reading import key_of
from engine.i18n import LOCALES, translate
from engine.i18n import mark as _
from forms import catalogue, fields, quantities
from forms.adoption import MOST_COMPANIES, Stage
from forms.conditions import ANY, When
from forms.context import Context
from forms.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forms.fields import Field

FORM = "adoption"
BY_MAIL = frozenset({"prescriber_id", "mandatary_id", "expert_id"})
EXAMPLES: Mapping[str, str] = {
    "stage": _("En suivi"), "own_number": "2024-17", "name": "Mécanique du Grand Pré (démo)",
    "siret": "00000001800002", "city": "Alès", "commune": "30007",
    "category": _("Développement d’une PME existante"),
    "headcount": "12", "activity_code": "25.62B", "contact_name": "Camille Dupré (démo)",
    "contact_email": "dirigeant@exemple.test", "contact_phone": "01 99 00 11 22",
    "need": _("Trouver un responsable de production."), "received_on": "12/01/2026",
    "prescriber_id": "prescripteur@exemple.test", "diagnosed_on": "02/02/2026", "jobs_to_create": "4",
    "jobs_to_sustain": "8", "advance_requested": "15 000",
    "decided_on": "20/02/2026",
    "decision_number": "2026-03", "mandatary_id": "mandataire@exemple.test", "follow_up_months": "18",
    "cadence_months": "3", "company_id": "Entreprise partenaire 1 (démo)", "domain": _("Production"),
    "days": "6",
    "given_days": "2,5", "expert_id": "intervenant@exemple.test", "given_until": "30/06/2026",
    "advance_amount": "15 000", "advance_months": "24", "deferral_months": "0",
    "condition": _("Bail signé"), "condition_due_on": "31/12/2026", "signed_on": "15/03/2026",
    "agreement_number": "C-2026-03", "next_report_on": "15/12/2026", "last_report_on": "10/09/2026",
    "jobs_created": "2", "jobs_sustained": "8", "advance_paid_on": "01/04/2026",
    "payment_reference": "VIR-0412",
    "out_of_perimeter_reason": _("Le site de production est dans le bassin."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the path of its answer, the question behind it, the rank of its row in a list."""

    path: str
    field: Field[Any]
    number: int | None = None

    def title(self, locale: str) -> str:
        """What heads it: « Jours accordés 2 », « Mandataire (courriel) », « Durée du suivi (mois) »."""
        words = translate(self.field.label, locale)
        if self.number is not None:
            words = f"{words} {self.number + 1}"
        beside = self.beside(locale)
        return f"{words} ({beside})" if beside else words

    def beside(self, locale: str) -> str:
        """In what its values are given."""
        if self.name in BY_MAIL:
            return translate(_("courriel"), locale)
        unit = translate(self.field.unit, locale) if self.field.unit else ""
        is_said = unit.isalpha() and key_of(unit) in key_of(translate(self.field.label, locale))
        return "" if is_said else unit

    @property
    def name(self) -> str:
        """The name of its question."""
        return self.path.rsplit("-", 1)[-1]

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages at which it may be filled: all of them, unless its question depends on the stage."""
        condition = self.of_list.shown_when if self.number is not None else self.field.shown_when
        seen = set()
        while condition is not None and condition.field != "stage" and condition.field not in seen:
            seen.add(condition.field)
            condition = questions()[condition.field].shown_when
        if condition is None:
            return tuple(Stage)
        return tuple(stage for stage in Stage if stage.value in condition.values)

    @property
    def of_list(self) -> Field[Any]:
        """The list that it is a column of, itself otherwise."""
        return questions()[self.path.split("-", 1)[0]]

    @property
    def options(self) -> Sequence[str]:
        """Its coded values, as people read them, in French."""
        return (
            [choice.label for choice in self.field.options()] if isinstance(self.field, fields.Code) else []
        )

    @property
    def is_day(self) -> bool:
        """Whether it holds a day."""
        return isinstance(self.field, quantities.Day)

    def needed(self, locale: str) -> str:
        """When it is to be filled, in words."""
        if self.number is not None:
            return self.needed_in_row(locale)
        if isinstance(self.field.mandatory, bool) and self.field.mandatory and self.depends_on is not None:
            other = questions()[self.depends_on]
            return translate(_("Si « {other} » est rempli"), locale, other=translate(other.label, locale))
        if len(self.needed_at()) == len(Stage):
            return translate(_("Toujours"), locale)
        if self.needed_at():
            return translate(_("À l’étape : {stages}"), locale, stages=named(self.needed_at(), locale))
        if len(self.stages) == len(Stage):
            return translate(_("Facultatif"), locale)
        stages = named(self.stages, locale)
        return translate(_("Facultatif, et vide ailleurs qu’à l’étape : {stages}"), locale, stages=stages)

    def needed_in_row(self, locale: str) -> str:
        """When a column of a list is to be filled."""
        if isinstance(self.field.mandatory, When):
            other = rows_of(self.of_list)[self.field.mandatory.field]
            return translate(_("Si « {other} » est rempli"), locale, other=translate(other.label, locale))
        if self.field.mandatory:
            return translate(_("Pour chaque entreprise qui prête des jours"), locale)
        return translate(_("Facultatif"), locale)

    def needed_at(self) -> tuple[Stage, ...]:
        """The stages at which it is always to be filled."""
        mandatory = self.field.mandatory
        if isinstance(mandatory, When):
            return tuple(
                stage for stage in Stage if mandatory.field == "stage" and stage.value in mandatory.values
            )
        return self.stages if mandatory and self.depends_on is None else ()

    @property
    def depends_on(self) -> str | None:
        """The question that must be answered for it to be asked, besides the stage."""
        condition = self.field.shown_when
        return condition.field if condition is not None and ANY in condition.values else None


def named(stages: Sequence[Stage], locale: str) -> str:
    """Stages, as the list of stages names them."""
    return ", ".join(f"« {translate(each.label, locale)} »" for each in stages)


@cache
def questions() -> Mapping[str, Field[Any]]:
    """The questions of the form."""
    return catalogue.form(FORM).questions(Context()).asked()


def rows_of(field: Field[Any]) -> Mapping[str, Field[Any]]:
    """The questions of a row of a list."""
    return field.questions(Context()).asked() if isinstance(field, Rows) else {}


@cache
def every() -> tuple[Column, ...]:
    """Every column, in the order of the form."""
    found = []
    for name, field in questions().items():
        if isinstance(field, Rows):
            found += [
                Column(f"{name}-{number}-{inner}", each, number)
                for number in range(MOST_COMPANIES)
                for inner, each in rows_of(field).items()
            ]
        else:
            found.append(Column(name, field))
    return tuple(found)


@cache
def by_title() -> Mapping[str, Column]:
    """The columns by their titles as `key_of` compares them, in each language, with or without the unit."""
    found: dict[str, Column] = {}
    for column in every():
        for locale in LOCALES:
            title = column.title(locale)
            found.setdefault(key_of(title), column)
            found.setdefault(key_of(title.partition(" (")[0]), column)
        found.setdefault(key_of(column.path), column)
    return found


@cache
def by_path() -> Mapping[str, Column]:
    """The columns by the paths of their answers."""
    return {column.path: column for column in every()}


def of_path(path: str) -> Column | None:
    """The column of a problem's path; that of a list's first column for the list as a whole."""
    found = by_path().get(path)
    return found or next((each for each in every() if each.path.startswith(f"{path}-")), None)
