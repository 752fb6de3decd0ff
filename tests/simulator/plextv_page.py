"""The page app.plex.tv/auth: Allow or Deny, then a redirect to forwardUrl."""

from html import escape

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in - simulator</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; background: #1f2326; }}
main {{ background: Canvas; color: CanvasText; border-radius: 12px; padding: 2rem;
        width: min(22rem, 80vw); box-shadow: 0 8px 30px #0006; }}
h1 {{ font-size: 1.3rem; margin: 0 0 .5rem; }}
label, select {{ display: block; width: 100%; }}
select {{ margin: .3rem 0 1.2rem; padding: .5rem; font: inherit; }}
div {{ display: flex; gap: .8rem; }}
button {{ flex: 1; padding: .7rem; font: inherit; border: 0; border-radius: 8px; cursor: pointer; }}
#allow {{ background: #e5a00d; color: #1f2326; font-weight: 600; }}
small {{ display: block; margin-top: 1.2rem; opacity: .7; }}
</style></head><body><main>
<h1 id="title">Sign in?</h1>
<p id="text">It will see your servers and what they play.</p>
<form id="choice">
<label>Account <select id="account">{accounts}</select></label>
<div><button id="deny" type="button">Deny</button>
<button id="allow" type="submit">Allow</button></div>
</form>
<small>A simulator of Plex's sign-in page.</small>
</main>
<script>
const query = new URLSearchParams(location.hash.replace(/^#!?[/]?[?]?/, ""));
const element = (id) => document.getElementById(id);
const product = query.get("context[device][product]") || "this device";
element("title").textContent = `Sign in to ${{product}}?`;

function finish(title, text) {{
  element("title").textContent = title;
  element("text").textContent = text;
  element("choice").remove();
}}

async function send(command, body) {{
  const answer = await fetch(`/simulator/${{command}}`, {{
    method: "POST",
    body: JSON.stringify({{code: query.get("code"), ...body}}),
  }});
  if (!answer.ok) finish("Not signed in", "The code is not known, or no longer.");
  return answer.ok;
}}

element("choice").addEventListener("submit", async (event) => {{
  event.preventDefault();
  if (!await send("approve", {{account: element("account").value}})) return;
  const back = query.get("forwardUrl");
  if (/^https?:/.test(back)) location.assign(back);
  else finish("Signed in", "You can close this window.");
}});
element("deny").addEventListener("click", async () => {{
  if (await send("deny")) finish("Not signed in", "You can close this window.");
}});
</script></body></html>
"""


def approval_page(accounts: list[str]) -> str:
    """Return the page as HTML with a choice of accounts.

    The fragment has the parameters, as at Plex: #?clientID=..&code=..&forwardUrl=..
    """
    options = "".join(f"<option>{escape(name)}</option>" for name in accounts)
    return _PAGE.format(accounts=options)
