"""The command line says in French what is wrong and what to do, and its exit status tells it from a fault."""

from __future__ import annotations

import json

import click
import pytest

from engine.registry import library
from tests.consoles import alize_in
from web import cli

PERSON = "marie@exemple.test"


@pytest.fixture(scope="module")
def alize(tmp_path_factory):
    """Runs a command on an installation with one account: gives its result."""
    run = alize_in(tmp_path_factory.mktemp("commands"))
    assert run("init").exit_code == 0
    assert run("user", "add", PERSON, "Marie (démo)", "--password", "une phrase assez longue").exit_code == 0
    return run


def every(command: click.Command, path: tuple[str, ...] = ()):
    """Each command of the tree with the words that name it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from every(inner, (*path, name))


@pytest.mark.parametrize("path", [path for path, _command in every(cli.alize)], ids=" ".join)
def test_each_command_explains_itself_in_french(alize, path):
    said = alize(*path, "--help")

    assert said.exit_code == 0
    assert said.stdout.startswith(f"Usage : {' '.join(('alize', *path))}")
    for english in ("Show", "Options:\n\n", "Commands:", "[default", "[required]", "%Y"):
        assert english not in said.stdout


@pytest.mark.parametrize(
    ("path", "command"),
    list(every(cli.alize)),
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_each_option_says_what_it_is_for(path, command):
    silent = [one.name for one in command.params if isinstance(one, click.Option) and not one.help]

    assert silent in ([], ["host", "port"])


@pytest.mark.parametrize(("line", "said"), [
    (("jetons",), "La commande « jetons » n’existe pas."),
    (("tokens", "list"), "Est-ce token ?"),
    (("doctor", "--environement"), "L’option « --environement » n’existe pas. Est-ce --environment ?"),
    (("token", "list"), "Il manque l’argument EMAIL."),
    (("basin", "add", "Meuse"), "Il manque l’option --code."),
    (("token", "list", "a", "b"), "Un argument est de trop (b)."),
    (("token", "revoke", PERSON, "abc"), "« abc » n’est pas un identifiant"),
    (("demo", "--at", "hier"), "--at : « hier » n’est pas un jour : il s’écrit 2026-11-16."),
    (("serve", "--port", "0"), "--port : 0 est hors des limites"),
    (("serve", "--port", "web"), "« web » n’est pas un nombre entier."),
    (("export", "tout"), "« tout » n’en est pas ; choisissez parmi history, projects."),
    (("check", "absent.bpmn"), "« absent.bpmn » n’existe pas."),
    (("backup", "/"), "« / » est un dossier ; un fichier est attendu."),
    (("user", "add", "x@exemple.test", "X", "--password", "une phrase assez longue", "--role", "operator"),
     "ajoutez --basin"),
    (("bench", "--json", "/dev/null/x.json"), "le dossier « /dev/null » n’existe pas"),
])  # fmt: skip
def test_a_wrong_use_is_said_in_french_and_ends_with_two(alize, line, said):
    refused = alize(*line)

    assert refused.exit_code == 2, refused.output
    assert said in refused.stderr.replace("'", "")
    assert refused.stdout == ""


@pytest.mark.parametrize(("line", "environment", "said"), [
    (("token", "list", "personne@exemple.test"), {}, "Personne n’a de compte à l’adresse personne@exemple.test."),
    (("token", "revoke", PERSON, "00000000-0000-0000-0000-000000000000"), {}, "« alize token list » montre"),
    (("user", "add", PERSON, "Marie", "--password", "une phrase assez longue"), {}, "existe déjà"),
    (("backup", "/dev/null/copie"), {}, "« /dev/null/copie.partial » ne s’ouvre pas"),
    (("publish", "{folder}"), {}, "Aucun diagramme (.bpmn) n’est à publier"),
    (("publish", "{folder}", "--basin", "meuse"), {}, "n’a pas de « parameters.toml »"),
    (("user", "list"), {"ALIZE_CLOCK": "faux"}, "ALIZE_CLOCK=faux : attendu, l’un de real, simulated."),
    (("user", "list"), {"ALIZE_PROXIES": "deux"}, "attendu, un nombre de mandataires"),
    (("user", "list"), {"ALIZE_DATABASE_URL": "mysql://x"}, "attendu, sqlite:///chemin ou postgresql+psycopg://"),
    (("user", "list"), {"ALIZE_DATABASE_URL": "sqlite:////dev/null/x.db"}, "/dev/null"),
])  # fmt: skip
def test_a_refusal_is_one_sentence_and_ends_with_one(alize, tmp_path, line, environment, said):
    refused = alize(*[word.format(folder=tmp_path) for word in line], **environment)

    assert refused.exit_code == 1, refused.output
    assert isinstance(refused.exception, SystemExit), refused.exception
    assert said in refused.stderr
    assert refused.stdout == ""


def test_a_file_that_is_no_diagram_is_refused_and_said_to_be(alize, tmp_path):
    file = tmp_path / "lettre.bpmn"
    file.write_bytes(b"Bonjour \xff")

    refused = alize("check", str(file))

    assert refused.exit_code == 1
    assert "lettre.bpmn : refusé" in refused.stdout
    assert "NOT_XML Ce fichier" in refused.stdout


def test_a_check_says_which_article_is_broken_and_tells_how(alize, tmp_path):
    file = tmp_path / "project.bpmn"
    file.write_bytes(library.reference()["project.bpmn"].replace(b">P18M<", b">P12M<"))

    told, written = alize("check", str(file)), alize("check", str(file), "--format", "json")

    assert (told.exit_code, written.exit_code) == (1, 1)
    assert "CHARTER_MINIMUM_DURATION" in told.stdout
    assert "Cahier des charges, §VI" in told.stdout
    assert "1. Tout commence par" in told.stdout
    report = json.loads(written.stdout)
    assert (report["sound"], report["conformant"], report["levels"]["charter"]) == (True, False, "refused")
    assert report["problems"][0]["trace"][0] == "intake_received"


def test_anchors_are_found_in_a_file_of_any_encoding(alize, tmp_path):
    file = tmp_path / "courriel.eml"
    file.write_bytes("Entrée ".encode("latin-1"))

    assert alize("verify-history", "--anchor", str(file)).exit_code == 0


def test_a_token_is_listed_and_revoked(alize):
    text = alize("token", "create", PERSON, "--name", "tableur", "--scope", "read").stdout.strip()

    [line] = alize("token", "list", PERSON).stdout.splitlines()
    identifier, name, scopes, _ends, used, state = line.split("\t")
    assert (name, scopes, used, state) == ("tableur", "read", "", "valable")
    assert text not in line

    assert alize("token", "revoke", PERSON, identifier).exit_code == 0
    assert alize("token", "list", PERSON).stdout.strip().endswith("révoqué")
    assert alize("token", "revoke", PERSON, identifier).exit_code == 0  # Again does nothing.
