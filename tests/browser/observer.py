"""A page of Home Assistant and everything it requests or logs."""

from typing import Any, Final, Literal, Protocol, TypedDict, Unpack
from urllib.parse import urlsplit

from playwright.async_api import (
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    ViewportSize,
    WebSocket,
)

# The document with all shadow roots; form values are not part of it.
_READ_DOM: Final = """() => {
  const read = (root) => [
    root.innerHTML ?? "",
    ...[...root.querySelectorAll("*")].flatMap((element) =>
      element.shadowRoot ? read(element.shadowRoot) : []),
  ];
  return read(document.documentElement).join("\\n");
}"""

_GRAPH_ERROR: Final = "Failed to execute 'addColorStop' on 'CanvasGradient'"
"""Of Home Assistant's graphs, which can draw before they know the colors of the theme."""

_SAVE: Final = """(config) => {
  const find = (root) => {
    for (const element of root.querySelectorAll("*")) {
      const found = element.localName === "hui-root" ? element
        : element.shadowRoot && find(element.shadowRoot);
      if (found) return found;
    }
  };
  return find(document).lovelace.saveConfig(config);
}"""


class ContextOptions(TypedDict, total=False):
    """How a browser shows a page."""

    locale: str
    viewport: ViewportSize
    color_scheme: Literal["light", "dark"]
    reduced_motion: Literal["reduce", "no-preference"]
    has_touch: bool


class OpenPage(Protocol):
    """A function that opens a page in a new context."""

    async def __call__(self, **options: Unpack[ContextOptions]) -> ObservedPage:
        """Return the empty page."""


class ObservedPage:
    """A page of one Home Assistant, with its requests and errors since it was opened."""

    def __init__(self, page: Page, url: str) -> None:
        """Observe a page that is still empty; `url` is Home Assistant's."""
        self.page = page
        self.errors: list[str] = []
        self.urls: list[str] = []
        self._url = url
        page.on("console", self._add_message)
        page.on("pageerror", self._add_error)
        page.on("request", self._add_request)
        page.on("websocket", self._add_websocket)

    def _add_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _add_error(self, error: Error) -> None:
        # Seen once in hundreds of runs. Nothing of ours draws on a canvas.
        if _GRAPH_ERROR not in error.message:
            self.errors.append(error.stack or error.message)

    def _add_request(self, request: Request) -> None:
        self.urls.append(request.url)

    def _add_websocket(self, websocket: WebSocket) -> None:
        self.urls.append(websocket.url)

    @property
    def foreign_urls(self) -> list[str]:
        """Return the requested URLs of other hosts and ports."""
        home_assistant = urlsplit(self._url).netloc
        return [
            url
            for url in self.urls
            if not url.startswith(("data:", f"blob:{self._url}/"))
            and urlsplit(url).netloc != home_assistant
        ]

    async def read_dom(self) -> str:
        """Return the HTML of the document and of all shadow roots."""
        dom: str = await self.page.evaluate(_READ_DOM)
        return dom

    async def open(self, path: str = "/plex-pulse/now") -> None:
        """Open a path of Home Assistant."""
        await self.page.goto(f"{self._url}{path}")

    async def log_in(self, tokens: str) -> None:
        """Be the user of these tokens from the next page on."""
        await self.page.add_init_script(f"localStorage.setItem('hassTokens', `{tokens}`)")

    async def save_cards(self, *cards: dict[str, Any]) -> None:
        """Save the cards of the open dashboard, as its editor does."""
        await self.page.evaluate(_SAVE, {"views": [{"cards": list(cards)}]})

    async def open_view(self, name: str) -> None:
        """Open a view of the dashboard by its tab."""
        await self.page.locator(f"ha-tab-group-tab[data-path={name}]").click()
        await self.page.wait_for_url(f"**/plex-pulse/{name}")

    def take_image_errors(self) -> list[str]:
        """Remove and return what the browser itself logs about images that it did not get."""
        found = [error for error in self.errors if "/api/plex_pulse/image/" in error]
        self.errors = [error for error in self.errors if error not in found]
        return found

    async def keep(self) -> None:
        """Mark the loaded document, so that `is_kept` can tell whether it was loaded again."""
        await self.page.evaluate("() => { window.isKept = true; }")

    async def is_kept(self) -> bool:
        """Return whether the document that was marked is still the one."""
        return bool(await self.page.evaluate("() => window.isKept"))

    @property
    def rows(self) -> Locator:
        """Return the rows of the streams card."""
        return self.card.locator("ul.rows > li")

    @property
    def shelf(self) -> Locator:
        """Return the shelf card."""
        return self.page.locator("plex-pulse-shelf")

    @property
    def top(self) -> Locator:
        """Return the cards with what was played most."""
        return self.page.locator("plex-pulse-top")

    @property
    def images(self) -> list[str]:
        """Return the requested URLs of images of a server."""
        return [url for url in self.urls if "/api/plex_pulse/image/" in url]

    @property
    def card(self) -> Locator:
        """Return the streams card."""
        return self.page.locator("plex-pulse-streams")

    def row(self, title: str) -> Locator:
        """Return the row of the stream with this title."""
        return self.card.locator("ul.rows > li").filter(has_text=title)
