"""Committed files are clean: no machine's path, no registry's host, no half line."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.architecture import tree

LOCKS = ("requirements/run.txt", "requirements/test.txt", "requirements/node.txt")
# A lock must serve with any mirror: pip and npm know by themselves where to look.
REGISTRY_HOSTS = re.compile(
    r"registry\.(npmjs|yarnpkg)\.|pypi\.(org|python)|pythonhosted\.org|files\.python|/simple/|_verdaccio|nexus"
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(root|home/\w+|tmp/\w+|work|Users/\w+|opt/wheels)/")


# Files made to be refused: they are as they must be.
HOSTILE = "tests/rules/hostile/"


def texts() -> list[tuple[str, str]]:
    """Every committed text with its path, this file apart, which has to name what it forbids."""
    return [
        (path, text)
        for path in tree.files()
        if path != "tests/architecture/test_files.py" and not path.startswith(HOSTILE)
        if (text := tree.text_of(path)) is not None
    ]


@pytest.mark.parametrize("forbidden", [REGISTRY_HOSTS, MACHINE_PATHS], ids=["registry", "path"])
def test_no_file_knows_a_registry_or_a_machine(forbidden):
    problems = [
        f"{path}:{number} {line.strip()[:120]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if forbidden.search(line)
    ]

    assert not problems, tree.listing(
        problems, "Take it out (npm: omit-lockfile-registry-resolved=true in web/assets/.npmrc)."
    )


def test_text_files_end_with_a_newline_and_have_unix_lines():
    problems = [path for path, text in texts() if text and (not text.endswith("\n") or "\r\n" in text)]

    assert not problems, tree.listing(problems, "End each with one newline, lines with \\n.")


def test_nothing_big_is_committed():
    problems = [
        f"{path}: {size // 1000} kB"
        for path in tree.files()
        if (size := (tree.ROOT / path).stat().st_size) > 1_000_000
    ]

    assert not problems, tree.listing(
        problems, "Built or downloaded files are made by `make`, not committed."
    )


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_library_has_hashes(lock):
    text = (tree.ROOT / lock).read_text(encoding="utf-8")
    bare = [
        block.splitlines()[0]
        for block in re.split(r"\n(?=[a-zA-Z0-9])", text)
        if not block.startswith("#") and "--hash=sha256:" not in block
    ]

    assert not bare, f"Run make lock: {lock} has no hash for {bare}"


def test_the_lock_holds_every_library_that_is_asked_for():
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {
        "requirements/run.txt": project["project"]["dependencies"] + project["dependency-groups"]["build"],
        "requirements/test.txt": project["dependency-groups"]["test"],
        "requirements/node.txt": project["dependency-groups"]["node"],
    }
    missing = [
        f"{lock}: {requirement}"
        for lock, requirements in asked.items()
        for requirement in requirements
        if f"\n{canonical(requirement)}==" not in f"\n{(tree.ROOT / lock).read_text(encoding='utf-8')}"
    ]

    assert not missing, tree.listing(missing, "Run make lock.")


def canonical(requirement: str) -> str:
    """A requirement's name as the lock writes it: `Flask-Login>=1` is flask-login."""
    return re.split(r"[\[<>=!~ ;]", requirement)[0].lower().replace("_", "-")


def test_both_locks_agree():
    def pins(lock: str) -> dict[str, str]:
        text = (tree.ROOT / lock).read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))

    tested, run = pins("requirements/test.txt"), pins("requirements/run.txt")

    assert {name: tested.get(name) for name in run} == run, "Run make lock: what is tested is what runs."
