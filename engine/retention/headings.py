"""What a column and its coded values are called when somebody reads what is held on them."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import basins
from forms import catalogue
from forms.context import Context
from forms.fields import Code
from forms.questions import Questions
from forms.rows import Rows

INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

# Names of columns as people read them; forms call the others. What neither does is for programs: the tables
# and the JSON have it, the page has not.
LABELS: Mapping[str, str] = {
    "full_name": _("Nom"), "email": _("Courriel"), "phone": _("Téléphone"), "locale": _("Langue"),
    "address": _("Adresse"), "name": _("Nom"), "label": _("Appareil"), "role": _("Rôle"),
    "valid_from": _("Depuis"), "valid_to": _("Jusqu’à"), "created_at": _("Créé le"),
    "recorded_at": _("Enregistré le"), "occurred_on": _("Fait le"), "kind": _("Nature"),
    "content": _("Contenu"), "text": _("Texte"), "summary": _("Résumé"),
    "answers": _("Réponses"), "contact_name": _("Contact"), "contact_email": _("Courriel du contact"),
    "contact_phone": _("Téléphone du contact"), "firm": _("Entreprise"), "reference": _("Référence"),
    "need": _("Besoin"), "bearer_comment": _("Appréciation du porteur"),
    "bearer_rating": _("Note du porteur"), "first_day": _("Premier jour"), "last_day": _("Dernier jour"),
    "sent_at": _("Envoyé le"), "title": _("Titre"), "step": _("Étape"), "opened_at": _("Ouvert le"),
    "closed_at": _("Fermé le"), "due_on": _("Dû le"), "signed_on": _("Signé le"), "comment": _("Commentaire"),
    "reason": _("Motif"), "details": _("Détails"), "choice": _("Choix"), "presence": _("Présence"),
    "last_seen_at": _("Vu le"), "expires_at": _("Expire le"), "outcome": _("Issue"), "city": _("Ville"),
    "body": _("Texte"), "note": _("Note"), "answer": _("Réponse"), "opinion": _("Avis"), "cause": _("Cause"),
    "decided_on": _("Décidé le"), "declared_on": _("Déclaré le"), "effective_on": _("Prend effet le"),
    "ended_on": _("Terminé le"), "end_kind": _("Fin"), "end_reason": _("Motif de la fin"),
    "ended_reason": _("Motif de la fin"), "findings": _("Constats"), "conditions": _("Conditions"),
    "held_on": _("Tenue le"), "jobs_created": _("Emplois créés"), "jobs_sustained": _("Emplois maintenus"),
    "objective": _("Objectif"), "occurred_at": _("Survenu le"), "opened_on": _("Ouvert le"),
    "prepared_on": _("Préparé le"), "planned_on": _("Prévu le"), "starts_on": _("Début"),
    "ends_on": _("Fin"), "subject": _("Objet"), "purpose": _("Objet"), "number": _("Numéro"),
    "refused_on": _("Refusé le"), "refused_reason": _("Motif du refus"),
    "proved_at": _("Identité prouvée le"), "last_used_at": _("Utilisé le"), "used_at": _("Utilisé le"),
    "saved_at": _("Enregistré le"),
    "due_at": _("Échéance"), "claimed_at": _("Prise le"), "group_name": _("Groupe"), "siren": _("SIREN"),
    "qualification_note": _("Note de qualification"), "description": _("Description"),
    "satisfaction": _("Satisfaction"), "decision_reason": _("Motif de la décision"),
    "sent_back_reason": _("Motif du renvoi"), "review_reason": _("Motif de la réponse"),
    "status": _("État"), "state": _("État"), "acting": _("Par intérim"), "guest": _("Invité"),
    "size": _("Taille en octets"),
}  # fmt: skip
# Codes that no form asks for.
CODES: Mapping[tuple[str, str], str] = {
    ("role", "prescriber"): _("Prescripteur"), ("role", "mandatary"): _("Mandataire"),
    ("role", "sme_head"): _("Dirigeant de l’entreprise"), ("role", "signatory"): _("Signataire"),
    ("role", "beneficiary"): _("Entreprise bénéficiaire"), ("locale", "fr"): _("Français"),
    ("locale", "en"): _("Anglais"),
}  # fmt: skip
YES, NO = _("oui"), _("non")


@functools.cache
def asked() -> tuple[Mapping[str, str], Mapping[tuple[str, str], str]]:
    """What forms call their questions and their coded answers; what two call differently is left out."""
    labels: dict[str, set[str]] = {}
    coded: dict[tuple[str, str], set[str]] = {}
    forms = [catalogue.form(key).questions(Context()) for key in sorted(catalogue.FORMS)]
    for each in forms:
        for name, question in questions(each):
            labels.setdefault(name, set()).add(question.label)
            for member in question.members if isinstance(question, Code) else ():
                coded.setdefault((name, str(member.value)), set()).add(member.label)
    return (
        {name: each for name, [each, *others] in listed(labels) if not others},
        {name: each for name, [each, *others] in listed(coded) if not others},
    )


def listed(found: Mapping[Any, set[str]]) -> Iterator[tuple[Any, list[str]]]:
    """The labels of each name, in order."""
    for name, labels in found.items():
        yield name, sorted(labels)


def questions(asking: Questions) -> Iterator[tuple[str, Any]]:
    """The questions of a form, and those of its rows."""
    for name, question in asking.fields.items():
        yield name, question
        if isinstance(question, Rows):
            yield from questions(question.row(Context()))


def heading(name: str, locale: str) -> str | None:
    """A column as people read it; None for one that only programs read."""
    label = LABELS.get(name) or asked()[0].get(name)
    return None if label is None else translate(label, locale)


def said(name: str, value: object, locale: str) -> object:
    """A value as people read it: a code in words, a day and an hour as they are written here."""
    if isinstance(value, bool):
        return translate(YES if value else NO, locale)
    if isinstance(value, dict):
        return named(value, locale)
    return said_text(name, value, locale) if isinstance(value, str) else value


def said_text(name: str, value: str, locale: str) -> str:
    """A text as people read it."""
    label = CODES.get((name, value)) or asked()[1].get((name, value))
    if label is not None:
        return translate(label, locale)
    if name == "content" and value.startswith("{"):
        return written(value)
    if INSTANT.fullmatch(value):
        return f"{datetime.fromisoformat(value).astimezone(basins.NATIONAL_ZONE):%d/%m/%Y %H:%M}"
    return f"{date.fromisoformat(value):%d/%m/%Y}" if DAY.fullmatch(value) else value


def named(answers: Mapping[str, object], locale: str) -> str:
    """The answers to a form that are not empty, each under its question."""
    between = translate(_(" : "), locale)
    return ", ".join(
        f"{heading(name, locale) or name}{between}{said(name, value, locale)}"
        for name, value in answers.items()
        if value not in (None, "", [], {})
    )


def written(content: str) -> str:
    """The words of a history entry, without the marks by which programs tell them apart."""
    told = json.loads(content)
    return ", ".join(
        each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)
        for each in told.values()
        if each not in (None, "", [], {})
    )
