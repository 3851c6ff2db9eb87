"""The name under which the application knows the pages of dossiers."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("projects", __name__)
