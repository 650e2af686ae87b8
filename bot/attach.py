"""Runs somebody's own discord.py script, unmodified, on a sandbox that is running."""

import runpy
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from bot.client import use_server
from bot.errors import StartError

USUAL_URL = "http://127.0.0.1:8420/"
_MOST_WAIT_SECONDS = 5


def attach(script: Path, url: str) -> None:
    """Point discord.py at the sandbox of this address and run the script as Python would."""
    address = urlsplit(url)
    if address.scheme != "http" or not address.hostname:
        message = f"{url} is no address of a sandbox; the usual one is {USUAL_URL}"
        raise StartError(message)
    if not script.is_file():
        message = f"there is no script {script}"
        raise StartError(message)
    _look(f"http://{address.netloc}/sandbox/state")
    use_server(f"http://{address.netloc}/api/v10", f"ws://{address.netloc}/gateway")
    sys.argv = [str(script)]
    sys.path[0] = str(script.resolve().parent)
    runpy.run_path(str(script), run_name="__main__")


def _look(state_url: str) -> None:
    """See that a sandbox answers there, since discord.py would wait for one for minutes."""
    # No proxy leads to this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(state_url, timeout=_MOST_WAIT_SECONDS):
            return
    except (OSError, ValueError) as error:
        message = f"no sandbox answers at {state_url}: {error}; `python -m bot sandbox` starts one"
        raise StartError(message) from None
