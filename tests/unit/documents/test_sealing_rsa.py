"""A seal with the RSA key of most authorities’ certificates: valid, and the key is not checked again."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization

from engine.documents import certificates, inspecting, sealing
from tests import pdfsig
from tests.unit.documents.conftest import PASSPHRASE, WALL


@pytest.fixture(scope="module")
def certificate():
    return certificates.load(
        certificates.specimen(PASSPHRASE, wall=WALL, rsa_bits=2048), PASSPHRASE, wall=WALL
    )


@pytest.fixture(scope="module")
def sealed(certificate, made):
    """An envelope sealed with that key, and how the key was loaded to sign."""
    asked, load = [], serialization.load_der_private_key

    def noted(*given, **options):
        asked.append(options)
        return load(*given, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(serialization, "load_der_private_key", noted)
        content = sealing.seal(
            made("envelope"), certificate=certificate, wall=WALL, reason="Convention", place="Toul"
        )
    return content, asked


def test_a_seal_is_whole_and_its_key_is_checked_only_when_it_is_read(sealed):
    content, asked = sealed

    [found] = inspecting.validate(content)
    assert found.is_whole
    assert asked
    assert all(options == {"unsafe_skip_rsa_key_validation": True} for options in asked)


def test_poppler_finds_a_seal_with_an_rsa_key_valid(sealed, tmp_path):
    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed[0])

    assert "Signature is Valid" in pdfsig.said_of(file)
