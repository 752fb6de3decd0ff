"""Endpoints for the server's users and players."""

from aiohttp import web

from .access import Access
from .encode import Tree
from .state import Call, Route
from .users_and_players import USERS


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


ROUTES = (Route(path="/accounts", handle=_accounts, access=Access.ADMIN),)
