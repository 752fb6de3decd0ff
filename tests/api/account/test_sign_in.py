"""Sign-in with a PIN: approval, denial, expiry and outages."""

import asyncio
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qs

import pytest

from custom_components.plex_pulse.api import Pin, PlexAccountClient, PlexErrorKind
from tests.api.helpers import IDENTITY, failure
from tests.clocks import EventfulClock, ManualClock
from tests.secrets import TOKEN
from tests.simulator import Fault, Outage, PlexTvSimulator, error_fault

from .helpers import ACCOUNT, SIGN_IN_LIFETIME, MakeAccount

PINS: Final = "/api/v2/pins"


def poll_times(plextv: PlexTvSimulator) -> list[float]:
    """Return the times of the polls of a PIN, in seconds since the first."""
    at = [request.at for request in plextv.requests if request.method == "GET"]
    return [round(polled_at - at[0], 3) for polled_at in at]


async def wait_for(
    signed_out_client: PlexAccountClient,
    pin: Pin,
    plextv: PlexTvSimulator,
    clock: ManualClock,
    hang: float,
) -> str | None:
    """Wait for an approval; `hang` is the number of seconds for which plex.tv does not answer."""
    waiting = asyncio.create_task(signed_out_client.wait_for_approval(pin))
    if hang:
        await plextv.fault_reached()
        clock.advance(hang)
    return await waiting


async def test_create_pin_returns_a_strong_pin_without_a_token(
    plextv: PlexTvSimulator, signed_out_client: PlexAccountClient
) -> None:
    """The location in the response is not kept."""
    pin = await signed_out_client.create_pin()
    (request,) = plextv.requests
    assert (request.method, request.path, request.query) == ("POST", PINS, {"strong": "true"})
    assert request.headers["X-Plex-Client-Identifier"] == IDENTITY.client_identifier
    assert request.headers["X-Plex-Product"] == "Plex Pulse"
    assert "X-Plex-Token" not in request.headers
    (known,) = plextv.pins
    assert (pin.id, pin.code) == (known.id, known.code)
    assert pin.lifetime == timedelta(seconds=SIGN_IN_LIFETIME)
    assert pin.auth_token is None
    assert "Saltmarsh" not in repr(pin)


@pytest.mark.parametrize("forward_url", [None, "http://home.example/callback?flow=1&step=2"])
async def test_approval_url_has_client_and_return_url_in_its_fragment(
    plextv: PlexTvSimulator, signed_out_client: PlexAccountClient, forward_url: str | None
) -> None:
    """Browsers do not send the fragment to any server."""
    pin = await signed_out_client.create_pin()
    page, _, fragment = signed_out_client.approval_url(pin, forward_url).partition("#?")
    assert page == plextv.approval_page
    assert parse_qs(fragment, strict_parsing=True) == {
        "clientID": [IDENTITY.client_identifier],
        "code": [pin.code],
        "context[device][product]": ["Plex Pulse"],
    } | ({"forwardUrl": [forward_url]} if forward_url else {})


async def test_approved_sign_in_returns_the_account_token(
    plextv: PlexTvSimulator,
    signed_out_client: PlexAccountClient,
    make_account: MakeAccount,
    clock: EventfulClock,
) -> None:
    """The PIN is polled once a second until then."""
    pin = await signed_out_client.create_pin()
    clock.after(3, lambda: plextv.approve(pin.code, ACCOUNT))
    token = await signed_out_client.wait_for_approval(pin)
    assert token == TOKEN
    assert poll_times(plextv) == [0, 1, 2, 3]
    assert (await make_account(token).get_account()).name == "Canary Viewer"
    assert TOKEN not in repr(await signed_out_client.get_pin(pin))


async def test_unapproved_sign_in_ends_when_the_pin_expires(
    plextv: PlexTvSimulator, signed_out_client: PlexAccountClient
) -> None:
    """No request is sent afterwards."""
    pin = await signed_out_client.create_pin()
    assert await signed_out_client.wait_for_approval(pin) is None
    assert poll_times(plextv) == list(range(SIGN_IN_LIFETIME))
    error = await failure(signed_out_client.get_pin(pin))
    assert (error.kind, error.status, error.code) == (PlexErrorKind.CLIENT, 404, 1020)
    assert error.message == "Code not found or expired"


async def test_denied_sign_in_ends_at_the_next_poll(
    plextv: PlexTvSimulator, signed_out_client: PlexAccountClient, clock: EventfulClock
) -> None:
    """It is not an error; another sign-in may be started."""
    pin = await signed_out_client.create_pin()
    clock.after(2, lambda: plextv.deny(pin.id))
    assert await signed_out_client.wait_for_approval(pin) is None
    assert poll_times(plextv) == [0, 1, 2]
    another = await signed_out_client.create_pin()
    plextv.approve(another.id, ACCOUNT)
    assert await signed_out_client.wait_for_approval(another) == TOKEN


@pytest.mark.parametrize(
    ("fault", "hang"),
    [*((outage.fault, 10 * (outage is Outage.HANG)) for outage in Outage), (Fault.reset(), 0)],
    ids=[*Outage, "reset"],
)
async def test_sign_in_continues_after_a_plex_tv_outage(
    plextv: PlexTvSimulator,
    signed_out_client: PlexAccountClient,
    clock: EventfulClock,
    fault: Fault,
    hang: float,
) -> None:
    pin = await signed_out_client.create_pin()

    def recover() -> None:
        plextv.end_outage()
        plextv.approve(pin.id, ACCOUNT)

    clock.after(5, recover)
    plextv.faults.add(f"{PINS}/*", fault, times=None)
    assert await wait_for(signed_out_client, pin, plextv, clock, hang) == TOKEN


@pytest.mark.parametrize(
    ("fault", "hang"),
    [
        (Outage.UNAVAILABLE.fault, 0),
        (Outage.HANG.fault, SIGN_IN_LIFETIME),
        (Fault.status(429, headers={"Retry-After": "900"}), 0),
    ],
    ids=["503", "hang", "429"],
)
async def test_sign_in_ends_at_expiry_during_an_outage_or_rate_limit(
    plextv: PlexTvSimulator,
    signed_out_client: PlexAccountClient,
    clock: EventfulClock,
    fault: Fault,
    hang: float,
) -> None:
    pin = await signed_out_client.create_pin()
    begun = clock.now
    plextv.faults.add(f"{PINS}/*", fault, times=None)
    assert await wait_for(signed_out_client, pin, plextv, clock, hang) is None
    assert SIGN_IN_LIFETIME <= clock.now - begun <= SIGN_IN_LIFETIME + 1


async def test_sign_in_polling_backs_off_after_429(
    plextv: PlexTvSimulator, signed_out_client: PlexAccountClient, clock: EventfulClock
) -> None:
    """The backoff grows, because plex.tv sends no Retry-After, and ends with a success."""
    pin = await signed_out_client.create_pin()
    plextv.limit_rate(path=f"{PINS}/*", times=4)
    clock.after(17, lambda: plextv.approve(pin.id, ACCOUNT))
    assert await signed_out_client.wait_for_approval(pin) == TOKEN
    assert poll_times(plextv) == [0, 1, 3, 7, 15, 16, 17]


async def test_permanent_failure_ends_the_wait_for_approval(
    plextv: PlexTvSimulator, signed_out_client: PlexAccountClient
) -> None:
    """The wait can be started again for the same PIN."""
    pin = await signed_out_client.create_pin()
    plextv.approve(pin.id, ACCOUNT)
    plextv.faults.add(f"{PINS}/*", error_fault(400, 1000, "X-Plex-Client-Identifier is missing"))
    error = await failure(signed_out_client.wait_for_approval(pin))
    assert (error.kind, error.code) == (PlexErrorKind.CLIENT, 1000)
    assert await signed_out_client.wait_for_approval(pin) == TOKEN


@pytest.mark.parametrize("answer", [{}, {"id": 17}, {"code": "abc"}, [], 5], ids=repr)
async def test_pin_response_without_a_pin_is_a_protocol_error(
    plextv: PlexTvSimulator, signed_out_client: PlexAccountClient, answer: object
) -> None:
    plextv.faults.add(PINS, Fault.wrong_json(answer))
    assert (await failure(signed_out_client.create_pin())).kind is PlexErrorKind.PROTOCOL
    assert (await signed_out_client.create_pin()).auth_token is None
