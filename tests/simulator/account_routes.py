"""Endpoints for the server's users and the plex.tv account it is signed in to."""

from aiohttp import web

from .access import Access
from .encode import Tree
from .state import Call, Route
from .users_and_players import OWNER_EMAIL, USERS


def _accounts(call: Call) -> web.Response:
    accounts: list[Tree] = [
        {
            "id": account_id,
            "key": f"/accounts/{account_id}",
            "name": name,
            "defaultAudioLanguage": "en",
            "autoSelectAudio": True,
            "defaultSubtitleLanguage": "en",
            "subtitleMode": 0,
            "thumb": thumb,
        }
        for account_id, name, thumb in (
            (0, "", ""),
            *((user.id, user.name, user.thumb) for user in USERS),
        )
    ]
    return call.answer(
        {
            "size": len(accounts),
            "identifier": "com.plexapp.system.accounts",
            "Account": accounts,
        }
    )


def _myplex_account(call: Call) -> web.Response:
    """Answer without a MediaContainer; the real answer contains a token and addresses as well."""
    tree: Tree = {
        "authToken": "simulated-account-token",
        "username": OWNER_EMAIL,
        "mappingState": "mapped" if call.state.reachable else "unknown",
        "signInState": "ok",
        "publicAddress": "203.0.113.20",
        "publicPort": 32400,
        "privateAddress": "192.0.2.10",
        "privatePort": 32400,
        "subscriptionFeatures": "pass,session_kick" if call.state.plex_pass else "",
        "subscriptionActive": call.state.plex_pass,
        "subscriptionState": "Active" if call.state.plex_pass else "Unknown",
    }
    return call.answer(tree, root="MyPlex")


ROUTES = (
    Route(path="/accounts", handle=_accounts, access=Access.ADMIN),
    Route(path="/myplex/account", handle=_myplex_account, access=Access.ADMIN),
)
