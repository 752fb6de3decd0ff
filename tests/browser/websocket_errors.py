"""Errors in place of Home Assistant's responses to websocket commands."""

from collections import Counter
import json

from playwright.async_api import Page, WebSocketRoute


class FailingCommands:
    """Answers commands of a page with an error while their type is in `failing`."""

    def __init__(self) -> None:
        """Let all commands pass."""
        self.failing: set[str] = set()
        self.failed: Counter[str] = Counter()

    async def install(self, page: Page) -> None:
        """Intercept the websockets that the page opens from now on."""
        await page.route_web_socket("**/api/websocket", self._connect)

    def _connect(self, client: WebSocketRoute) -> None:
        server = client.connect_to_server()

        def forward(message: str | bytes) -> None:
            """Pass a command on, or answer it."""
            command = json.loads(message)
            kind = command.get("type") if isinstance(command, dict) else None
            if kind not in self.failing:
                server.send(message)
                return
            self.failed[kind] += 1
            error = {"code": "unknown_error", "message": "Unknown error"}
            result = {"id": command["id"], "type": "result", "success": False, "error": error}
            client.send(json.dumps(result))

        client.on_message(forward)
