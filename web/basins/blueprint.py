"""The name under which the application knows the pages of basins."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("basins", __name__)
