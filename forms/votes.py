"""The coded lists of a vote: what a seat says, and how many votes carry an item."""

from __future__ import annotations

from forms.choices import Coded
from forms.texts import mark as _


class VoteChoice(Coded):
    """What a seat says of an item put to the vote."""

    FOR = "for", _("Pour")
    AGAINST = "against", _("Contre")
    ABSTAIN = "abstain", _("Abstention")


class Majority(Coded):
    """How many votes carry an item."""

    SIMPLE = "simple", _("Majorité simple"), _("Plus de voix pour que contre")
    ABSOLUTE = "absolute", _("Majorité absolue"), _("Plus de la moitié des voix présentes et représentées")
    TWO_THIRDS = "two_thirds", _("Majorité des deux tiers"), _("Deux tiers des voix pour ou contre")
