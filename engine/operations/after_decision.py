"""Contexts of the forms after the committee's decision: agreement, skills, follow-up, ends, everyday."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from engine.agreements import annex, paper_days, presenting, proving, signatories, signatures
from engine.operations import proposals, wording
from engine.operations.asked import Asked, Parts
from engine.operations.before_agreement import of_telephones
from engine.operations.recalled import corrected, ending, facts, follow_up, late_report, until_signature
from engine.people import persons
from engine.projects import corrections, final_reviews, reports, requests
from engine.projects.recording import days
from engine.skills import interventions
from forms.context import Choice


def other_mandatary(asked: Asked) -> Parts:
    """Who may take the mandate over."""
    return Parts(
        choices={"mandatary_id": partial(proposals.other_members, asked)},
        facts=partial(facts.of_project, asked),
    )


def mandatary_choice(asked: Asked) -> Parts:
    """Who may take the mandate over, and what was done about the report that is late."""
    return Parts(
        choices={"mandatary_id": partial(proposals.other_members, asked)},
        facts=partial(late_report.of_choice, asked),
    )


def agreement_preparation(asked: Asked) -> Parts:
    """F6: the lines that the decision asks for, one per capacity (R25), signed as the basin signs."""
    usual, excluded = proposals.ways(asked, annex.kinds(asked.project))

    def start() -> Mapping[str, object]:
        lines = signatories.compute(asked.work, asked.project, asked.today)
        return {
            "means_changed": False,
            "signatories": [
                {"capacity": line.capacity, "organisation_id": line.organisation_id,
                 "person_id": line.person_id, "mode": usual}
                for line in lines
            ],
        }  # fmt: skip

    return Parts(
        choices={
            "signatories-organisation_id": partial(proposals.every_organisation, asked),
            "signatories-person_id": partial(proposals.signing_people, asked),
        },
        prefill=start,
        facts=partial(until_signature.of_decision, asked),
        excluded=excluded,
    )


def agreement_signature(asked: Asked) -> Parts:
    """The exact files to sign, by their hashes: the text’s, and its annex’s where there is one."""
    texts = presenting.texts_of(asked.work, asked.task) if asked.task else []
    digests = {
        name: proving.signed_hash(text) if proving.is_ready(text) else ""
        for name, text in zip(signatures.DIGESTS, texts, strict=False)
    }
    return Parts(
        prefill=lambda: digests, facts=partial(until_signature.of_agreement, asked), limits=dict(digests)
    )


def paper_signatures(asked: Asked) -> Parts:
    """The signatures recorded on paper, of the version being signed."""

    def recorded() -> list[Choice]:
        found = paper_days.on_paper(asked.work, asked.project.id)
        names = persons.names(asked.work, [each.person_id for each in found])
        return [
            Choice(
                str(each.id),
                names.get(each.person_id, ""),
                wording.long_day(asked, each.signed_on) if each.signed_on else "",
            )
            for each in found
        ]

    return Parts(choices={"signature_id": recorded}, facts=partial(facts.of_project, asked))


def intervention_plan(asked: Asked) -> Parts:
    """The days committed, each company's to be turned into interventions."""
    left = interventions.to_plan(asked.work, asked.project.id)

    def start() -> Mapping[str, object]:
        if interventions.last_turn(asked.work, asked.project.id):
            return {}
        return {
            "interventions": [
                {"company_id": company_id, "domain": domain, "planned_days": days(quarters)}
                for company_id, domain, quarters in left
            ]
        }

    return Parts(
        choices={
            "interventions-company_id": partial(proposals.partner_companies, asked),
            "interventions-expert_id": partial(proposals.experts, asked),
        },
        prefill=start,
        facts=partial(follow_up.of_means, asked),
        limits={"interventions_optional": not left},
    )


def intervention(asked: Asked) -> Parts:
    """F8: what was planned."""
    return Parts(facts=partial(follow_up.of_intervention, asked))


def accompaniment_review(asked: Asked) -> Parts:
    """The days planned beside the days given."""
    return Parts(facts=partial(follow_up.of_means, asked))


def follow_up_report(asked: Asked) -> Parts:
    """F9: last time's figures. Read without showing, it costs no statement: this is the hot path."""
    if not asked.showing:
        return Parts(limits={"nothing_new_allowed": True})
    before = reports.latest(asked.work, asked.project.id)

    def start() -> Mapping[str, object]:
        if before is None:
            return {}
        return {
            "weather": before.weather,
            "jobs_created": before.jobs_created,
            "jobs_sustained": before.jobs_sustained,
        }

    return Parts(
        prefill=start,
        facts=partial(follow_up.of_report, asked),
        limits={"nothing_new_allowed": reports.may_say_nothing_new(asked.work, asked.project)},
    )


def intervention_request_review(asked: Asked) -> Parts:
    """What the mandatary asks for."""

    def start() -> Mapping[str, object]:
        found = None if asked.task is None else requests.of_instance(asked.work, asked.task.instance_id)
        if found is None:
            return {}
        quarters = found.quarter_days
        return {"domain": found.domain, "days": days(quarters) if quarters else None}

    return Parts(
        choices={
            "company_id": partial(proposals.partner_companies, asked),
            "expert_id": partial(proposals.experts, asked),
        },
        prefill=start,
        facts=partial(follow_up.of_review, asked),
    )


def final_review(asked: Asked) -> Parts:
    """F12: the last report's figures; what was written, when the chair sent it back."""

    def start() -> Mapping[str, object]:
        written = final_reviews.latest(asked.work, asked.project.id)
        if written is not None:
            return ending.review_to_redo(written)
        before = reports.latest(asked.work, asked.project.id)
        if before is None:
            return {}
        return {"jobs_created": before.jobs_created, "jobs_sustained": before.jobs_sustained}

    return Parts(prefill=start, facts=partial(ending.of_review_to_write, asked))


def reminder_call(asked: Asked) -> Parts:
    """Whom to call, and at which number."""
    return Parts(facts=partial(follow_up.of_mandatary, asked))


def acting_chair_designation(asked: Asked) -> Parts:
    """Who is as eligible as a chair."""
    return Parts(choices={"acting_chair_id": partial(proposals.acting_chairs, asked)})


def address_correction(asked: Asked) -> Parts:
    """Whom to call, at which number, about which address."""
    return Parts(facts=partial(follow_up.of_address, asked), limits=of_telephones(asked))


def correction(asked: Asked) -> Parts:
    """The records of the dossier that may be corrected."""
    return Parts(
        choices={
            "act_id": lambda: corrected.correctable(
                asked, corrections.correctable(asked.work, asked.project.id)
            )
        },
        limits={"has_consequences": False},
    )


def document(asked: Asked) -> Parts:
    """The files just uploaded."""
    return Parts(choices={"files": partial(proposals.attachments, asked)})


def closure_sign_off(asked: Asked) -> Parts:
    """The term, and the review that closes the project."""
    return Parts(facts=partial(ending.of_final_review, asked))


def termination_sign_off(asked: Asked) -> Parts:
    """Who asks for the early end, and why."""
    return Parts(facts=partial(ending.of_termination, asked))
