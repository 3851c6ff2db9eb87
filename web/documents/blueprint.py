"""The name under which the application knows the pages of documents."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("documents", __name__)
