"""plexauth, with which core signs in, signs in at the simulated plex.tv."""

from importlib import import_module

import pytest

from tests.simulator import PlexTvSimulator


@pytest.mark.timeout(60)
async def test_plexauth_signs_in(socket_enabled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # Only the judges' environment has it.
    plexauth = import_module("plexauth")
    async with PlexTvSimulator() as plextv:
        plextv.add_account("owner", "account-token")
        for name in ("CODES_URL", "TOKEN_URL"):
            path = getattr(plexauth, name).removeprefix("https://plex.tv")
            monkeypatch.setattr(plexauth, name, f"{plextv.url}{path}")
        payload = {"X-Plex-Product": "Judge", "X-Plex-Version": "1"}
        async with plexauth.PlexAuth(payload, headers={"Origin": "http://judge"}) as sign_in:
            await sign_in.initiate_auth()
            (pin,) = plextv.pins
            assert (pin.product, pin.client_identifier) == ("Judge", sign_in.client_identifier)
            assert pin.code in sign_in.auth_url("http://judge/back")
            plextv.approve(pin.id)
            assert await sign_in.token(timeout=20) == "account-token"
