"""Unit tests reach no network: what needs one belongs to another tier."""

from __future__ import annotations

import socket

import pytest


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse any connection."""

    def refuse(_socket: socket.socket, address: object) -> None:
        pytest.fail(f"A unit test connects to {address}: move it to tests/integration/.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
