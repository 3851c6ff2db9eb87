"""A basin begins, is described, has its agreement, changes a parameter."""

from __future__ import annotations

import re
from datetime import date

from forms import choices, fields, identifiers, quantities
from forms.extras import Proposed
from forms.fields import refuse
from forms.questions import Form, Questions
from forms.texts import mark as _

PERIOD = re.compile(r"(?:du +)?(\d{1,2})[/.](\d{1,2}) *(?:au|à|to|[-–—]) *(\d{1,2})[/.](\d{1,2})")
LEAP = 2000  # A year that has every day, 29 February too.


class YearPeriods(fields.Paragraph):
    """Periods that come back every year, one per line: « 01/08 – 20/08 »."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        return "\n".join(tidy_period(line) for line in re.split(r"[\n,;]+", text) if line.strip())


def tidy_period(line: str) -> str:
    """One period as it is kept; refuses what is not two days of the year."""
    found = PERIOD.fullmatch(line.strip())
    if found is None:
        refuse(_("Écrivez une période par ligne, jour et mois : 01/08 – 20/08."))
    try:
        first, last = (
            date(LEAP, int(month), int(day)) for day, month in (found.groups()[:2], found.groups()[2:])
        )
    except ValueError:
        refuse(_("Ce jour n’existe pas dans l’année : relisez les périodes."))
    return f"{first:%d/%m} – {last:%d/%m}"


class CommuneCodes(fields.Paragraph):
    """INSEE codes of communes, one per line or separated by commas or spaces."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        codes = sorted({code.upper() for code in re.split(r"[\s,;]+", text) if code})
        if not all(re.fullmatch(identifiers.Commune.shape, code) for code in codes):
            refuse(identifiers.Commune.refusal)
        return "\n".join(codes)


def pairs_of(periods: str | None) -> list[list[str]]:
    """Periods as a basin's parameters keep them: pairs of « MM-DD »."""
    return [
        ["-".join(reversed(day.split("/"))) for day in line.split(" – ")]
        for line in (periods or "").splitlines()
    ]


def lines_of(pairs: object) -> str:
    """The same periods as a page's control holds them."""
    known = pairs if isinstance(pairs, list | tuple) else ()
    return "\n".join(" – ".join("/".join(reversed(day.split("-"))) for day in pair) for pair in known)


class Basin(Questions):
    """A basin begins: its name, its code, the territory from which its holidays come."""

    name = fields.Text(_("Nom du bassin"), longest=80, mandatory=True)
    code = fields.Text(
        _("Sigle"), longest=6, mandatory=True, hint=_("Il commence les numéros de dossiers : TDL-2026-001.")
    )
    territory = fields.Code(_("Territoire"), choices.Territory, mandatory=True)
    slug = fields.Text(
        _("Nom dans les adresses"), longest=60, folded=True,
        hint=_("Laissez vide pour le tirer du nom. Il ne change plus ensuite."),
    )  # fmt: skip


class BasinDescription(Questions):
    """A basin is called otherwise, or has other holidays."""

    name = fields.Text(_("Nom du bassin"), longest=80, mandatory=True)
    territory = fields.Code(_("Territoire"), choices.Territory, mandatory=True)


class TerritoryValidation(Questions):
    """The national committee validated the territory."""

    decided_on = quantities.Day(_("Date de la décision"), mandatory=True, default=fields.today)
    minutes = fields.Text(
        _("Relevé de décisions"),
        longest=200,
        mandatory=True,
        hint=_("Son numéro, ou la séance où elle fut prise."),
    )


class Partnership(Questions):
    """All partners signed the agreement that institutes the basin (R3 to R6)."""

    starts_on = quantities.Day(_("Elle prend effet le"), mandatory=True, default=fields.today)
    charter_version = fields.Text(
        _("Version du cahier des charges"), longest=20, mandatory=True,
        hint=_("Chaque projet garde celle sous laquelle il a été ouvert."),
    )  # fmt: skip
    is_complete = fields.Checkbox(
        _("Tous les partenaires l’ont signée, avec ses annexes : budget, cahier des charges, opérateur"),
        must_be_ticked=True,
    )
    evaluated_on = quantities.Day(
        _("Évaluation validée le"), asked_if="is_renewal", mandatory=True,
        hint=_("Une convention se renouvelle après évaluation par le comité de pilotage."),
    )  # fmt: skip
    ends_on = quantities.Day(
        _("Dernier jour"), folded=True, hint=_("Laissez vide : trois ans. Une autre durée demande un motif.")
    )
    reason = fields.Text(_("Motif d’une autre durée"), longest=300, folded=True)


class PartnershipEnd(Questions):
    """An amendment moves the last day of an agreement."""

    ends_on = quantities.Day(_("Nouveau dernier jour"), mandatory=True)
    reason = fields.Text(_("Motif"), longest=300, mandatory=True)


def why() -> fields.Text:
    """The question that every change of a parameter ends with."""
    return fields.Text(
        _("Motif"), longest=300, mandatory=True, hint=_("Il reste dans l’historique, avec votre nom.")
    )


class ParameterNumber(Questions):
    """A parameter that is a number."""

    value = quantities.Whole(_("Valeur"), least=-999, most=99_999, limits=("least", "most"), mandatory=True)
    reason = why()


class ParameterAmount(Questions):
    """A parameter that is an amount."""

    value = quantities.Money(_("Valeur"), limits=("least", "most"), mandatory=True)
    reason = why()


class ParameterSwitch(Questions):
    """A parameter that is yes or no."""

    value = fields.YesNo(_("Valeur"), mandatory=True)
    reason = why()


class ParameterChoice(Questions):
    """A parameter that is one of a few values, which the page proposes."""

    value = Proposed(_("Valeur"), mandatory=True)
    reason = why()


class ParameterPeriods(Questions):
    """A parameter that is periods of the year."""

    value = YearPeriods(
        _("Valeur"), longest=300, hint=_("Une par ligne : 01/08 – 20/08. Laissez vide s’il n’y en a aucune.")
    )
    reason = why()


class ParameterCommunes(Questions):
    """A parameter that is communes."""

    value = CommuneCodes(
        _("Valeur"),
        longest=6000,
        hint=_("Un code INSEE par ligne, par exemple 54528. Laissez vide si aucun périmètre n’est dessiné."),
    )
    reason = why()


def form(key: str, title: str, intro: str, schema: type[Questions], submit: str) -> Form:
    """A form that takes a minute."""
    return Form(key, 1, title, intro, schema, minutes=1, submit=submit)


OF_PARAMETERS = {
    "parameter_number": ParameterNumber, "parameter_amount": ParameterAmount,
    "parameter_switch": ParameterSwitch, "parameter_choice": ParameterChoice,
    "parameter_periods": ParameterPeriods, "parameter_communes": ParameterCommunes,
}  # fmt: skip
CHANGED = _("La nouvelle valeur vaut aussitôt ; l’ancienne reste lisible.")
FORMS = (
    form("basin", _("Ajouter un bassin"),
         _("Son histoire commence ici ; il n’a encore ni comité ni convention."), Basin,
         _("Ajouter le bassin")),
    form("basin_description", _("Corriger le bassin"),
         _("Le sigle et l’adresse ne changent pas : les dossiers et les courriels les portent."),
         BasinDescription, _("Enregistrer")),
    form("territory_validation", _("Décision du comité national"),
         _("Le comité national de pilotage valide le territoire d’un nouveau bassin."),
         TerritoryValidation, _("Enregistrer la décision")),
    form("partnership", _("Enregistrer la convention de partenariat"),
         _("Elle institue le bassin : sans elle, aucun projet n’est ouvert."), Partnership,
         _("Enregistrer la convention")),
    form("partnership_end", _("Changer la fin de la convention"),
         _("Un avenant la prolonge, ou y met fin plus tôt. Les projets en cours vont à leur terme."),
         PartnershipEnd, _("Enregistrer l’avenant")),
    *(form(key, _("Changer un paramètre"), CHANGED, schema, _("Changer"))
      for key, schema in OF_PARAMETERS.items()),
)  # fmt: skip
