"""A session of the committee: its agenda is sent to its members."""

from __future__ import annotations

from forms import fields
from forms.questions import Form, Questions
from forms.texts import mark as _


class AgendaDiffusion(Questions):
    """The agenda leaves for each member, with the dossier; past the basin's notice, it says why so late."""

    late_reason = fields.Text(
        _("Pourquoi si tard"),
        longest=300,
        hint=_("Le délai de lecture des membres est entamé ; cela se lit au procès-verbal."),
        mandatory=True,
        asked_if="is_late",
    )
    message = fields.Paragraph(_("Message aux membres"), longest=1500)


FORMS = (
    Form(
        "agenda_diffusion",
        1,
        _("Diffuser l’ordre du jour"),
        _("Chaque membre reçoit l’ordre du jour et le dossier de la séance."),
        AgendaDiffusion,
        minutes=3,
        submit=_("Diffuser"),
    ),
)
