"""What is done on any project or task, any day: notes, calls, waits, pauses, hand-overs, exits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from forms import choices, fields, identifiers, quantities
from forms.conditions import unanswered, when
from forms.questions import Answers, Form, Questions
from forms.texts import mark as _

LONGEST_SUSPENSION_MONTHS = 6


class Note(Questions):
    """A note, and who sees it."""

    text = fields.Paragraph(_("Note"), longest=2000, mandatory=True)
    audience = fields.Code(
        _("Visible par"), choices.Audience, default=choices.Audience.OPERATOR, mandatory=True
    )


class PhoneCall(Questions):
    """A call worth remembering."""

    correspondent = fields.Text(_("Avec qui"), longest=120, mandatory=True)
    summary = fields.Paragraph(_("Ce qui a été dit"), longest=1500, mandatory=True)
    called_on = quantities.Day(_("Date"), past=True, mandatory=True, default=fields.today)
    direction = fields.Code(
        _("Sens"), choices.CallDirection, default=choices.CallDirection.OUTGOING, mandatory=True, folded=True
    )
    audience = fields.Code(
        _("Visible par"), choices.Audience, default=choices.Audience.OPERATOR, mandatory=True, folded=True
    )


class FirmAlert(Questions):
    """F10: a followed firm is in difficulty; what was decided by a court, where there is a judgment."""

    difficulty = fields.Code(_("Nature de la difficulté"), choices.Difficulty, mandatory=True)
    judgment_on = quantities.Day(
        _("Date du jugement"), past=True, shown_when=when("difficulty", choices.Difficulty.INSOLVENCY.value)
    )
    published_on = quantities.Day(
        _("Publication du jugement au BODACC"),
        hint=_("Une créance se déclare dans les deux mois qui suivent cette publication."),
        past=True,
        shown_when=when("difficulty", choices.Difficulty.INSOLVENCY.value),
    )
    seriousness = fields.Code(_("Gravité"), choices.Seriousness, mandatory=True)
    occurred_on = quantities.Day(_("Constatée le"), past=True, mandatory=True, default=fields.today)
    statement = fields.Paragraph(
        _("Exposé"), hint=_("Lu par le comité et l’opérateur, pas par l’entreprise."), longest=1500,
        mandatory=True,
    )  # fmt: skip
    proposal = fields.Paragraph(_("Ce que vous proposez"), longest=1000)

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """A judgment is published once it is given."""
        judgment_on, published_on = answers.get("judgment_on"), answers.get("published_on")
        if judgment_on and published_on and published_on < judgment_on:
            report("published_on", _("La publication vient après le jugement."))


class Document(Questions):
    """A document joined to a project; its title becomes the name of a file, whose end is added."""

    title = fields.Text(_("Titre"), longest=150, mandatory=True)
    files = fields.Files(_("Document"), mandatory=True)
    audience = fields.Code(
        _("Visible par"), choices.Audience, default=choices.Audience.COMMITTEE, mandatory=True
    )


class Correction(Questions):
    """A recorded act was wrong: it stays, struck through, with the reason (D21)."""

    act_id = fields.Reference(_("Acte à corriger"), mandatory=True)
    reason = fields.Paragraph(_("Pourquoi cet acte est erroné"), mandatory=True)
    correction = fields.Paragraph(_("Ce qu’il fallait lire"), longest=1500, mandatory=True)
    consequences_read = fields.Checkbox(
        _("J’ai lu ce qui a découlé de cet acte"), must_be_ticked=True, asked_if="has_consequences"
    )


class Awaiting(Questions):
    """A task waits for somebody, until a date; the wait is attributed to its cause (D21)."""

    cause = fields.Code(_("En attente de"), choices.WaitingCause, mandatory=True)
    until = quantities.Day(_("Jusqu’au"), future=True, mandatory=True)
    reason = fields.Paragraph(_("Précision"), longest=300, mandatory=True)


class Suspension(Questions):
    """A project is suspended, six months at most (D7)."""

    requested_by = fields.Code(_("À la demande de"), choices.Requester, mandatory=True)
    reason = fields.Paragraph(_("Motif"), mandatory=True)
    until = quantities.Day(_("Jusqu’au"), hint=_("Six mois au plus."), future=True, mandatory=True)

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Bound the suspension."""
        last = months_later(self.context.today, LONGEST_SUSPENSION_MONTHS)
        if answers["until"] and answers["until"] > last:
            report("until", _("Une suspension dure six mois au plus : jusqu’au {last}."), last=last)


class Resumption(Questions):
    """A suspended project goes on."""

    note = fields.Paragraph(_("Note"))


class Delegation(Questions):
    """A task, or a person's tasks, go to somebody else."""

    to_id = fields.Reference(_("À qui"), mandatory=True)
    until = quantities.Day(_("Jusqu’au"), hint=_("Laissez vide pour cette seule tâche."), future=True)
    reason = fields.Text(_("Motif"), longest=300)


class Withdrawal(Questions):
    """The project leaves before the signature (E2)."""

    requested_by = fields.Code(
        _("Qui retire le projet"),
        choices.Requester,
        mandatory=True,
        among=(choices.Requester.FIRM, choices.Requester.PRESCRIBER, choices.Requester.OPERATOR),
    )
    reason = fields.Paragraph(_("Motif"), longest=1000, mandatory=True)
    requested_on = quantities.Day(_("Demandé le"), past=True, mandatory=True, default=fields.today)


class TerminationRequest(Questions):
    """The agreement is to end early; the chair signs it (E4)."""

    requested_by = fields.Code(
        _("À la demande de"),
        choices.Requester,
        mandatory=True,
        among=tuple(who for who in choices.Requester if who is not choices.Requester.PRESCRIBER),
    )
    cause = fields.Code(_("Cause"), choices.TerminationCause, mandatory=True)
    reason = fields.Paragraph(_("Exposé"), longest=1500, mandatory=True)
    requested_on = quantities.Day(_("Demandé le"), past=True, mandatory=True, default=fields.today)
    attachments = fields.Files(_("Pièces jointes"), folded=True)


class MandataryReplacement(Questions):
    """The chair replaces the mandatary, in one action (D19)."""

    mandatary_id = fields.Reference(
        _("Nouveau mandataire"), hint=_("Un membre du comité, sans lien avec l’entreprise."), mandatory=True
    )
    reason = fields.Paragraph(_("Motif"), mandatory=True)


class PersonReplacement(Questions):
    """The officer hands somebody's part to another person, one the basin knows or a new one."""

    part_id = fields.Reference(_("Qui est remplacé"), mandatory=True)
    person_id = fields.Reference(
        _("Par qui"),
        hint=_("Un prescripteur siège au comité. Si la personne n’est pas dans la liste, écrivez son nom."),
    )
    full_name = fields.Text(_("Son nom"), longest=120, shown_when=unanswered("person_id"))
    email = identifiers.Email(_("Adresse électronique"), shown_when=unanswered("person_id"))
    phone = identifiers.Phone(_("Téléphone"), shown_when=unanswered("person_id"))
    reason = fields.Paragraph(_("Motif"), mandatory=True)

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Know who comes, and how to reach them."""
        if answers["person_id"]:
            return
        if not answers["full_name"]:
            report("person_id", _("Choisissez une personne, ou écrivez son nom."))
        elif not answers["email"] and not answers["phone"]:
            report("email", _("Donnez une adresse électronique ou un téléphone."))


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


FORMS = (
    Form("note", 1, _("Ajouter une note"), _("Dites qui peut la lire."), Note, minutes=1),
    Form("phone_call", 1, _("Noter un appel"), _("Ce qui a été dit, et à qui."), PhoneCall, minutes=1),
    Form(
        "firm_alert",
        1,
        _("Signaler une difficulté"),
        _("L’opérateur et la présidence du comité en sont prévenus aussitôt, pas l’entreprise."),
        FirmAlert,
        minutes=2,
    ),
    Form("document", 1, _("Ajouter un document"), _("Dites qui peut le lire."), Document, minutes=1),
    Form(
        "correction",
        1,
        _("Corriger un acte"),
        _("L’acte erroné reste visible, barré, avec votre explication."),
        Correction,
        minutes=2,
    ),
    Form(
        "awaiting",
        1,
        _("Mettre en attente"),
        _("La tâche quitte les urgences jusqu’à la date dite."),
        Awaiting,
        minutes=1,
    ),
    Form(
        "suspension",
        1,
        _("Suspendre le projet"),
        _("Les relances et les échéances s’arrêtent ; les 18 mois continuent."),
        Suspension,
        minutes=2,
    ),
    Form(
        "resumption",
        1,
        _("Reprendre le projet"),
        _("Les échéances reprennent, décalées."),
        Resumption,
        minutes=1,
    ),
    Form("delegation", 1, _("Confier à quelqu’un"), _("La personne est prévenue."), Delegation, minutes=1),
    Form(
        "withdrawal",
        1,
        _("Retirer le projet"),
        _("Le dossier est clos ; son histoire reste."),
        Withdrawal,
        minutes=1,
        submit=_("Retirer le projet"),
    ),
    Form(
        "termination_request",
        1,
        _("Demander la résiliation"),
        _("La présidence du comité devra la signer."),
        TerminationRequest,
        minutes=2,
    ),
    Form(
        "mandatary_replacement",
        1,
        _("Remplacer le mandataire"),
        _("Ses tâches en cours passent aussitôt à la nouvelle personne."),
        MandataryReplacement,
        minutes=1,
    ),
    Form(
        "person_replacement",
        1,
        _("Remplacer une personne"),
        _("Ses tâches passent à la nouvelle personne ; une convention en signature est refaite."),
        PersonReplacement,
        minutes=2,
    ),
)
