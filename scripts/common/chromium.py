"""Chromium of the system, driven by Playwright."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import os
import shutil
from typing import Final

from playwright.async_api import Browser, async_playwright

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Without a request of its own to another host, so that a test sees only those of the page.
ARGUMENTS: Final = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-default-browser-check",
)


def find_chromium() -> str | None:
    """Return the path of the installed Chromium or Chrome; None without one."""
    return next((path for program in PROGRAMS if (path := shutil.which(program))), None)


@asynccontextmanager
async def run_chromium(executable: str) -> AsyncGenerator[Browser]:
    """Run a headless Chromium, which ends with the context."""
    # Chromium refuses to start as root with its sandbox, as in a container.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=[*ARGUMENTS, *sandbox]
        )
        try:
            yield browser
        finally:
            await browser.close()
