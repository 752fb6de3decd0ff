"""Prove a Media Server by its certificate for names under plex.direct.

Plex issues every server a certificate for `*.<hash>.plex.direct`, where the hash belongs to one
server. A host with another certificate is another server, whatever it answers to requests.
Names such as `192-168-1-5.<hash>.plex.direct` resolve to the address that they contain, but
DNS is not needed: the address is connected to, and the certificate is verified for the name.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
import re
import ssl
from typing import Final

from yarl import URL

from .clock import Clock

_CERTIFICATE_NAME: Final = re.compile(r"[a-z0-9-]{1,63}\.plex\.direct")
_FALLBACK_LABEL: Final = "server"
"""First label of the name to verify for a host that is no IPv4 address; any label will do."""


def with_proof(url: URL, certificate_name: str | None) -> tuple[URL, str | None]:
    """Return the URL to connect to, and the name for which the certificate must be issued.

    With a certificate name the URL is https, so that no configuration leads to plain http, and
    the name is the one that Plex's own apps use for an IPv4 address. Without one the URL is
    returned as it is, with None.
    """
    if certificate_name is None:
        return url, None
    try:
        label = str(IPv4Address(url.raw_host or "")).replace(".", "-")
    except ValueError:
        label = _FALLBACK_LABEL
    return url.with_scheme("https"), f"{label}.{certificate_name}"


def split_plex_direct(url: URL) -> tuple[URL, str | None]:
    """Return the URL without a name under plex.direct, and the certificate's name.

    `https://192-168-1-5.<hash>.plex.direct:32400` is the address `https://192.168.1.5:32400` of
    a server with the certificate name `<hash>.plex.direct`. Any other URL is returned as it is,
    with None.
    """
    label, _, name = (url.raw_host or "").lower().partition(".")
    if url.scheme != "https" or _CERTIFICATE_NAME.fullmatch(name) is None:
        return url, None
    for address_type, separator in ((IPv4Address, "."), (IPv6Address, ":")):
        with suppress(ValueError):
            return url.with_host(str(address_type(label.replace("-", separator)))), name
    return url, name


class CertificateReader:
    """Reads by which name a server proves itself, in one TLS handshake; nothing is sent."""

    def __init__(self, create_context: Callable[[], ssl.SSLContext]) -> None:
        """Take a function that creates a TLS context of a client.

        It is called once, in an executor, because it reads files. The context is changed, so
        it must not be shared.
        """
        self._create_context = create_context
        self._context: ssl.SSLContext | None = None
        self._context_lock = asyncio.Lock()

    async def read_name(self, url: URL, clock: Clock, seconds: float) -> str | None:
        """Return the name in the certificate of the host of `url`, `<hash>.plex.direct`.

        None if there is no valid certificate from a trusted authority within that many
        seconds, or if it has no name under plex.direct.
        """
        with suppress(OSError, ValueError, TimeoutError):
            async with clock.timeout(seconds):
                context = await self._async_context()
                # Without a name for IP addresses: a server may have several certificates, and
                # its default is the one for plex.direct unless the owner set another one.
                _, writer = await asyncio.open_connection(url.raw_host, url.port, ssl=context)
            try:
                return _name_in(writer.get_extra_info("peercert"))
            finally:
                # Aborted, not closed: a frozen server would never finish an orderly close.
                writer.transport.abort()
                with suppress(OSError):
                    await writer.wait_closed()
        return None

    async def _async_context(self) -> ssl.SSLContext:
        """Return the context, which verifies the chain of certificates but no host name."""
        async with self._context_lock:
            if self._context is None:
                loop = asyncio.get_running_loop()
                context = await loop.run_in_executor(None, self._create_context)
                context.check_hostname = False
                self._context = context
            return self._context


def _name_in(certificate: object) -> str | None:
    """Return the name under plex.direct among those of a certificate."""
    names = certificate.get("subjectAltName", ()) if isinstance(certificate, dict) else ()
    for kind, name in names:
        label, _, domain = str(name).lower().partition(".")
        if kind == "DNS" and label == "*" and _CERTIFICATE_NAME.fullmatch(domain):
            return domain
    return None
