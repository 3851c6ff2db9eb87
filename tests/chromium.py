"""The browser of the journeys and of the photographs: the machine's Chromium, else Playwright's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Where only the whole Chromium is, each window would load the pages of its own address bar, which nobody sees
# and which cost as much as ours. Of two such lists Chromium reads the last: the first names are Playwright's.
WITHOUT = [
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
    "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints",
    "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
    "PreloadTopChromeWebUI", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
]  # fmt: skip


def launch(playwright: Playwright, flags: Sequence[str]) -> Browser:
    """Start it; `ALIZE_CHROMIUM` names another. Without any, says what to install, once."""
    named = os.environ.get("ALIZE_CHROMIUM")
    path = named or next((found for name in NAMES if (found := shutil.which(name))), None)
    if not Path(path or playwright.chromium.executable_path).exists():
        pytest.exit(
            "No Chromium: install the package « chromium » of your system, or name one with ALIZE_CHROMIUM.",
            1,
        )
    without = f"--disable-features={','.join(WITHOUT)}"
    return playwright.chromium.launch(executable_path=path, args=[*flags, without])
