"""The words of the documents that pages show too, as the programme writes them."""

from __future__ import annotations

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
