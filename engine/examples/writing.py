"""What the parameters of signed texts and of the perimeter give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa

from engine.agreements import amended_facts, papers, proving, wording
from engine.agreements.amended_facts import Decided
from engine.agreements.models import AGREEMENT, AMENDMENT, ANNEX, EFFECTIVE, Agreement
from engine.agreements.phrasing import CAPACITIES
from engine.examples import following, trying
from engine.examples.showing import Example, Line, Place, Quoted
from engine.i18n import mark as _
from engine.i18n import translate
from engine.projects.models import Project
from engine.registry.wording import CHOICES, Said

LONGER_BY = 6
MORE_OF = _("{capacity} ({count})")


def ways(place: Place) -> Example:
    """How each text may be signed."""
    asked = (
        (_("Une convention"), (AGREEMENT,)),
        (_("Une convention et l’annexe de son avance"), (AGREEMENT, ANNEX)),
        (_("Un avenant"), (AMENDMENT,)),
    )
    lines = [
        Line(Said(label), listed(CHOICES[each] for each in proving.WAYS if each in allowed))
        for label, allowed in (
            (label, proving.ways(place.work, place.basin_id, kinds)) for label, kinds in asked
        )
    ]
    return Example(Said(_("Pour un texte à signer aujourd’hui.")), lines)


def listed(phrases: Iterable[str | Said]) -> Said:
    """Several phrases one after the other, each said in the reader's language."""
    named = {f"each_{number}": each for number, each in enumerate(phrases)}
    return Said(", ".join(f"{{{name}}}" for name in named), named)


def language(place: Place) -> Example:
    """How an agreement reads in the language in which it is signed."""
    locale = papers.language(place.work, place.basin_id)
    follow_up = following.of_project(place)
    facts = {
        "mandatary": None, "cadence_months": follow_up.cadence_months,
        "follow_up_months": place.value("follow_up.months"),
    }  # fmt: skip
    _heading, sentences = wording.following(facts, locale)
    return Example(
        Said(_("Pour un texte établi aujourd’hui, quelle que soit la langue de chacun à l’écran.")),
        [
            Line(Said(_("Son titre")), Quoted(translate(wording.TITLE, locale), locale)),
            Line(Said(_("Une de ses phrases")), Quoted(sentences[-1], locale)),
        ],
    )


def amended_by(place: Place) -> Example:
    """Who would sign a longer follow-up of the basin's last agreement that took effect."""
    found = last_agreement(place)
    if found is None:
        return Example(
            Said(_("Aucune convention n’a encore pris effet : l’exemple viendra avec la première."))
        )
    project = place.work.database.get_one(Project, found.project_id)
    months = (project.follow_up_months or 0) + LONGER_BY
    decided = Decided(terms={"follow_up_months": months})
    signing = amended_facts.foreseen_lines(place.work, project, found, decided, on=place.today)
    count = Counter(line.capacity for line in signing)
    told = [
        Said(MORE_OF, {"capacity": CAPACITIES[each], "count": count[each]}) if count[each] > 1
        else CAPACITIES[each]
        for each in count
    ]  # fmt: skip
    about = _("Si le suivi du dernier projet conventionné du bassin passait à {months} mois.")
    return Example(
        Said(about, {"months": months}),
        [Line(Said(_("Signatures demandées")), len(signing)), Line(Said(_("Signeraient")), listed(told))],
    )


def last_agreement(place: Place) -> Agreement | None:
    """The agreement that took effect last in the basin, as it stands amended."""
    latest = place.work.database.scalars(
        sa.select(Agreement)
        .join(Project, Project.id == Agreement.project_id)
        .where(Project.basin_id == place.basin_id, Agreement.kind == AGREEMENT, Agreement.state == EFFECTIVE)
        .order_by(Agreement.prepared_at.desc())
        .limit(1)
    ).first()
    return None if latest is None else amended_facts.in_force(place.work, latest.project_id)


def perimeter(place: Place) -> Example:
    """What the qualification form says of a firm inside, and of one elsewhere."""
    communes = [str(code) for code in place.value("perimeter.communes")]
    about = Said(_("Quand l’opérateur qualifie le dossier d’une entreprise."))
    inside = [
        Line(Said(_("Communes du périmètre")), len(communes), of="perimeter.communes"),
        *(
            qualified(place, Said(_("Entreprise de {commune}"), {"commune": code}), code)
            for code in communes[:1]
        ),
    ]
    if not communes:
        return Example(about, inside, [Said(_("Aucun périmètre n’est dessiné : toute commune convient."))])
    elsewhere = next(code for code in ("75056", "13055", "69123", "00000") if code not in communes)
    return Example(about, [*inside, qualified(place, Said(_("Entreprise d’ailleurs")), elsewhere)])


def qualified(place: Place, label: Said, commune: str) -> Line:
    """Whether a firm of a commune is taken as it is, or with a reason."""
    refusal = trying.refusal(
        place, "qualification", {**trying.QUALIFICATION, "commune": commune}, "out_of_perimeter_reason",
        {"perimeter": list(place.value("perimeter.communes"))},
    )  # fmt: skip
    if not refusal:
        return Line(label, Said(_("acceptée")))
    return Line(label, Said(_("acceptée avec un motif")), Said(refusal))
