"""The page /simulator: buttons for sessions and faults."""

from html import escape

from .session import Session
from .state import ServerState

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{name} - simulator</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; }}
table {{ border-collapse: collapse; width: 100%; }}
td, th {{ border-bottom: 1px solid #ccc; padding: .4rem; text-align: left; }}
button {{ margin: .1rem; }}
</style></head><body>
<h1>{name}</h1>
<h2>Sessions</h2>
<table><tr><th>User</th><th>Title</th><th>State</th><th>Method</th><th></th></tr>{rows}</table>
<h2>Faults</h2>
<p>{faults}</p>
<script>
async function send(method, path, body) {{
  await fetch("/simulator/" + path, {{method, body: body && JSON.stringify(body)}});
  location.reload();
}}
</script></body></html>
"""

_FAULTS = (
    ("429 for 20 s", '{kind: "status", status: 429, headers: {"Retry-After": "20"}, path: "*"}'),
    ("500 five times", '{kind: "status", status: 500, path: "*", times: 5}'),
    ("Reset five times", '{kind: "reset", path: "*", times: 5}'),
    ("Hang twice", '{kind: "hang", path: "*", times: 2}'),
    ("Captive portal five times", '{kind: "html", path: "*", times: 5}'),
)


def control_page(state: ServerState) -> str:
    """Return the page as HTML."""
    faults = "".join(
        _button(label, f'send("POST", "faults", {command})') for label, command in _FAULTS
    )
    faults += _button("No faults", 'send("DELETE", "faults")')
    faults += _button("Starting", 'send("POST", "starting", {on: true})')
    faults += _button("Started", 'send("POST", "starting", {on: false})')
    return _PAGE.format(
        name=escape(state.friendly_name),
        rows="".join(_row(session) for session in state.sessions.current()),
        faults=faults,
    )


def _row(session: Session) -> str:
    buttons = "".join(
        _button(command.title(), f'send("POST", "sessions/{session.session_key}/{command}")')
        for command in ("pause", "resume", "stop")
    )
    cells = (
        session.user.name if session.user else "",
        session.item.title,
        session.state,
        session.method.replace("_", " "),
    )
    return (
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + f"<td>{buttons}</td></tr>"
    )


def _button(label: str, action: str) -> str:
    return f'<button onclick="{escape(action)}">{escape(label)}</button>'
