"""The application in processes of its own, as an installation runs it: they can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.web.installation import settings_for

ROOT = Path(__file__).parents[2]
SERVE = "from web.cli import main; main()"


class Served:
    """`alize serve` on an installation kept in a folder, always on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Start it, and wait until it says where it answers; its address."""
        settings = settings_for(self.folder)
        environment = {
            **os.environ,
            "ALIZE_ENVIRONMENT": settings.environment,
            "ALIZE_DATABASE_URL": settings.database_url,
            "ALIZE_DATA_DIR": settings.data_dir,
            "ALIZE_SECRET_KEY": settings.secret_key,
            "PYTHONUNBUFFERED": "1",
        }
        command = [sys.executable, "-c", SERVE, "serve", "--port", str(self.port), "--no-scheduler"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        said = []
        for line in self.process.stdout or ():
            said.append(line)
            if str(self.port) in line:
                return f"http://127.0.0.1:{self.port}"
        raise RuntimeError("".join(said))

    def kill(self) -> None:
        """Stop it as a power cut would: every process at once, none of them told."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()
            self.process = None
