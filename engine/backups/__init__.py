"""Back an installation up into one file, and restore it: the same rows on either database (D26)."""

# The archive is a zip: one `tables/<name>.jsonl` per table in an order that respects references, the
# documents under their hash, and `manifest.json`, written last, with the digest of all the others. Rows are
# read from one snapshot, so that people may go on working meanwhile; documents are copied after it was
# taken, and a row's document is written before the row. A restored database wakes held.

from engine.backups.reading import NotABackup, saved_case, verify
from engine.backups.restoring import (
    NoRoomToRestore,
    NotEmpty,
    OfAnotherEnvironment,
    OfAnotherRelease,
    restore,
)
from engine.backups.rows import ONLY_OF_ITS_SERVER, parents_first, rows_of
from engine.backups.writing import AlreadyWriting, AmongDocuments, NoRoomForBackup, backup

__all__ = [
    "ONLY_OF_ITS_SERVER",
    "AlreadyWriting",
    "AmongDocuments",
    "NoRoomForBackup",
    "NoRoomToRestore",
    "NotABackup",
    "NotEmpty",
    "OfAnotherEnvironment",
    "OfAnotherRelease",
    "backup",
    "parents_first",
    "restore",
    "rows_of",
    "saved_case",
    "verify",
]
