"""The long-lived addresses that mails carry; alone they grant nothing (D20)."""

from __future__ import annotations

from uuid import UUID


def deep_link(base_url: str, task_id: UUID) -> str:
    """Give the address of a task's page."""
    return f"{base_url.rstrip('/')}/taches/{task_id}"


def project_link(base_url: str, case_id: UUID) -> str:
    """Give the address of a project's page."""
    return f"{base_url.rstrip('/')}/projets/{case_id}"


def session_link(base_url: str, session_id: UUID) -> str:
    """Give the address of a committee session's page."""
    return f"{base_url.rstrip('/')}/seances/{session_id}"


def dossier_link(base_url: str, session_id: UUID) -> str:
    """Give the address of the dossier of a committee session."""
    return f"{session_link(base_url, session_id)}/dossier"


def sign_in_link(base_url: str, path: str = "/connexion") -> str:
    """Give the address where one signs in."""
    return f"{base_url.rstrip('/')}/{path.lstrip('/')}"


def late_link(base_url: str) -> str:
    """Give the address of the list of late reports."""
    return f"{base_url.rstrip('/')}/pilotage"


def preferences_link(base_url: str) -> str:
    """Give the address where one chooses which summaries to receive."""
    return f"{base_url.rstrip('/')}/compte"
