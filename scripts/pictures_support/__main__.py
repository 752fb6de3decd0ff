"""The command line: start the demo and take all pictures."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
import sys
import tempfile
from typing import Final, Literal

from playwright.async_api import Browser, ViewportSize

from scripts.common.chromium import find_chromium, run_chromium
from scripts.common.output import print_status
from scripts.common.paths import PROJECT
from scripts.demo_support.demo import Demo

IMAGES: Final = PROJECT / "docs" / "images"
DESKTOP: Final = ViewportSize(width=1280, height=800)
STREAMS: Final = ViewportSize(width=1280, height=630)
"""As high as the streams card: README's first screen also has the commands."""
PHONE: Final = ViewportSize(width=390, height=844)
TIMEOUT_MILLISECONDS: Final = 60_000
# All posters in view are loaded; what is below the view is loaded when it is scrolled to.
_POSTERS_ARE_SHOWN: Final = """() => {
  const find = (root) => [
    ...root.querySelectorAll("plex-pulse-streams .art, plex-pulse-shelf .art, .art"),
    ...[...root.querySelectorAll("*")].flatMap((element) =>
      element.shadowRoot ? find(element.shadowRoot) : []),
  ];
  const shown = find(document).filter((element) => {
    const { top, bottom, width } = element.getBoundingClientRect();
    return width && bottom > 0 && top < innerHeight;
  });
  return shown.length && shown.every((element) => {
    const image = element.querySelector("img");
    return !image || (image.complete && image.naturalWidth);
  });
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A view of the dashboard and how it is shown."""

    name: str
    size: ViewportSize
    color_scheme: Literal["light", "dark"] = "light"
    view: str = "now"
    content: str = "plex-pulse-streams ul.rows > li"


PICTURES: Final = (
    Picture(name="dashboard", size=STREAMS),
    Picture(name="dashboard_dark", size=STREAMS, color_scheme="dark"),
    Picture(name="dashboard_phone", size=PHONE),
    Picture(name="dashboard_new", size=DESKTOP, view="new", content="plex-pulse-shelf li"),
)


async def take(browser: Browser, picture: Picture, url: str) -> Path:
    """Write a picture and return its path."""
    context = await browser.new_context(
        viewport=picture.size,
        color_scheme=picture.color_scheme,
        locale="en-US",
        reduced_motion="reduce",
        device_scale_factor=2 if picture.size is PHONE else 1,
    )
    context.set_default_timeout(TIMEOUT_MILLISECONDS)
    try:
        page = await context.new_page()
        await page.goto(f"{url}/plex-pulse/{picture.view}")
        await page.locator(picture.content).first.wait_for()
        await page.wait_for_load_state("networkidle")
        await page.wait_for_function(_POSTERS_ARE_SHOWN)
        path = IMAGES / f"{picture.name}.png"
        await page.screenshot(path=path)
    finally:
        await context.close()
    return path


async def run(executable: str) -> None:
    """Start the demo and take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        async with Demo(Path(folder)) as demo, run_chromium(executable) as browser:
            await demo.set_up()
            for picture in PICTURES:
                path = await take(browser, picture, demo.home_assistant.url)
                print(path.relative_to(PROJECT))


def main() -> int:
    """Take the pictures; return the exit code."""
    executable = find_chromium()
    if executable is None:
        print_status("Chromium is not installed. Debian, Ubuntu: apt-get install chromium")
        return 1
    asyncio.run(run(executable))
    return 0


if __name__ == "__main__":
    sys.exit(main())
