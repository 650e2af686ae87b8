"""Finds the system's Chromium and starts it so that it cannot reach anything but this machine."""

import os
import shutil
from pathlib import Path

from playwright.async_api import Browser, Playwright

REQUIRED = os.environ.get("BOUQUET_REQUIRE_BROWSER") == "1"
NAMES = (
    # The same engine without the browser around it: a window of a whole Chromium, even of one that
    # nobody sees, draws its address bar's pages in processes of their own.
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# Where Chrome is on a Mac, which puts nothing on the path.
APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
MISSING = (
    "NO BROWSER: install Chromium or its headless shell to test the page in it"
    " (Debian: apt-get install chromium-headless-shell; Ubuntu: apt-get install chromium)"
)
ARGUMENTS = (
    # In a container there is often no room for Chromium's own sandbox; it only opens our page.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Neither a proxy nor a name server may be asked: what leaves this machine fails.
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def find_chromium() -> str | None:
    """Return where a browser of Chromium's family is, if one is installed."""
    found = (shutil.which(name) for name in NAMES)
    installed = (str(path) for path in APPLICATIONS if path.exists())
    return next((path for path in (*found, *installed) if path), None)


async def launch(playwright: Playwright, path: str) -> Browser:
    """Start the browser without a window."""
    return await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
