"""What the monitoring page calls things: whom one waits for, causes, ends, and how sure a figure is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.i18n import mark as _
from engine.projects.statuses import EndKind
from forms import choices
from web import typography
from web import work as web_work

if TYPE_CHECKING:
    from engine.analytics.estimates import Estimate

DAY = 86_400

WAITS_FOR: Mapping[str, str] = {
    "operator": _("L’opérateur"),
    "chair": _("La présidence"),
    "member": _("Un membre du comité"),
    "session": _("La prochaine séance"),
    "firm": _("L’entreprise"),
    "expert": _("Un intervenant"),
    "signatory": _("Un signataire"),
    "third_party": _("Un tiers (« en attente de … »)"),
}
# Where the time of a completed task went. The last two are told apart by whom its step waits for.
IN_QUEUE = _("dans la file, avant d’être prise")
IN_HAND = _("chez la personne chargée de la faire")
THIRD_PARTY = _("chez l’entreprise ou un tiers")
SESSION = _("jusqu’à la prochaine séance")
CAUSES = (IN_QUEUE, IN_HAND, THIRD_PARTY, SESSION)

ENDS: Mapping[EndKind, str] = {
    EndKind.CLOSED: _("Suivi mené à terme"),
    EndKind.TERMINATED: _("Résilié avant le terme"),
    EndKind.WITHDRAWN: _("Retiré avant signature"),
    EndKind.REJECTED: _("Rejeté par le comité"),
    EndKind.REORIENTED: _("Réorienté"),
    EndKind.DROPPED: _("Sans suite"),
    EndKind.LAPSED: _("Caduc"),
}


def whom(key: str) -> str:
    """Whom things wait for, in the reader's language."""
    return web_work.translated(WAITS_FOR[key]) if key in WAITS_FOR else key


def in_days(seconds: float | None) -> float | None:
    """A duration in days, to a tenth: more would be false precision."""
    return None if seconds is None else round(seconds / DAY, 1)


def number(value: float | None) -> str:
    """A number as the reader writes it; a dash for what is not known."""
    return "–" if value is None else typography.number(value, web_work.locale())


def short_days(seconds: float | None) -> str:
    """« 6,5 j », for a drawing or a bar."""
    days = in_days(seconds)
    return "–" if days is None else web_work.translated(_("{count} j"), count=number(days))


def interval(estimate: Estimate) -> str:
    """« 4,1 à 7,9 »: the days between which the true median is, 95 times in 100."""
    return between(estimate.low, estimate.high)


def between(low: float | None, high: float | None) -> str:
    """Two durations in days."""
    if low is None or high is None:
        return "–"
    return web_work.translated(_("{low} à {high}"), low=number(in_days(low)), high=number(in_days(high)))


def share(part: float | None) -> str:
    """A share of one as « 12 % »; a dash when there is nothing to share."""
    return "–" if part is None else typography.percent(part, web_work.locale())


def cause(code: str) -> str:
    """Whom a task put on hold waits for; a code of an older list as it is."""
    label = next((each.label for each in choices.WaitingCause if each.value == code), code)
    return web_work.translated(label)
