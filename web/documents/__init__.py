"""The pages of documents: read one, see how far it is, check one, bring back one that was signed."""

from __future__ import annotations

from web.documents import explained, files, provider, scanning, validating
from web.documents.blueprint import pages

__all__ = ["explained", "files", "pages", "provider", "scanning", "validating"]
