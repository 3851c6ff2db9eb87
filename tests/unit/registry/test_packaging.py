"""A basin's process as one file: written, brought back the same, refused when it is anything else."""

from __future__ import annotations

import io
import tomllib
import zipfile

import pytest

from engine.registry import changes, library, packaging, parameters, tables, versions

REFERENCE = library.reference()
SLUG = "cote-des-deux-phares"
ABOUT = tables.of_parameters(library.basin("valenciennois").parameters)
DIAGRAM = REFERENCE["closure.bpmn"]
CHANGED = '[[changes]]\nkind = "diagram"\nprocess = "closure"\nreason = "Nos mots."\n'


def zipped(files: dict[str, str | bytes], slug: str = "essai") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{slug}/{name}" if slug else name, content)
    return written.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(packaging.BadArchive) as refusal:
        packaging.unpack(content)
    return refusal.value.message


@pytest.mark.parametrize("slug", library.slugs())
def test_what_is_brought_back_gives_the_same_diagrams(slug):
    folder = library.basin(slug)
    files = folder.apply(REFERENCE)

    back = packaging.unpack(packaging.pack(folder, files))

    assert (back.slug, back.changes, back.drawn) == (folder.slug, folder.changes, dict(folder.drawn))
    assert versions.content_hash(back.apply(REFERENCE)) == versions.content_hash(files)
    assert differing(back.parameters, folder.parameters) == []


def differing(one: parameters.Parameters, other: parameters.Parameters) -> list[str]:
    plain = [tomllib.loads(tables.of_parameters(each)) for each in (one, other)]
    return [table for table in plain[0] if plain[0][table] != plain[1][table]]


def test_the_same_folder_gives_the_same_file_whenever_it_is_written():
    folder = library.basin(SLUG)
    files = folder.apply(REFERENCE)

    assert packaging.pack(folder, files) == packaging.pack(folder, files)


def test_the_file_is_laid_out_as_a_folder_of_a_basin_and_holds_what_comes_of_it(tmp_path):
    folder = library.basin(SLUG)
    with zipfile.ZipFile(io.BytesIO(packaging.pack(folder, folder.apply(REFERENCE)))) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path)

    assert {f"{SLUG}/parameters.toml", f"{SLUG}/overlay.toml", f"{SLUG}/completion.bpmn"} < names
    assert {f"{SLUG}/diagrams/{name}" for name in REFERENCE} < names
    assert library.basin_in(tmp_path / SLUG, SLUG).changes == folder.changes


def test_what_computers_add_is_left_aside():
    litter = {"parameters.toml": ABOUT, ".DS_Store": b"\0", "diagrams/closure.bpmn": b"not even XML"}
    content = zipped(litter)

    assert packaging.unpack(content).changes == ()


@pytest.mark.parametrize(
    "text", ['"', "\\", "\x7f\x01", "une ligne\nune autre", "« guillemets »", "\u2028", "😀"]
)
def test_any_text_is_written_and_read_again(text):
    assert tomllib.loads(tables.entry("key", {"a": [text, {"b": text}]})) == {
        "key": {"a": [text, {"b": text}]}
    }


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"overlay.toml": "changes = []"}, "parameters.toml"),
        ({"parameters.toml": "[basin"}, "n’est pas du TOML lisible"),
        ({"parameters.toml": b"\xff\xfe"}, "n’est pas du TOML lisible"),
        ({"parameters.toml": ABOUT, "overlay.toml": "[[["}, "n’est pas du TOML lisible"),
        ({"parameters.toml": ABOUT, "overlay.toml": "a = " + "[" * 9_000}, "n’est pas du TOML lisible"),
        ({"parameters.toml": ABOUT, "script.py": "print()"}, "n’est pas un fichier d’un bassin"),
        ({"parameters.toml": ABOUT, "../../etc/passwd": "x"}, "n’est pas un fichier d’un bassin"),
        ({"parameters.toml": ABOUT, "diagrams/../x.bpmn": "x"}, "n’est pas un fichier d’un bassin"),
        ({"parameters.toml": ABOUT, "sub/closure.bpmn": "x"}, "n’est pas un fichier d’un bassin"),
        ({"parameters.toml": ABOUT, "x\n.bpmn": "x"}, "n’est pas un fichier d’un bassin"),
        ({"parameters.toml": ABOUT, "closure.bpmn": b"<x>", "overlay.toml": CHANGED}, "pas du XML lisible"),
        ({"parameters.toml": ABOUT, "overlay.toml": CHANGED,
          "closure.bpmn": b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + DIAGRAM.partition(b"?>")[2]}, "DOCTYPE"),
        ({"parameters.toml": ABOUT, "overlay.toml": CHANGED,
          "closure.bpmn": DIAGRAM.decode().replace("UTF-8", "UTF-16").encode("utf-16")}, "UTF-8"),
        ({"parameters.toml": ABOUT, "overlay.toml": "#" * 200_001}, "trop grand"),
        ({"parameters.toml": ABOUT, "closure.bpmn": b" " * 1_000_001}, "trop grand"),
        ({"parameters.toml": ABOUT, **{f"diagrams/d{n}.bpmn": " " * 990_000 for n in range(30)}}, "trop grand"),
        ({"parameters.toml": ABOUT, **{f"d{n}.bpmn": "" for n in range(200)}}, "plus de 120 fichiers"),
    ],
)  # fmt: skip
def test_what_is_no_folder_of_a_basin_is_refused_with_its_reason(files, said):
    assert said in refused(zipped(files))


@pytest.mark.parametrize("slug", ["", "..", "Essai", "a b", "x" * 61, "/etc", "C:", "essai\\"])
def test_a_folder_must_have_the_name_of_a_basin(slug):
    assert "n’est pas un fichier d’un bassin" in refused(zipped({"parameters.toml": ABOUT}, slug))


def test_two_folders_in_one_file_are_refused():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("un/parameters.toml", ABOUT)
        archive.writestr("deux/overlay.toml", "changes = []")

    assert "un seul dossier" in refused(written.getvalue())


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + b"\0" * 40, b"not a zip", b"x" * 5_000_001])
def test_what_is_no_archive_is_refused(content):
    assert refused(content)


def test_a_damaged_archive_is_refused():
    content = bytearray(packaging.pack(library.basin(SLUG), REFERENCE))
    for at in range(80, 160):
        content[at] ^= 0xFF

    assert refused(bytes(content))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_unfolds_without_limit_is_refused(method):
    """A few bytes of theirs are gigabytes, and what they cannot read raises errors of their own."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        archive.writestr("essai/parameters.toml", ABOUT)
    content = bytearray(written.getvalue())

    assert "compressé" in refused(bytes(content))
    content[60:70] = bytes(10)
    assert "compressé" in refused(bytes(content))


def test_a_link_or_a_locked_file_is_refused():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        link = zipfile.ZipInfo("essai/parameters.toml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    assert "autre chose que des fichiers" in refused(written.getvalue())


def test_the_same_name_twice_is_refused():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("essai/parameters.toml", ABOUT)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("essai/parameters.toml", ABOUT)

    assert "deux fois" in refused(written.getvalue())


def test_what_it_says_is_judged_as_any_folder_is():
    with pytest.raises(parameters.InvalidParameters):
        packaging.unpack(zipped({"parameters.toml": ABOUT.replace("P18M", "P6M")}))
    with pytest.raises(changes.InvalidChanges):
        packaging.unpack(zipped({"parameters.toml": ABOUT, "closure.bpmn": DIAGRAM}))
