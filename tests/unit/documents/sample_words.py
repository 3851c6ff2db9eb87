"""What every sample gives, and the words of minutes, as the programme writes them."""

from __future__ import annotations

from typing import Any

CODE = "https://alize.exemple.test/papier/7f3a9c5e2b1d4f608a7b9c0d1e2f3a4b"
LONG_PERSON = "Marie-Élisabeth de La Rochefoucauld-Montmorency Dupré (démo)"
LONG_FIRM = "Société coopérative de mécanique générale et d’outillage de précision du Grand Pré (démo)"
DIGEST = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


def letter(**changes: Any) -> dict[str, Any]:
    """What every document gives, and what this one changes."""
    return {
        "locale": "fr",
        "author": "Terres de Lorraine Développement (démo)",
        "date": "2026-11-20",
        "basin": "Terres de Lorraine",
        "is_specimen": False,
    } | changes


MINUTES = """\
Procès-verbal de la séance du 19 novembre 2026
Le comité d’agrément du bassin d’emploi Terres de Lorraine s’est réuni à Toul, sous la présidence de Claire Vautrin (démo).
Article 1. Approbation du procès-verbal précédent
Le procès-verbal TDL-2026-S004 est approuvé sans observation.
Article 2. Fonderie des Trois Lunes (démo)
Victor Suppléant (démo) s’est déporté et a quitté la séance pour ce point.
Le comité agrée le projet (décision TDL-2026-D009), par consensus.
Article 3. Mécanique du Grand Pré (démo)
Le comité agrée le projet sous conditions (décision TDL-2026-D010) :
– 3 jours en production ;
– 1,5 jour en commercial.
Voix pour : 7. Voix contre : 1. Abstention : 1.
"""
