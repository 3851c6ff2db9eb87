"""The container files name things that exist, and their steps work in a clean folder."""

from __future__ import annotations

import dataclasses
import re
import shlex
import subprocess

import pytest
import yaml

from engine.settings import Settings
from tests.architecture import container, tree

PINNED = re.compile(r"^[a-z0-9./-]+:\d+\.\d+(\.\d+)?-[a-z0-9-]+$")


@pytest.fixture(name="stages")
def stages_of_the_dockerfile():
    return container.stages((tree.ROOT / "Dockerfile").read_text(encoding="utf-8"))


@pytest.fixture(name="compose")
def compose_file():
    return yaml.safe_load((tree.ROOT / "compose.yaml").read_text(encoding="utf-8"))


def test_images_are_pinned(stages, compose):
    images = {stage.base for stage in stages}
    images |= {service["image"] for service in compose["services"].values() if "build" not in service}

    loose = sorted(image for image in images if not PINNED.match(image))

    assert not loose, f"Name an exact version and its system: {loose}"


def test_what_is_copied_exists(stages):
    committed = tree.files()
    earlier = {stage.name for stage in stages}
    missing = []
    for stage in stages:
        for rest in stage.all("COPY"):
            origin, sources, _ = container.copied(rest)
            if origin:
                assert origin in earlier, f"No stage is named {origin}"
                continue
            missing += [
                source
                for source in sources
                if not any(path == source or path.startswith(f"{source}/") for path in committed)
            ]

    assert not missing, f"The Dockerfile copies what is not committed: {missing}"


def test_what_is_copied_is_sent_to_the_builder(stages):
    allowed = {
        line.removeprefix("!")
        for line in (tree.ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    sources = [
        source
        for stage in stages
        for rest in stage.all("COPY")
        if not container.copied(rest)[0]
        for source in container.copied(rest)[1]
    ]

    held_back = [s for s in sources if not any(s == path or s.startswith(f"{path}/") for path in allowed)]

    assert not held_back, f"Add !{held_back} to .dockerignore"


def test_the_image_does_not_run_as_root(stages):
    assert stages[-1].all("USER") == ["alize"]


def test_commands_of_the_containers_exist(stages, compose):
    from web import cli

    commands = [yaml.safe_load(rest) for rest in stages[-1].all("CMD")]
    commands += [service["command"] for service in compose["services"].values() if "command" in service]

    for program, name, *arguments in commands:
        options = {option for parameter in cli.alize.commands[name].params for option in parameter.opts}
        unknown = {argument for argument in arguments if argument.startswith("--")} - options
        assert program == "alize"
        assert not unknown, f"alize {name} has no option {unknown}"


def test_every_setting_reaches_the_containers(stages, compose):
    asked = {f"ALIZE_{field.name.upper()}" for field in dataclasses.fields(Settings)}
    given = {name.removesuffix("_FILE") for name in compose["services"]["web"]["environment"]}
    given |= set(re.findall(r"\b(ALIZE_[A-Z_]+)=", " ".join(stages[-1].all("ENV"))))

    # A container is what the settings are by themselves: production, on the real clock.
    assert asked - given == {"ALIZE_CLOCK", "ALIZE_ENVIRONMENT"}


def test_long_lived_services_have_a_health_check(stages, compose):
    assert stages[-1].all("HEALTHCHECK"), "The image says how to know that it is well"
    for name, service in compose["services"].items():
        inherits = "build" in service
        assert inherits or "healthcheck" in service, f"Give {name} a healthcheck"


def test_secrets_come_from_files(compose):
    declared = set(compose["secrets"])
    for name, service in compose["services"].items():
        assert set(service.get("secrets", [])) <= declared
        for variable, value in service.get("environment", {}).items():
            if str(value).startswith("/run/secrets/"):
                assert value.rpartition("/")[2] in service["secrets"], f"{name} has no secret for {variable}"
            secret = re.search(r"PASSWORD|SECRET|DATABASE_URL", variable)
            assert not secret or variable.endswith("_FILE"), f"{name}: give {variable}_FILE instead"
    assert "secrets/" in (tree.ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


@pytest.mark.exhaustive
def test_every_step_of_the_dockerfile_works_in_a_clean_folder(stages, tmp_path):
    roots = container.play(stages, tmp_path)

    alize = roots["installed"] / "opt/alize/bin/alize"
    for rest in stages[-1].all("CMD"):
        _, name, *_ = yaml.safe_load(rest)
        shown = subprocess.run(
            [alize, name, "--help"], capture_output=True, text=True, cwd=tmp_path, check=False
        )
        assert shown.returncode == 0, shown.stderr
    packaged = roots["installed"] / "opt/alize/lib"
    assert list(packaged.glob("*/site-packages/workflows/reference/project.bpmn"))
    assert list(packaged.glob("*/site-packages/web/static/dist/manifest.json"))
    assert list(packaged.glob("*/site-packages/web/static/dist/licences.txt"))
    assert list(packaged.glob("*/site-packages/web/templates/base.html"))
    assert list(packaged.glob("*/site-packages/engine/translations/en/*.json"))


def test_a_dockerfile_is_read_as_its_engine_reads_it():
    (stage,) = container.stages("FROM a:1 AS b\n# no\nRUN x \\\n    y\nCOPY --from=c d e/\n")

    assert stage.all("RUN") == ["x y"]
    assert container.copied(stage.all("COPY")[0]) == ("c", ["d"], "e/")
    assert shlex.split(stage.all("RUN")[0])[0] == "x"
