"""A session and its voices: interests declared, who was there, opinions and votes, a consultation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from forms import fields, quantities
from forms.choices import Coded
from forms.conditions import when
from forms.questions import Answers, Form, Problems, Questions
from forms.rows import Rows
from forms.texts import mark as _
from forms.votes import VoteChoice


class InterestSituation(Coded):
    """What links a member of the committee to a project (F4)."""

    NONE = "none", _("Aucun lien")
    CLIENT_SUPPLIER = "client_supplier", _("Client ou fournisseur de l’entreprise")
    COMPETITOR = "competitor", _("Concurrent de l’entreprise")
    CAPITAL_LINK = "capital_link", _("Lien capitalistique")
    FAMILY_LINK = "family_link", _("Lien familial ou personnel")
    EXPECTED_EXPERT = "expected_expert", _("Intervenant pressenti"), _("Vous interviendriez dans le projet")
    OTHER = "other", _("Autre lien")


class Presence(Coded):
    """Whether a seat was there at a session."""

    PRESENT = "present", _("Présent")
    EXCUSED = "excused", _("Excusé")
    ABSENT = "absent", _("Absent")
    REPRESENTED = "represented", _("Représenté")


CONFLICTS = ("client_supplier", "competitor", "capital_link", "family_link", "other")
LINKED = (*CONFLICTS, "expected_expert")


class InterestDeclaration(Questions):
    """F4: a member says what links them to a project; a real link makes them step back from it."""

    person_id = fields.Reference(_("Membre"), asked_if="for_another", mandatory=True)
    situation = fields.Code(_("Votre lien avec l’entreprise"), InterestSituation, mandatory=True)
    details = fields.Paragraph(
        _("Précisions"),
        longest=500,
        hint=_("Conservées avec la déclaration ; le comité peut les lire."),
        mandatory=when("situation", "other"),
        shown_when=when("situation", *LINKED),
    )
    is_recused = fields.Checkbox(
        _("Je me déporte de ce projet"),
        hint=_("Un intervenant pressenti peut le dire sans se déporter."),
        shown_when=when("situation", "expected_expert"),
    )

    def settle(self, answers: Answers) -> None:
        """Step back for any real link; only an expected expert may choose."""
        if answers["situation"] in CONFLICTS:
            answers["is_recused"] = True


class InterestEnd(Questions):
    """A declared interest is over: the member comes back to the project."""

    reason = fields.Paragraph(_("Pourquoi ce lien n’existe plus"), longest=500, mandatory=True)


class SeatAttendance(Questions):
    """Whether one seat was there, and who represented it."""

    seat_id = fields.Reference(_("Siège"), mandatory=True)
    presence = fields.Code(_("Présence"), Presence, mandatory=True)
    proxy_to_seat_id = fields.Reference(
        _("Pouvoir donné à"), mandatory=True, shown_when=when("presence", "represented")
    )


class SessionHeld(Questions):
    """A session took place: who was there, who was represented, who presided."""

    held_on = quantities.Day(_("Tenue le"), past=True, mandatory=True, default=fields.today)
    attendance = Rows(_("Présences"), SeatAttendance, fixed=True, most=60)
    chaired_by_id = fields.Reference(_("Présidée par"), mandatory=True)
    guests = fields.Paragraph(_("Invités"), folded=True)
    remarks = fields.Paragraph(_("Observations"), longest=1500, folded=True)

    def given(self, raw: Mapping[str, object]) -> tuple[dict[str, object], Problems]:
        """Read the seats present, as number 1 of this form listed them: the others are excused."""
        if "present_seat_ids" not in raw or "attendance" in raw:
            return super().given(raw)
        sent = raw["present_seat_ids"] or ()
        listed = sent if isinstance(sent, list | tuple) else [sent]
        present = [str(each).lower() for each in listed]
        others = [choice.value for choice in self.context.choices.get("attendance-seat_id", ())]
        rows = [{"seat_id": each, "presence": "present"} for each in present] + [
            {"seat_id": each, "presence": "excused"} for each in others if each not in present
        ]
        kept = {name: value for name, value in raw.items() if name != "present_seat_ids"}
        return super().given({**kept, "attendance": rows if present else []})

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Refuse a seat that comes twice, and a session without anybody."""
        check_attendance(answers["attendance"], report, may_be_empty=self.context.allows("is_unanswered"))


class SessionAttendance(Questions):
    """Who is there, noted in session; it may be corrected until the minutes are signed."""

    attendance = Rows(_("Présences"), SeatAttendance, fixed=True, most=60)
    chaired_by_id = fields.Reference(_("Présidée par"), mandatory=True)

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Refuse a seat that comes twice, and a session without anybody."""
        check_attendance(answers["attendance"], report, may_be_empty=self.context.allows("is_unanswered"))


def check_attendance(rows: list[Answers], report: Callable[..., None], *, may_be_empty: bool) -> None:
    """Refuse a seat that comes twice, and a session to which nobody came.

    A consultation in writing that nobody answered is over all the same.
    """
    seats = [row["seat_id"] for row in rows]
    if len(set(seats)) < len(seats):
        report("attendance", _("Un siège ne se note qu’une fois."))
    elif not may_be_empty and not any(row["presence"] is Presence.PRESENT for row in rows):
        report("attendance", _("Notez au moins un membre présent."))


def with_attendance(stored: Mapping[str, object]) -> Mapping[str, object]:
    """A session held as number 1 kept it: the seats that were there, and no word of the others."""
    present: Any = stored.get("present_seat_ids") or ()
    others = {name: value for name, value in stored.items() if name != "present_seat_ids"}
    return {**others, "attendance": [{"seat_id": each, "presence": "present"} for each in present]}


class ItemOpinion(Questions):
    """What a member thinks of an item before the session; the others read it once they gave theirs."""

    seat_id = fields.Reference(_("Pour"), asked_if="several_seats", mandatory=True)
    choice = fields.Code(_("Votre avis"), VoteChoice, mandatory=True)
    comment = fields.Paragraph(_("Pourquoi"), longest=1000)


class SeatBallot(Questions):
    """What one seat votes; nothing while it has not."""

    seat_id = fields.Reference(_("Siège"), mandatory=True)
    choice = fields.Code(_("Vote"), VoteChoice)


class ItemBallots(Questions):
    """The votes on one item, as the officer notes them in session."""

    ballots = Rows(_("Votes"), SeatBallot, fixed=True, most=60)

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Refuse a seat that votes twice."""
        seats = [row["seat_id"] for row in answers["ballots"]]
        if len(set(seats)) < len(seats):
            report("ballots", _("Un siège ne vote qu’une fois."))


class ItemAnswer(Questions):
    """What a member answers on one item of a written consultation."""

    item_id = fields.Reference(_("Point"), mandatory=True)
    choice = fields.Code(_("Votre vote"), VoteChoice, mandatory=True)
    comment = fields.Paragraph(_("Pourquoi"), longest=1000)


class ConsultationAnswer(Questions):
    """A member votes in writing on every item they have not stepped back from."""

    answers = Rows(_("Points soumis au vote"), ItemAnswer, fixed=True, most=60, asked_if="has_items")
    is_read = fields.Checkbox(_("J’ai lu les dossiers sur lesquels je vote."), must_be_ticked=True)

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Ask for an answer on each item, once."""
        answered = sorted(str(row["item_id"]) for row in answers["answers"])
        expected = sorted(choice.value for choice in self.context.choices.get("answers-item_id", ()))
        if self.context.allows("has_items") and answered != expected:
            report("answers", _("Répondez sur chaque point, une fois."))


class ConsultationExtension(Questions):
    """A written consultation goes on for some days more."""

    until = quantities.Day(_("Nouvelle échéance"), future=True, mandatory=True)
    reason = fields.Paragraph(_("Motif"), longest=500, mandatory=True)


FORMS = (
    Form(
        "interest_declaration",
        1,
        _("Déclarer un intérêt"),
        _("Un lien avec l’entreprise vous déporte : le point quitte votre vue, et vous n’y votez pas."),
        InterestDeclaration,
        minutes=1,
        submit=_("Déclarer"),
    ),
    Form(
        "interest_end",
        1,
        _("Mettre fin à un déport"),
        _("La déclaration reste au registre, avec sa fin et son motif."),
        InterestEnd,
        minutes=1,
    ),
    Form(
        "session_held",
        2,
        _("Séance tenue"),
        _("Qui était là, qui était représenté, et qui a présidé."),
        SessionHeld,
        minutes=2,
    ),
    Form(
        "session_attendance",
        1,
        _("Noter les présences"),
        _("Les pouvoirs comptent au quorum ; un siège représenté vote par celui qui tient son pouvoir."),
        SessionAttendance,
        minutes=2,
    ),
    Form(
        "item_opinion",
        1,
        _("Donner un avis"),
        _("Les autres le lisent une fois qu’ils ont donné le leur, ou le point décidé."),
        ItemOpinion,
        minutes=1,
        submit=_("Donner mon avis"),
    ),
    Form(
        "item_ballots",
        1,
        _("Noter les votes"),
        _("Une voix par siège présent ou représenté ; qui s’est déporté ne vote pas."),
        ItemBallots,
        minutes=2,
    ),
    Form(
        "consultation_answer",
        1,
        _("Répondre à la consultation"),
        _("Votre vote sur chaque point. Un lien avec une entreprise se déclare d’abord, depuis son dossier."),
        ConsultationAnswer,
        minutes=3,
        submit=_("Voter"),
    ),
    Form(
        "consultation_extension",
        1,
        _("Prolonger la consultation"),
        _("Ceux qui n’ont pas répondu ont jusqu’à la nouvelle échéance."),
        ConsultationExtension,
        minutes=1,
        submit=_("Prolonger"),
    ),
)
