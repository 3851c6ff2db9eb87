"""The register's lines about what is signed and paid."""

from __future__ import annotations

from engine.i18n import mark as _
from engine.retention.register import Fate, entry

TIME = "the project's time: the contract's, and five years after it"
PIECE = "ten years after the project's end (accounting pieces, C. com. L123-22)"
SIGNED = "what was agreed, and the proof of who signed"

ENTRIES = (
    entry(
        "agreement", _("Conventions"), persons="prepared_by", case="project_id", why=SIGNED, until=TIME,
        told="text body void_reason changes file_hash", plain="number media_type text_hash state kind locale",
        at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "signatory", _("Signataires"), person="person_id", case=("agreement", "agreement_id"), why=SIGNED,
        until=TIME, plain="capacity way",
    ),
    entry(
        "signature", _("Signatures"), person="person_id", persons="recorded_by",
        case=("agreement", "agreement_id"), why=SIGNED, until=TIME,
        told="address consent identified_by refused_reason", plain="capacity text_hash mode",
        at_end=Fate.EMPTY,
    ),
    entry(
        "provider_request", _("Signatures demandées à un prestataire"), persons="asked_by",
        case="project_id", why=SIGNED, until=TIME, told="url failure reference", plain="provider state",
        at_end=Fate.EMPTY,
    ),
    entry(
        "advance_payment", _("Versements"), persons="recorded_by on_behalf_of", case="project_id",
        why="an accounting piece", until=PIECE, told="bank_reference", about_head=True,
    ),
)  # fmt: skip
