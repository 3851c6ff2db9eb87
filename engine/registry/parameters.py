"""The table of parameters: what a basin may set, within which bounds, and which charter line limits it."""

from __future__ import annotations

import enum
import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from engine import errors
from engine.calendar import openings, working_days
from engine.i18n import mark as _
from engine.spiff import durations
from forms.identifiers import Commune


class Kind(enum.StrEnum):
    """Whether a parameter changes with a version, or at once (D14)."""

    PUBLISHED = "published"
    CURRENT = "current"


class Type(enum.StrEnum):
    """How a parameter's value is written."""

    DURATION = "duration"  # ISO 8601, whole months or whole days: P18M, P90D.
    INTEGER = "integer"
    MONEY = "money"  # Integer cents.
    FLAG = "flag"
    CHOICE = "choice"
    PERIODS = "periods"  # Pairs of « MM-DD », both days included.
    COMMUNES = "communes"  # INSEE codes.


class InvalidParameters(errors.EngineError):
    """Les paramètres du bassin sont à corriger : {summary}."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(summary=" ".join(problems).removesuffix("."))


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of the table. `least` and `most` bound durations in their own unit, money in cents."""

    key: str
    kind: Kind
    label: str
    unit: str
    type: Type
    default: Any
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    article: str | None = None  # The charter's line that no basin may cross.


PUBLISHED, CURRENT = Kind.PUBLISHED, Kind.CURRENT
SIGNATURE_WAYS = ("online_or_paper", "online", "paper", "provider", "any")
MONTHS, DAYS, CENTS, NONE = _("mois"), _("jours"), _("centimes"), ""
OF_SEATS, PROXIES, OPEN_DAYS = _("% des sièges"), _("pouvoirs"), _("jours ouvrés")
INFORMS = _("Cahier des charges, §VI : le mandataire informe régulièrement.")
CLAIMED = _("Cahier des charges, §VI : un compte rendu qui manque est réclamé, jusqu’à la présidence.")
READ_BEFORE = _("Cahier des charges, §V : le diagnostic est transmis à tous les partenaires avant la séance.")
COMMITTEE_DECIDES = _("Cahier des charges, §V : le comité décide des engagements et de leurs modalités.")
SIGNED = _("Cahier des charges, §VI : la PME, la présidence et les entreprises prêtant des jours signent.")
AS_LIVED = _("Cahier des charges : le périmètre suit la vie économique, non un découpage administratif.")
TABLE: tuple[Parameter, ...] = (
    Parameter("follow_up.minimum", PUBLISHED, _("Durée minimale du suivi"), MONTHS,
              Type.DURATION, "P18M", 18, 60,
              article=_("Cahier des charges, §VI : suivi de dix-huit mois au moins.")),
    Parameter("agreement.signature_expiry", PUBLISHED, _("Durée de validité des signatures"), DAYS,
              Type.DURATION, "P90D", 30, 365),
    Parameter("agreement.signature_reminder", PUBLISHED, _("Relance des signataires"), DAYS,
              Type.DURATION, "P30D", 7, 180),
    Parameter("committee.adjournment_reminder", PUBLISHED, _("Relance après un ajournement"), DAYS,
              Type.DURATION, "P60D", 14, 180),
    Parameter("follow_up.months", CURRENT, _("Durée de suivi proposée au comité"), MONTHS,
              Type.INTEGER, 18, 18, 60,
              article=_("Cahier des charges, §VI : suivi de dix-huit mois au moins.")),
    Parameter("follow_up.cadence_months", CURRENT, _("Périodicité des comptes rendus"), MONTHS,
              Type.INTEGER, 3, 1, 6,
              article=INFORMS),
    Parameter("follow_up.nothing_new_in_a_row", CURRENT, _("« Rien de nouveau » de suite"), _("fois"),
              Type.INTEGER, 1, 0, 3, article=INFORMS),
    Parameter("ladder.early", CURRENT, _("Ouverture et premier message"), DAYS, Type.INTEGER, -14, -30, -1,
              article=CLAIMED),
    Parameter("ladder.due", CURRENT, _("Rappel du jour dit"), DAYS, Type.INTEGER, 0, 0, 0, article=CLAIMED),
    Parameter("ladder.reminder", CURRENT, _("Relance du mandataire"), DAYS, Type.INTEGER, 9, 1, 60,
              article=CLAIMED),
    Parameter("ladder.call", CURRENT, _("Appel de l’opérateur"), DAYS, Type.INTEGER, 21, 2, 90,
              article=CLAIMED),
    Parameter("ladder.chair", CURRENT, _("Choix de la présidence"), DAYS, Type.INTEGER, 45, 3, 120,
              article=CLAIMED),
    Parameter("ladder.keep_again", CURRENT, _("Nouvelle question à la présidence"), DAYS,
              Type.INTEGER, 45, 7, 120, article=CLAIMED),
    Parameter("ladder.replaced", CURRENT, _("Délai d’un nouveau mandataire"), DAYS, Type.INTEGER, 21, 7, 90,
              article=CLAIMED),
    Parameter("calendar.quiet_periods", CURRENT, _("Périodes calmes"), NONE,
              Type.PERIODS, (("08-01", "08-20"), ("12-24", "01-02"))),
    Parameter("committee.notice_days", CURRENT, _("Délai de lecture de l’ordre du jour"), OPEN_DAYS,
              Type.INTEGER, 5, 0, 30, article=READ_BEFORE),
    Parameter("committee.decision_mode", CURRENT, _("Mode de décision du comité"), NONE,
              Type.CHOICE, "consensus", choices=("consensus", "vote"), article=COMMITTEE_DECIDES),
    Parameter("committee.quorum_percent", CURRENT, _("Quorum d’un vote"), OF_SEATS,
              Type.INTEGER, 50, 0, 100, article=COMMITTEE_DECIDES),
    Parameter("committee.majority", CURRENT, _("Majorité d’un vote"), NONE,
              Type.CHOICE, "simple", choices=("simple", "absolute", "two_thirds"), article=COMMITTEE_DECIDES),
    Parameter("committee.casting_vote", CURRENT, _("Voix prépondérante de la présidence"), NONE,
              Type.FLAG, True, article=COMMITTEE_DECIDES),
    Parameter("committee.proxies_each", CURRENT, _("Pouvoirs qu’un membre peut tenir"), PROXIES,
              Type.INTEGER, 0, 0, 3, article=COMMITTEE_DECIDES),
    Parameter("committee.prescriber_apart", CURRENT, _("Prescription et décision séparées"), NONE,
              Type.FLAG, False, article=COMMITTEE_DECIDES),
    Parameter("committee.written_consultation", CURRENT, _("Consultation écrite"), NONE, Type.FLAG, True,
              article=COMMITTEE_DECIDES),
    Parameter("signature.agreement", CURRENT, _("Signature de la convention et des avenants"), NONE,
              Type.CHOICE, "online_or_paper", choices=SIGNATURE_WAYS, article=SIGNED),
    Parameter("signature.annex", CURRENT, _("Signature de l’annexe d’une avance"), NONE,
              Type.CHOICE, "online_or_paper", choices=SIGNATURE_WAYS, article=SIGNED),
    Parameter("documents.language", CURRENT, _("Langue des documents à signer"), NONE,
              Type.CHOICE, "fr", choices=("fr", "en")),
    Parameter("committee.chair_alone_days", CURRENT, _("Jours que la présidence accorde seule"), DAYS,
              Type.INTEGER, 0, 0, 10, article=COMMITTEE_DECIDES),
    Parameter("amendment.signed_by", CURRENT, _("Signataires d’un avenant"), NONE,
              Type.CHOICE, "concerned", choices=("concerned", "all"),
              article=_("Cahier des charges, §VI : la PME et la présidence signent toujours.")),
    Parameter("perimeter.communes", CURRENT, _("Communes du périmètre"), NONE, Type.COMMUNES, (),
              article=AS_LIVED),
    Parameter("advance.enabled", CURRENT, _("Avances remboursables"), NONE, Type.FLAG, True,
              article=COMMITTEE_DECIDES),
    Parameter("advance.floor_cents", CURRENT, _("Avance la plus faible"), CENTS,
              Type.MONEY, 0, 0, 10_000_000, article=COMMITTEE_DECIDES),
    Parameter("advance.ceiling_cents", CURRENT, _("Avance la plus élevée"), CENTS,
              Type.MONEY, 2_500_000, 0, 10_000_000, article=COMMITTEE_DECIDES),
    Parameter("advance.max_months", CURRENT, _("Remboursement le plus long"), MONTHS,
              Type.INTEGER, 24, 1, 84, article=COMMITTEE_DECIDES),
    Parameter("advance.requires_skills", CURRENT, _("Pas d’avance sans compétences"), NONE,
              Type.FLAG, False),
    Parameter("jobs.required", CURRENT, _("Aide liée à l’emploi"), NONE, Type.FLAG, False),
)  # fmt: skip
BY_KEY: Mapping[str, Parameter] = {parameter.key: parameter for parameter in TABLE}
LADDER = ("ladder.early", "ladder.due", "ladder.reminder", "ladder.call", "ladder.chair")
TERRITORIES = tuple(territory.value for territory in working_days.Territory)


class Readable(Protocol):
    """A file of a folder or of a package: what `importlib.resources` gives, and `Path` too."""

    def read_text(self, encoding: str | None = None) -> str:
        """Give the file's text."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """A basin's parameters, complete: what the basin does not say has its default."""

    name: str
    code: str
    zone: str
    territory: str
    charter_version: str
    published: Mapping[str, Any] = field(default_factory=dict)
    current: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return (self.published if BY_KEY[key].kind is PUBLISHED else self.current)[key]


def defaults(kind: Kind | None = None) -> dict[str, Any]:
    """Give the default of every parameter, or of those of one kind."""
    return {line.key: line.default for line in TABLE if kind is None or line.kind is kind}


def as_published(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give every published parameter of this release, as these values have it or as the programme does.

    An older release may have kept one that is no more, and not have known another.
    """
    return {key: values.get(key, value) for key, value in defaults(PUBLISHED).items()}


def read(source: str | Path | Readable | Mapping[str, Any]) -> Parameters:
    """Give a basin's parameters from its `parameters.toml`, or from the same tables already read.

    Raises `InvalidParameters`, whose `problems` are sentences for whoever wrote the file.
    """
    content = source if isinstance(source, Mapping) else parsed(source)
    problems = list(problems_of(content))
    if problems:
        raise InvalidParameters(problems)
    basin = content["basin"]
    return Parameters(
        name=basin["name"],
        code=basin["code"],
        zone=basin["zone"],
        territory=basin["territory"],
        charter_version=basin["charter_version"],
        published={**defaults(PUBLISHED), **flattened(content.get("published", {}))},
        current={**defaults(CURRENT), **flattened(content.get("current", {}))},
    )


def parsed(source: str | Path | Readable) -> Mapping[str, Any]:
    """Give the tables of a TOML file. Raises `InvalidParameters`."""
    file = Path(source) if isinstance(source, str) else source
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InvalidParameters([_("Le fichier n’est pas du TOML lisible.")]) from problem


def flattened(table: Mapping[str, Any]) -> dict[str, Any]:
    """Give a two-level table by dotted keys: {"ladder": {"call": 21}} is {"ladder.call": 21}."""
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            flat[name] = value
    return flat


def problems_of(content: Mapping[str, Any]) -> Iterator[str]:
    """Give what is wrong with a basin's tables, sentence by sentence."""
    for unknown in sorted(set(content) - {"basin", "published", "current"}):
        yield _("La table « {table} » n’existe pas.").format(table=unknown)
    yield from problems_of_basin(content.get("basin", {}))
    values: dict[str, Any] = defaults()
    for kind in Kind:
        table = content.get(kind.value, {})
        if not isinstance(table, Mapping):
            yield _("« {table} » doit être une table.").format(table=kind.value)
            continue
        for key, value in flattened(table).items():
            problem = problem_of(key, value, kind)
            if problem:
                yield problem
            else:
                values[key] = value
    yield from problems_together(values)


def problems_of_basin(basin: object) -> Iterator[str]:
    """Give what is wrong with who the basin is."""
    if not isinstance(basin, Mapping):
        yield _("« {table} » doit être une table.").format(table="basin")
        return
    for key in ("name", "code", "zone", "territory", "charter_version"):
        if not isinstance(basin.get(key), str) or not basin[key].strip():
            yield _("« {key} » manque dans la table « basin ».").format(key=key)
    if basin.get("territory") not in (None, *TERRITORIES):
        yield _("Le territoire doit être l’un de : {choices}.").format(choices=", ".join(TERRITORIES))
    if isinstance(basin.get("zone"), str):
        try:
            ZoneInfo(basin["zone"])
        except (LookupError, ValueError, OSError):
            yield _("Le fuseau horaire « {zone} » n’existe pas.").format(zone=basin["zone"])


def problem_of(key: str, value: object, kind: Kind) -> str | None:
    """Give what is wrong with one value, or None."""
    line = BY_KEY.get(key)
    if line is None:
        return _("Le paramètre « {key} » n’existe pas.").format(key=key)
    if line.kind is not kind:
        return _("« {label} » ({key}) va dans la table « {kind} ».").format(
            label=line.label, key=key, kind=line.kind.value
        )
    reason = reason_against(line, value)
    if reason is None:
        return None
    return _("« {label} » ({key}) : {reason}").format(label=line.label, key=key, reason=reason)


def refusal_of(key: str, value: object, kind: Kind) -> str | None:
    """Give what is wrong with one value, or None, for whoever reads it beside the parameter's own field."""
    line = BY_KEY.get(key)
    if line is None or line.kind is not kind:
        return problem_of(key, value, kind)
    reason = reason_against(line, value)
    return None if reason is None else reason[0].upper() + reason[1:]


def reason_against(line: Parameter, value: object) -> str | None:
    """Give why a parameter may not have a value, with the line of the charter that limits it, or None."""
    reason = CHECKS[line.type](line, value)
    if reason is None:
        return None
    return f"{reason} {line.article}" if line.article else reason


def check_duration(line: Parameter, value: object) -> str | None:
    """Accept whole months, or whole days, as the parameter's unit says."""
    try:
        duration = durations.parse_iso(str(value))
    except durations.InvalidDuration:
        return _("une durée comme {example} est attendue.").format(example=line.default)
    in_months = line.unit == MONTHS
    amount, rest = (duration.months, duration.days) if in_months else (duration.days, duration.months)
    if rest or duration.seconds:
        return _("une durée en {unit} entiers est attendue, comme {example}.").format(
            unit=line.unit, example=line.default
        )
    return out_of_bounds(line, amount)


def check_integer(line: Parameter, value: object) -> str | None:
    """Accept a whole number within its bounds."""
    if type(value) is not int:
        return _("un nombre entier est attendu.")
    return out_of_bounds(line, value)


def check_flag(_line: Parameter, value: object) -> str | None:
    """Accept true or false."""
    return None if isinstance(value, bool) else _("« true » ou « false » est attendu.")


def check_choice(line: Parameter, value: object) -> str | None:
    """Accept one of the parameter's choices."""
    if value in line.choices:
        return None
    return _("l’une de ces valeurs est attendue : {choices}.").format(choices=", ".join(line.choices))


def check_periods(_line: Parameter, value: object) -> str | None:
    """Accept pairs of days of the year that leave at least one open day."""
    expected = _("des couples de jours « MM-JJ » sont attendus, qui laissent des jours ouverts.")
    if not isinstance(value, list | tuple):
        return expected
    try:
        openings.Calendar(quiet_periods=[openings.QuietPeriod.parse(*pair) for pair in value])
    except (TypeError, ValueError, AttributeError):
        return expected
    return None


def check_communes(_line: Parameter, value: object) -> str | None:
    """Accept a list of INSEE codes, each once; none says that no perimeter is drawn yet."""
    are_codes = isinstance(value, list | tuple) and all(
        isinstance(each, str) and re.fullmatch(Commune.shape, each) for each in value
    )
    if are_codes and len(set(value)) == len(value):  # type: ignore[arg-type, call-overload]
        return None
    return _("des codes INSEE de communes sont attendus, chacun une fois, comme « 54528 ».")


CHECKS = {
    Type.DURATION: check_duration,
    Type.INTEGER: check_integer,
    Type.MONEY: check_integer,
    Type.FLAG: check_flag,
    Type.CHOICE: check_choice,
    Type.PERIODS: check_periods,
    Type.COMMUNES: check_communes,
}


def out_of_bounds(line: Parameter, amount: int) -> str | None:
    """Say the bounds a number is not within, or None."""
    if (line.least is not None and amount < line.least) or (line.most is not None and amount > line.most):
        return _("entre {least} et {most} {unit}.").format(least=line.least, most=line.most, unit=line.unit)
    return None


def problems_together(values: Mapping[str, Any]) -> Iterator[str]:
    """Give what is wrong with values that are right one by one."""
    rungs = [values[key] for key in LADDER]
    if any(later <= earlier for earlier, later in itertools.pairwise(rungs)):
        yield _("Les échelons de relance doivent se suivre, à un jour d’écart au moins.")
    if values["advance.floor_cents"] > values["advance.ceiling_cents"]:
        yield _("L’avance la plus faible dépasse la plus élevée.")
    asked = durations.parse_iso(values["follow_up.minimum"]).months
    if values["follow_up.months"] < asked:
        yield _("La durée de suivi proposée est plus courte que la durée minimale du bassin.")
    expiry, reminder = (durations.parse_iso(values[f"agreement.signature_{name}"]).days for name in
                        ("expiry", "reminder"))  # fmt: skip
    if reminder >= expiry:
        yield _("La relance des signataires doit précéder l’expiration des signatures.")
    both = {values["signature.agreement"], values["signature.annex"]}
    if any({"provider", other} == both for other in ("online_or_paper", "online", "paper")) or both == {
        "online", "paper",
    }:  # fmt: skip
        yield _("La convention et son annexe se signent ensemble : il leur faut une manière commune.")
