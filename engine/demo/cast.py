"""Who plays in the demonstration: the basins, their companies and their people, all invented."""

from __future__ import annotations

from dataclasses import dataclass

from engine.people.models import Role

PASSWORD = "alize-demonstration"  # noqa: S105 — the demonstration's, printed to whoever starts it.
DISCLAIMER = (
    "Personnes et entreprises inventées (« démo »). Les noms d’entreprises connues viennent d’articles "
    "de presse publics : aucun lien."
)

COMPANY = Role.PARTNER_COMPANY
AUTHORITY = Role.LOCAL_AUTHORITY
ASSOCIATE = Role.ASSOCIATE_PARTNER
FUNDER = Role.FUNDER
OPERATOR = Role.OPERATOR_ORGANISATION


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation of a basin. Without a number, it is a name only: a label of the press, or a body."""

    key: str
    name: str
    status: Role
    city: str
    siret: str | None = None
    is_invented: bool = True


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a basin; `seat_for` is the organisation they sit for, `expert_of` the one they work for."""

    key: str
    name: str
    address: str
    role: Role
    seat_for: str | None = None
    expert_of: str | None = None
    guest: bool = False
    account: bool = True


@dataclass(frozen=True, slots=True)
class BasinCast:
    """A basin: its folder, its partnership agreement in months from the demonstration's day, its people."""

    slug: str
    code: str
    name: str
    agreement_starts: int  # Months before the first of the demonstration's month.
    next_session_in: int  # Days to the Thursday of the next session, about.
    organisations: tuple[Organisation, ...]
    members: tuple[Member, ...]


def seat(key: str, name: str, code: str, number: int, organisation: str) -> Member:
    """A member of the committee."""
    return Member(key, name, f"membre{number}.{code}@exemple.test", Role.SEAT, seat_for=organisation)


def expert(key: str, name: str, code: str, number: int, company: str) -> Member:
    """An expert of a partner company: their tasks reach them by mail, without an account."""
    return Member(
        key, name, f"expert{number}.{code}@exemple.test", Role.EXPERT, expert_of=company, account=False
    )


NATIONAL = (
    Member("administrator", "Alix Administrateur", "administration@exemple.test", Role.ADMINISTRATOR),
    Member("coordinator", "Noé National", "coordination@exemple.test", Role.NATIONAL_COORDINATOR),
    Member("auditor", "Aude Auditrice", "audit@exemple.test", Role.AUDITOR),
)

LORRAINE = BasinCast(
    "terres-de-lorraine",
    "TDL",
    "Terres de Lorraine",
    agreement_starts=26,
    next_session_in=3,
    organisations=(
        Organisation("forges", "Forges de la Moselotte (démo)", COMPANY, "Toul", "00000017400003"),
        Organisation("cristal", "Cristallerie du Toulois (démo)", COMPANY, "Colombey", "00000018200006"),
        Organisation("platres", "Plâtres et Chaux de l’Est (démo)", COMPANY, "Foug", "00000019000009"),
        Organisation("cables", "Câblerie de Gondreville (démo)", COMPANY, "Gondreville", "00000020800009"),
        Organisation("michelin", "Michelin (Side)", COMPANY, "Toul", is_invented=False),
        Organisation("saint-gobain", "Saint-Gobain", COMPANY, "Pont-à-Mousson", is_invented=False),
        Organisation("communes", "Communauté de communes du Toulois (démo)", AUTHORITY, "Toul"),
        Organisation("chamber", "Chambre des entreprises du Toulois (démo)", ASSOCIATE, "Toul"),
        Organisation("network", "Réseau national Alizé (démo)", ASSOCIATE, "Paris"),
        Organisation("operator", "Association de développement du Toulois (démo)", OPERATOR, "Toul"),
        Organisation("state", "Sous-préfecture du Toulois (démo)", FUNDER, "Toul"),
    ),
    members=(
        Member("officer", "Odile Chargier", "operatrice.tdl@exemple.test", Role.OPERATOR),
        Member("officer2", "Basile Missions", "operateur2.tdl@exemple.test", Role.OPERATOR),
        Member("chair", "Prune Présidier", "presidence.tdl@exemple.test", Role.CHAIR, seat_for="forges"),
        seat("deputy", "Victor Suppléant", "tdl", 1, "cristal"),
        seat("prescriber", "Paulin Prescrit", "tdl", 2, "platres"),
        seat("mandatary", "Mahaut Mandat", "tdl", 3, "cables"),
        seat("mandatary2", "Silvère Suivi", "tdl", 4, "cristal"),
        seat("councillor", "Célestine Commune", "tdl", 5, "communes"),
        seat("adviser", "Achille Conseil", "tdl", 6, "chamber"),
        Member("guest", "Roseline Réseau", "reseau.tdl@exemple.test", Role.SEAT, seat_for="network",
               guest=True, account=False),
        Member("steering", "Sidonie Pilote", "pilotage.tdl@exemple.test", Role.STEERING),
        expert("expert", "Edgar Expert", "tdl", 1, "forges"),
        expert("expert2", "Quitterie Qualité", "tdl", 2, "cables"),
    ),
)  # fmt: skip

LONGWY = BasinCast(
    "longwy-briey",
    "LGB",
    "Longwy-Briey",
    agreement_starts=37,  # Three years: it ended six weeks ago.
    next_session_in=17,
    organisations=(
        Organisation("laminoirs", "Laminoirs du Pays-Haut (démo)", COMPANY, "Longwy", "00000021600002"),
        Organisation("emaux", "Émaux de la Chiers (démo)", COMPANY, "Longwy-Bas", "00000022400006"),
        Organisation("mines", "Matériels de Briey (démo)", COMPANY, "Val de Briey", "00000023200009"),
        Organisation("transports", "Transports des Trois Frontières (démo)", COMPANY, "Mont-Saint-Martin",
                     "00000024000002"),
        Organisation("boulons", "Boulonnerie du Bassin (démo)", COMPANY, "Villerupt", "00000025700006"),
        Organisation("communes", "Agglomération du Pays-Haut (démo)", AUTHORITY, "Longwy"),
        Organisation("operator", "Agence de développement de Longwy-Briey (démo)", OPERATOR, "Longwy"),
    ),
    members=(
        Member("officer", "Ombeline Opérante", "operatrice.lgb@exemple.test", Role.OPERATOR),
        Member("chair", "Pierrick Préside", "presidence.lgb@exemple.test", Role.CHAIR, seat_for="laminoirs"),
        seat("deputy", "Solène Seconde", "lgb", 1, "emaux"),
        seat("prescriber", "Donatien Diagnostic", "lgb", 2, "mines"),
        seat("mandatary", "Maximin Mandataire", "lgb", 3, "transports"),
        seat("mandatary2", "Apolline Relais", "lgb", 4, "boulons"),
        seat("councillor", "Toussaint Territoire", "lgb", 5, "communes"),
        Member("steering", "Gontran Préfecture", "pilotage.lgb@exemple.test", Role.STEERING),
        expert("expert", "Ignace Ingénieur", "lgb", 1, "laminoirs"),
    ),
)  # fmt: skip

VALENCIENNES = BasinCast(
    "valenciennois",
    "VAL",
    "Valenciennois",
    agreement_starts=26,
    next_session_in=3,
    organisations=(
        Organisation("rails", "Rails et Roues du Hainaut (démo)", COMPANY, "Trith", "00000026500009"),
        Organisation("verre", "Verrerie de l’Escaut (démo)", COMPANY, "Aniche", "00000027300003"),
        Organisation("sucre", "Sucrerie de la Selle (démo)", COMPANY, "Denain", "00000028100006"),
        Organisation("wagons", "Wagons du Nord (démo)", COMPANY, "Crespin", "00000029900008"),
        Organisation("toyota", "Toyota", COMPANY, "Onnaing", is_invented=False),
        Organisation("saint-gobain", "Saint-Gobain", COMPANY, "Aniche", is_invented=False),
        Organisation("vallourec", "Vallourec", COMPANY, "Saint-Saulve", is_invented=False),
        Organisation("alstom", "Alstom", COMPANY, "Petite-Forêt", is_invented=False),
        Organisation("partner1", "Entreprise partenaire 1 (démo)", COMPANY, "Valenciennes"),
        Organisation("partner2", "Entreprise partenaire 2 (démo)", COMPANY, "Valenciennes"),
        Organisation("partner3", "Entreprise partenaire 3 (démo)", COMPANY, "Denain"),
        Organisation("metropole", "Agglomération du Valenciennois (démo)", AUTHORITY, "Valenciennes"),
        Organisation("operator", "Chambre de commerce du Valenciennois (démo)", OPERATOR, "Valenciennes"),
    ),
    members=(
        Member("officer", "Oriane Chambre", "operatrice.val@exemple.test", Role.OPERATOR),
        Member("chair", "Perrine Présidence", "presidence.val@exemple.test", Role.CHAIR, seat_for="rails"),
        seat("deputy", "Côme Adjoint", "val", 1, "verre"),
        seat("prescriber", "Philémon Prescripteur", "val", 2, "sucre"),
        seat("mandatary", "Maëlle Suivante", "val", 3, "wagons"),
        seat("mandatary2", "Amaury Mandaté", "val", 4, "partner1"),
        seat("councillor", "Clotilde Métropole", "val", 5, "metropole"),
        Member("steering", "Séverin Sous-Préfet", "pilotage.val@exemple.test", Role.STEERING),
        expert("expert", "Firmin Fabrique", "val", 1, "rails"),
        expert("expert2", "Léonie Logistique", "val", 2, "verre"),
    ),
)  # fmt: skip

CEVENNES = BasinCast(
    "ales-cevennes",
    "ALC",
    "Alès-Cévennes",
    agreement_starts=25,
    next_session_in=24,
    organisations=(
        Organisation("catalyse", "Catalyse du Gard (démo)", COMPANY, "Salindres", "00000030700009"),
        Organisation("soie", "Filature des Cévennes (démo)", COMPANY, "Anduze", "00000031500002"),
        Organisation("pompes", "Pompes et Vannes d’Alès (démo)", COMPANY, "Alès", "00000032300006"),
        Organisation("eaux", "Eaux du Gardon (démo)", COMPANY, "Alès"),
        Organisation("axens", "Axens", COMPANY, "Salindres", is_invented=False),
        Organisation("department", "Département du Gard (démo)", FUNDER, "Nîmes"),
        Organisation("operator", "Chambre de commerce d’Alès-Cévennes (démo)", OPERATOR, "Alès"),
    ),
    members=(
        Member("officer", "Ondine Chargée", "operatrice.alc@exemple.test", Role.OPERATOR),
        Member("chair", "Pacôme Présideur", "presidence.alc@exemple.test", Role.CHAIR, seat_for="catalyse"),
        seat("deputy", "Isaure Intérim", "alc", 1, "soie"),
        seat("prescriber", "Delphin Premier", "alc", 2, "pompes"),
        seat("mandatary", "Madeleine Mandante", "alc", 3, "eaux"),
        seat("mandatary2", "Sixte Suiveur", "alc", 4, "soie"),
        seat("councillor", "Domitille Département", "alc", 5, "department"),
        Member("steering", "Gaspard Gardois", "pilotage.alc@exemple.test", Role.STEERING),
        expert("expert", "Exupère Poudrier", "alc", 1, "catalyse"),
        expert("expert2", "Ninon Norme", "alc", 2, "pompes"),
    ),
)  # fmt: skip

BASINS = (LORRAINE, LONGWY, VALENCIENNES, CEVENNES)
DEAD_ADDRESS = "membre4.val@exemple.test"  # Its mails come back: somebody must telephone.

SPOKEN = {
    Role.ADMINISTRATOR: "administration",
    Role.NATIONAL_COORDINATOR: "coordination nationale",
    Role.AUDITOR: "lecture pour contrôle",
    Role.OPERATOR: "opérateur",
    Role.CHAIR: "présidence du comité",
    Role.SEAT: "membres du comité",
    Role.STEERING: "comité de pilotage",
}


def accounts() -> list[str]:
    """The lines that say with whom to sign in: the one password, then the addresses by basin and role."""
    lines = [f"Comptes de la démonstration, mot de passe commun : {PASSWORD}", ""]
    lines += of_roles("National", NATIONAL)
    for basin in BASINS:
        lines += of_roles(basin.name, basin.members)
    return [*lines, "", DISCLAIMER]


def of_roles(title: str, members: tuple[Member, ...]) -> list[str]:
    """A title, then a line per role: those who have an account."""
    lines = [title]
    for role, spoken in SPOKEN.items():
        addresses = [each.address for each in members if each.role is role and each.account]
        if addresses:
            lines.append(f"  {spoken} : {', '.join(addresses)}")
    return lines
