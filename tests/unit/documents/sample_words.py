"""The words of the documents that pages show too, as the programme writes them."""

from __future__ import annotations

AGREEMENT = """\
Convention de coopération et de développement
Convention TDL-2026-C012, version 2, établie le 20 novembre 2026 pour le projet TDL-2026-014, dans le bassin d’emploi Terres de Lorraine.
Entre :
{parties}
Article 1. Objet
Le comité d’agrément a décidé d’appuyer ce projet le 19 novembre 2026 (décision TDL-2026-D010).
Objet : doubler la ligne d’usinage et organiser une seconde équipe, pour répondre à deux clients du bassin et embaucher quatre personnes avant la fin de l’année 2027.
Objectif d’emplois : 4.
Article 2. Compétences apportées
Des entreprises partenaires mettent leurs compétences à la disposition de l’entreprise bénéficiaire, 4,5 jours en tout :
{means}
Article 3. Avance remboursable
Une avance de 20 000,00 € est accordée à l’entreprise bénéficiaire, sans intérêt ni frais.
Elle est remboursée en 24 mois, après un différé de 2 mois : 23 mensualités de 833,33 € et une dernière de 833,41 €.
L’opérateur signe aussi cette convention pour l’avance. Rien n’est versé avant que tous aient signé. L’entreprise peut rembourser plus tôt, sans frais.
Article 4. Suivi
Le mandataire du comité d’agrément auprès de l’entreprise est : Paul Thirion (démo) (Textile du Canal (démo)).
Le suivi dure 18 mois à compter de la dernière signature. Le mandataire rend compte au comité tous les 3 mois, et peut lui demander une nouvelle intervention.
Article 5. Engagements
L’entreprise bénéficiaire s’engage à :
– mener le projet décrit à l’article 1 ;
– recevoir les intervenants et leur donner les renseignements utiles ;
– rencontrer le mandataire, et lui dire sans attendre toute difficulté ;
– faire connaître les emplois créés et maintenus, jusqu’au bilan final ;
– rembourser l’avance aux échéances convenues.
Les entreprises partenaires s’engagent à apporter les jours de l’article 2. Le comité d’agrément s’engage à suivre le projet et à répondre aux demandes du mandataire.
Article 6. Effet, changements et fin
La convention prend effet le jour de la dernière signature. Elle est close au plus tôt 18 mois après, une fois le bilan signé par la présidence.
Changer les jours apportés ou l’avance demande une nouvelle décision du comité. Avant l’effet de la convention, tout changement du texte donne une nouvelle version, et les signatures de la précédente tombent.
La fin anticipée, à la demande de l’entreprise, du mandataire ou de l’opérateur, est signée par la présidence du comité.
Article 7. Signatures
Chacun signe ce texte, en la qualité indiquée. Une personne qui a deux qualités signe deux fois :
{signing}
"""

ANNEX = """\
Annexe : avance remboursable
Annexe à la convention TDL-2026-C012, version 2, pour le projet TDL-2026-014.
Article 1. Avance
L’opérateur verse à l’entreprise bénéficiaire une avance de 20 000,00 €, sans intérêt ni frais, une fois que tous ont signé la convention et cette annexe.
Article 2. Remboursement
L’entreprise rembourse l’avance aux échéances qui suivent, la première le 1er mars 2027. Elle peut rembourser plus tôt, sans frais. En cas de difficulté, elle appelle l’opérateur avant l’échéance.
"""

AMENDMENT = """\
Avenant no 1 à la convention de coopération et de développement
Avenant TDL-2026-C012-A1, établi le 20 novembre 2026, à la convention TDL-2026-C012, version 2.
Article 1. Objet
Le comité d’agrément a décidé le 19 novembre 2026 (décision TDL-2026-D017) d’ajouter des jours en production. La présidence a confié le suivi à Luc Henry (démo).
Article 2. Effet
L’avenant prend effet le jour de sa dernière signature. Tout ce qu’il ne change pas reste tel quel.
"""

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
