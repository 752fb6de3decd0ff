"""The server's sign-in to an account at plex.tv: claimed or not."""

from aiohttp import web

from .access import Access
from .encode import Tree
from .errors import html_error
from .state import Call, Route, ServerState
from .users_and_players import OWNER_EMAIL


def set_claimed(state: ServerState, is_claimed: bool) -> None:
    """Claim a server or not; an unclaimed one serves everything without a token."""
    state.claimed = is_claimed
    state.tokens.is_open = not is_claimed


def _account(call: Call) -> web.Response:
    """Answer without a MediaContainer; the real answer contains a token and addresses as well."""
    return call.answer(_account_tree(call.state), root="MyPlex")


def _account_tree(state: ServerState) -> Tree:
    if not state.claimed:
        return {
            "authToken": "",
            "username": "",
            "mappingState": "unknown",
            "signInState": "none",
            "publicAddress": "",
            "publicPort": 0,
            "privateAddress": "",
            "privatePort": 0,
            "subscriptionFeatures": "",
            "subscriptionActive": False,
            "subscriptionState": "Unknown",
        }
    return {
        "authToken": "simulated-account-token",
        "username": OWNER_EMAIL,
        "mappingState": "mapped" if state.reachable else "unknown",
        "signInState": "ok",
        "publicAddress": "203.0.113.20",
        "publicPort": 32400,
        "privateAddress": "192.0.2.10",
        "privatePort": 32400,
        "subscriptionFeatures": "pass,session_kick" if state.plex_pass else "",
        "subscriptionActive": state.plex_pass,
        "subscriptionState": "Active" if state.plex_pass else "Unknown",
    }


def _unclaim(call: Call) -> web.Response:
    set_claimed(call.state, False)
    return _account(call)


def _claim(call: Call) -> web.Response:
    if not call.request.query.get("token", "").startswith("claim-"):
        return html_error(400)
    set_claimed(call.state, True)
    return _account(call)


def sign_in_tree(state: ServerState) -> Tree:
    """Return what the root says about the account; an unclaimed server has no user name."""
    if not state.claimed:
        return {
            "countryCode": "",
            "myPlex": True,
            "myPlexMappingState": "unknown",
            "myPlexSigninState": "none",
            "myPlexSubscription": False,
        }
    return {
        "countryCode": "usa",
        "myPlex": True,
        "myPlexMappingState": "mapped" if state.reachable else "unknown",
        "myPlexSigninState": "ok",
        "myPlexSubscription": state.plex_pass,
        "myPlexUsername": OWNER_EMAIL,
    }


ROUTES = (
    Route(path="/myplex/account", handle=_account, access=Access.ADMIN),
    Route(path="/myplex/account", handle=_unclaim, access=Access.ADMIN, methods=("DELETE",)),
    Route(path="/myplex/claim", handle=_claim, access=Access.ADMIN, methods=("POST",)),
)
