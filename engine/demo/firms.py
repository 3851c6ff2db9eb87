"""The firms of the demonstration, all invented: what they ask for, what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Firm:
    """A small firm and its project, as the people around it would write about it."""

    name: str
    siret: str
    city: str
    commune: str
    head: str
    need: str
    summary: str
    category: str = "development"
    headcount: int = 12
    jobs: tuple[int, int] = (3, 12)
    needs: tuple[tuple[str, str], ...] = (("production", "6"),)
    advance: int = 0
    months: int = 24
    objective: str = "Mener le projet présenté au comité."
    progress: tuple[str, ...] = field(default=("Le projet avance comme prévu.",))

    @property
    def mail(self) -> str:
        """The head's address."""
        words = self.name.removesuffix(" (démo)").lower().split()
        return f"dirigeant.{plain(words[-1])}@exemple.test"

    @property
    def phone(self) -> str:
        """The head's number, in the range kept for fiction."""
        return f"01 99 00 {self.siret[5:7]} {self.siret[7:9]}"


def plain(word: str) -> str:
    """A word without the accents that addresses lack."""
    return word.translate(str.maketrans("éèêëàâîïôöûüç’", "eeeeaaiioouuc-"))


GRAND_PRE = Firm(
    "Mécanique du Grand Pré (démo)", "00000001800002", "Toul", "54528", "Camille Dupré",
    "Trouver un responsable de production pour ouvrir un deuxième atelier.",
    "L’atelier double sa surface et cherche à organiser deux équipes.",
    headcount=14, jobs=(4, 14), needs=(("production", "6"), ("human_resources", "2")),
)  # fmt: skip
TROIS_LUNES = Firm(
    "Fonderie des Trois Lunes (démo)", "00000002600005", "Foug", "54205", "Bertille Coulée",
    "Obtenir la certification qualité que demandent deux donneurs d’ordre.",
    "La fonderie livre deux grands comptes qui exigent une certification d’ici un an.",
    headcount=31, jobs=(5, 31), needs=(("quality", "8"),),
)  # fmt: skip
POUDRES = Firm(
    "Poudres & Cie (démo)", "00000003400009", "Alès", "30007", "Théodule Grain",
    "Passer du laboratoire à une petite série de poudres fines.",
    "Quatre ingénieurs micronisent des poudres pour la cosmétique et veulent une ligne pilote.",
    category="creation", headcount=4, jobs=(6, 4), needs=(("safety", "4"), ("finance", "2")),
    advance=1_500_000,
)  # fmt: skip
SAPINIERE = Firm(
    "Menuiserie Sapinière (démo)", "00000004200002", "Colombey-les-Belles", "54135", "Sapience Planche",
    "Acheter une défonceuse numérique et former deux compagnons.",
    "La menuiserie passe aux ouvrants à haute performance et doit renouveler son centre d’usinage.",
    headcount=9, jobs=(2, 9), needs=(("purchasing", "2"), ("digital", "3")), advance=2_000_000,
)  # fmt: skip
CANAL = Firm(
    "Textile du Canal (démo)", "00000005900006", "Denain", "59172", "Lin Tisserand",
    "Relancer un atelier de confection de vêtements de travail.",
    "Une commande publique de trois ans permet de rouvrir une chaîne de douze postes.",
    headcount=18, jobs=(8, 18), needs=(("organisation", "5"), ("sales", "3")),
)  # fmt: skip
BIO_PAINS = Firm(
    "Bio-Pains Meurthe (démo)", "00000006700009", "Neuves-Maisons", "54397", "Blé Levain",
    "Doubler le fournil et livrer les cantines du département.",
    "Le fournil passe de deux à cinq tournées et rejoint le marché des cantines.",
    headcount=11, jobs=(5, 11), needs=(("production", "6"), ("sales", "6")),
    objective="Ouvrir le second fournil et livrer huit cantines.",
    progress=("Le second four est en route, deux cantines sont livrées.", "Quatre cantines sont livrées."),
)  # fmt: skip
BEL_AIR = Firm(
    "Usinage Bel-Air (démo)", "00000007500002", "Gondreville", "54232", "Ferréol Tournier",
    "Structurer les achats et réduire les rebuts.",
    "L’usinage de petites séries perd sur les achats de matière et sur les rebuts.",
    headcount=22, jobs=(3, 22), needs=(("purchasing", "4"),),
    progress=("Les achats de matière sont regroupés, les rebuts baissent d’un tiers.",),
)  # fmt: skip
DEULE = Firm(
    "Logistique Haute-Deûle (démo)", "00000008300006", "Onnaing", "59447", "Marin Quai",
    "Ouvrir un quai de nuit pour un sous-traitant automobile.",
    "Un sous-traitant demande des livraisons de nuit ; l’entreprise ouvre un quai.",
    headcount=26, jobs=(7, 26), needs=(("organisation", "4"),), advance=1_500_000,
    progress=("Le quai de nuit est ouvert.", "Le client principal réduit ses commandes de moitié."),
)  # fmt: skip
EMBALLAGES = Firm(
    "Emballages Cévenols (démo)", "00000009100009", "Salindres", "30305", "Cannelle Carton",
    "Remplacer le plastique par du carton moulé.",
    "L’entreprise remplace ses calages en plastique par du carton moulé.",
    headcount=16, jobs=(4, 16), needs=(("production", "5"),), advance=2_500_000,
    progress=("La première presse à carton tourne.",
              "La presse tourne ; il faut maintenant qualifier le produit pour l’alimentaire."),
)  # fmt: skip
SAINT_ROCH = Firm(
    "Chaudronnerie Saint-Roch (démo)", "00000010900009", "Villerupt", "54580", "Roch Chaudron",
    "Former des soudeurs et répondre aux appels d’offres du Luxembourg.",
    "La chaudronnerie vise les chantiers voisins et manque de soudeurs qualifiés.",
    headcount=19, jobs=(6, 19), needs=(("human_resources", "5"),),
    progress=("Trois soudeurs sont en formation.",),
)  # fmt: skip
BEFFROI = Firm(
    "Imprimerie du Beffroi (démo)", "00000011700002", "Valenciennes", "59606", "Encre Typo",
    "Acheter une presse numérique et toucher les petites séries.",
    "L’imprimerie ajoute une presse numérique pour les petites séries.",
    headcount=13, jobs=(2, 13), needs=(("finance", "3"),), advance=1_000_000,
    progress=("La presse numérique est livrée.", "Les petites séries font un quart du chiffre.",
              "L’entreprise veut rembourser son avance plus tôt que prévu."),
)  # fmt: skip
VELOS = Firm(
    "Atelier Vélos Nord (démo)", "00000012500005", "Saint-Amand-les-Eaux", "59526", "Guidon Pédalier",
    "Assembler des vélos utilitaires pour les collectivités.",
    "L’atelier assemble des vélos utilitaires ; trois collectivités ont commandé.",
    category="creation", headcount=5, jobs=(6, 5), needs=(("sales", "4"),), advance=1_500_000,
    progress=("Les premières livraisons sont faites.", "Une commande sur deux est annulée."),
)  # fmt: skip
BRASSERIE = Firm(
    "Brasserie Chiers (démo)", "00000013300009", "Longwy", "54323", "Houblon Malte",
    "Installer une embouteilleuse et vendre hors du département.",
    "La brasserie installe une embouteilleuse et cherche des distributeurs.",
    headcount=7, jobs=(3, 7), needs=(("sales", "4"), ("safety", "2")), advance=2_000_000,
    progress=("L’embouteilleuse est réglée.", "Un distributeur a signé pour trois départements.",
              "Deux embauches sont faites.", "Les ventes hors du département font la moitié.",
              "L’atelier tourne à plein.", "Le projet est arrivé à son terme."),
)  # fmt: skip
PLASTURGIE = Firm(
    "Plasturgie Alzette (démo)", "00000014100002", "Villerupt", "54580", "Aimée Moule",
    "Passer aux matières recyclées sans perdre le client principal.",
    "L’injection de matières recyclées demande de nouveaux réglages et de nouveaux essais.",
    headcount=28, jobs=(2, 28), needs=(("production", "8"),),
    progress=("Les premiers essais en matière recyclée sont bons.", "Le client a validé deux références."),
)  # fmt: skip
REPRISE = Firm(
    "Garage Reprise (démo)", "00000015800006", "Toul", "54528", "Gaston Relève",
    "Reprendre le garage où il travaille depuis dix ans.",
    "Un mécanicien reprend le garage de son patron, qui part à la retraite.",
    category="takeover", headcount=6, jobs=(1, 6), needs=(("finance", "3"),), advance=1_500_000,
    objective="Réussir la reprise et garder les six emplois.",
)  # fmt: skip
LUTHERIE = Firm(
    "Lutherie de la Moselle (démo)", "00000039800008", "Toul", "54528", "Viole Archet",
    "Embaucher un second luthier et vendre aux conservatoires.",
    "L’atelier fabrique des violons d’étude et veut en louer aux conservatoires de la région.",
    headcount=4, jobs=(2, 4), needs=(("sales", "4"), ("finance", "1")), advance=1_500_000,
    objective="Louer des violons d’étude aux conservatoires et embaucher un second luthier.",
)  # fmt: skip
STUDIO = Firm(
    "Studio Numérique Gardon (démo)", "00000016600009", "Alès", "30007", "Pixel Lumière",
    "Créer un studio d’images pour les entreprises du bassin.",
    "Deux associés créent un studio d’images et cherchent un premier financement.",
    category="creation", headcount=2, jobs=(1, 2), needs=(("finance", "1"),),
)  # fmt: skip
FROMAGERIE = Firm(
    "Fromagerie du Saintois (démo)", "00000033100009", "Vézelise", "54563", "Prairie Caillé",
    "Ouvrir une cave d’affinage et une boutique.",
    "La fromagerie ouvre une cave d’affinage pour garder la valeur ici.",
    headcount=8, jobs=(3, 8), needs=(("quality", "3"), ("sales", "2")),
)  # fmt: skip
SCIERIE = Firm(
    "Scierie du Haut-Bois (démo)", "00000034900001", "Colombey-les-Belles", "54135", "Merisier Grume",
    "Sécher le bois sur place et vendre aux charpentiers.",
    "La scierie ajoute un séchoir et vend aux charpentiers du département.",
    headcount=15, jobs=(4, 15), needs=(("production", "4"),), advance=2_500_000,
    progress=("Le séchoir est livré.", "Les premiers charpentiers commandent.", "Le séchoir tourne à plein."),
)  # fmt: skip
VANNERIE = Firm(
    "Vannerie de Colombey (démo)", "00000035600006", "Colombey-les-Belles", "54135", "Osier Tresse",
    "Vendre en ligne des paniers faits à la main.",
    "L’atelier veut vendre en ligne et embaucher un vannier.",
    headcount=3, jobs=(1, 3), needs=(("digital", "2"),),
)  # fmt: skip
SERRURERIE = Firm(
    "Serrurerie des Trois Fontaines (démo)", "00000036400000", "Toul", "54528", "Clé Pêne",
    "Recruter un chef d’atelier et répondre aux marchés publics.",
    "La serrurerie veut répondre aux marchés publics de la métropole.",
    headcount=10, jobs=(2, 10),
)  # fmt: skip
VERGER = Firm(
    "Vergers de la Colline (démo)", "00000040600009", "Bruley", "54102", "Mirabelle Jus",
    "Presser et embouteiller sur place, vendre aux cantines.",
    "Les vergers achètent un pressoir et cherchent comment tenir les normes d’un atelier alimentaire.",
    headcount=5, jobs=(2, 5), needs=(("standards", "3"),),
)  # fmt: skip
TUILERIE = Firm(
    "Tuilerie du Vair (démo)", "00000037200003", "Allamps", "54010", "Argile Terrier",
    "Remplacer le four à gaz par un four électrique.",
    "La tuilerie veut changer de four et attend l’avis de son énergéticien.",
    headcount=24, jobs=(0, 24), needs=(("standards", "3"),), advance=3_000_000,
)  # fmt: skip
CONFISERIE = Firm(
    "Confiserie du Mont Bouquet (démo)", "00000038000006", "Alès", "30007", "Praline Sucre",
    "Refaire l’atelier aux normes et exporter vers la Suisse.",
    "La confiserie refait son atelier et prépare l’export.",
    headcount=9, jobs=(2, 9), needs=(("export", "3"),),
    progress=("Le laboratoire est aux normes.",),
)  # fmt: skip
