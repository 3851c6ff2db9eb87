"""Who plays in a rehearsal: imaginary people, named so that nobody is taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.people.models import Role

OFFICER, CHAIR, STEERING = "officer", "chair", "steering"


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody imaginary: a name, a role in the basin, whom they sit or work for."""

    key: str
    name: str
    role: Role
    works_for: str | None = None

    @property
    def shown(self) -> str:
        """Their name as it is read everywhere."""
        return f"{self.name} (imaginaire)"

    @property
    def address(self) -> str:
        """Where nobody ever writes."""
        return f"{self.key}@exemple.test"


COMPANIES: Mapping[str, str] = {
    "chair": "Fonderie des Nuages (imaginaire)",
    "prescriber": "Verrerie du Songe (imaginaire)",
    "mandatary": "Câblerie de la Lune (imaginaire)",
    "deputy": "Tuilerie du Mirage (imaginaire)",
    "lender": "Horlogerie de l’Horizon (imaginaire)",
}
AUTHORITY = "Communauté des Rivages rêvés (imaginaire)"
OPERATOR = "Agence de développement de Nulle-Part (imaginaire)"

PLAYERS = (
    Player(OFFICER, "Odette Opératrice", Role.OPERATOR),
    Player(STEERING, "Sylvain Pilote", Role.STEERING),
    Player(CHAIR, "Prudence Présidente", Role.CHAIR, "chair"),
    Player("prescriber", "Prosper Prescripteur", Role.SEAT, "prescriber"),
    Player("mandatary", "Mathilde Mandataire", Role.SEAT, "mandatary"),
    Player("deputy", "Denis Relève", Role.SEAT, "deputy"),
    Player("lender", "Léonce Prêteur", Role.SEAT, "lender"),
    Player("councillor", "Clémence Collectivité", Role.SEAT, "authority"),
    Player("expert", "Edmée Experte", Role.EXPERT, "lender"),
    Player("expert2", "Évariste Expert", Role.EXPERT, "mandatary"),
)
HEAD = "Camille Dirigeante (imaginaire)"
FIRM = "Ateliers de l’Imaginaire (imaginaire)"
FIRM_SIRET = "00000001800002"  # A number that SIRENE never gives.
HEAD_ADDRESS = "direction@exemple.test"
