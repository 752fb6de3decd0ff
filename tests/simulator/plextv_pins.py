"""Sign-ins at the simulated plex.tv: pending, approved, denied or expired."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
import secrets
import string

STRONG_LIFETIME = 1800
_TYPED_LIFETIME = 900
_FIRST_ID = 1_204_117_301


@dataclass(slots=True, kw_only=True)
class SignIn:
    """One PIN; auth_token is set once it is approved."""

    id: int
    code: str
    client_identifier: str
    product: str
    created: float
    lifetime: int
    auth_token: str | None = None
    is_denied: bool = False

    def tree(self) -> dict[str, object]:
        """Return the object that /api/v2/pins answers."""
        return {
            "id": self.id,
            "code": self.code,
            "product": self.product,
            "trusted": False,
            "clientIdentifier": self.client_identifier,
            "location": {
                "code": "ZZ",
                "european_union_member": False,
                "continent_code": "ZZ",
                "country": "Nowhere",
                "city": "Saltmarsh Ferry",
                "time_zone": "Etc/UTC",
                "postal_code": "00000",
                "in_privacy_restricted_country": True,
                "subdivisions": "Nowhere in particular",
                "coordinates": "0.000, 0.000",
            },
            "expiresIn": self.lifetime,
            "createdAt": _iso(self.created),
            "expiresAt": _iso(self.created + self.lifetime),
            "authToken": self.auth_token,
            "newRegistration": None if self.auth_token is None else False,
        }


class SignIns:
    """All PINs in the order they were created."""

    def __init__(self, clock: Callable[[], float], strong_lifetime: int) -> None:
        """Start empty; clock returns Unix seconds, lifetimes are in seconds."""
        self._clock = clock
        self._strong_lifetime = strong_lifetime
        self.all: list[SignIn] = []

    def create(self, client_identifier: str, product: str, *, strong: bool) -> SignIn:
        """Create a sign-in; a code that is not strong has four letters for the user to type."""
        alphabet = string.ascii_lowercase if strong else string.ascii_uppercase
        sign_in = SignIn(
            id=_FIRST_ID + len(self.all),
            code="".join(secrets.choice(alphabet) for _ in range(25 if strong else 4)),
            client_identifier=client_identifier,
            product=product,
            created=self._clock(),
            lifetime=self._strong_lifetime if strong else _TYPED_LIFETIME,
        )
        self.all.append(sign_in)
        return sign_in

    def waiting(self, id_or_code: int | str) -> SignIn:
        """Return a sign-in that can still be approved.

        Raises:
            KeyError: No such sign-in is valid.

        """
        for sign_in in self.all:
            if id_or_code in {sign_in.id, sign_in.code} and self._is_valid(sign_in):
                return sign_in
        raise KeyError(id_or_code)

    def of_client(self, pin_id: int, client_identifier: str) -> SignIn | None:
        """Return a client's own sign-in, or None if it is invalid or another client's."""
        for sign_in in self.all:
            if sign_in.id == pin_id and sign_in.client_identifier == client_identifier:
                return sign_in if self._is_valid(sign_in) else None
        return None

    def _is_valid(self, sign_in: SignIn) -> bool:
        return not sign_in.is_denied and self._clock() < sign_in.created + sign_in.lifetime


def _iso(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
