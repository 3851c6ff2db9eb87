"""Questions of every kind that a basin may ask, and a right answer to each."""

from __future__ import annotations

from typing import Any

from forms import extras

EVERY_KIND: list[dict[str, Any]] = [
    {"key": "bank", "label": "Quelle banque suit l’entreprise\u202f?", "type": "text", "mandatory": True,
     "hint": "Agence et interlocuteur"},
    {"key": "surface", "label": "Surface de l’atelier", "type": "number", "unit": "m²"},
    {"key": "rent", "label": "Loyer annuel", "type": "money"},
    {"key": "lease_ends", "label": "Fin du bail", "type": "date"},
    {"key": "owner", "label": "Le dirigeant est-il propriétaire\u202f?", "type": "yes_no", "mandatory": True},
    {"key": "district", "label": "Quartier", "type": "choice",
     "choices": [{"value": "centre", "label": "Centre"}, {"value": "port", "label": "Port"}]},
]  # fmt: skip
QUESTIONS = extras.read_all(EVERY_KIND)
TYPED = {
    "extra_bank": "Crédit du Vallon (démo)", "extra_surface": "1 250,5", "extra_rent": "12 000",
    "extra_lease_ends": "30/06/2027", "extra_owner": "no", "extra_district": "port",
}  # fmt: skip
