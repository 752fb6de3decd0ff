"""Servers as listed by plex.tv, with addresses that lead nowhere."""

from typing import Final

from hypothesis import strategies as st

from custom_components.plex_pulse.api import Resource
from tests.secrets import EMAIL, TOKEN

from .odd_values import SIMPLE
from .payload_templates import IDENTIFIER

_ODD_HOSTS: Final = """
    192.0.2.17 192-0-2-17.0123.plex.direct nas.invalid localhost 256.256.256.256 1 0x7f.1 1.2.3.4.
    ::1 [::1] [::1 ::1] [] [v1.a] [fe80::1%25eth0] fe80::1%eth0 [::ffff:127.0.0.1] . .. - _ % %41
    a:1 a@b user:secret@b a/b a?b a#b a\\b xn--a xn--zzzz-- %zz ß.example a\u3002b *.plex.direct
"""
_HOSTS: Final = st.one_of(
    st.sampled_from(("192-0-2-17.0123.plex.direct", "nas.invalid", "192.0.2.17")),
    st.sampled_from(_ODD_HOSTS.split()),
    st.sampled_from(("", " ", "a b", "a\0b", "\u202ea", f"{'a' * 64}.b", "a." * 200, TOKEN, EMAIL)),
    st.text(max_size=6),
)
_PORTS: Final = st.sampled_from(
    (*[32400] * 9, 1, 65535, 65536, 2**62, -1, "32400", "1e3", "x", 1.5, True)
)
_URIS: Final = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(("https://", "https://", "HTTPS://", "http://", "//", "", "ftp://", "https:")),
    _HOSTS,
    _PORTS.map(":{}".format) | st.just(""),
    st.sampled_from(("", "", "/", "/web?X-Plex-Token=a#b", " ")),
)
_CONNECTIONS: Final = st.fixed_dictionaries(
    {
        "uri": _URIS | st.sampled_from(SIMPLE),
        "address": _HOSTS | st.sampled_from(SIMPLE),
        "port": _PORTS,
        "local": st.booleans(),
        "relay": st.booleans(),
    }
)
RESOURCES: Final = st.fixed_dictionaries(
    {
        "provides": st.just("server"),
        "clientIdentifier": st.just(IDENTIFIER),
        "accessToken": st.just(TOKEN),
        "httpsRequired": st.booleans(),
        "connections": st.lists(_CONNECTIONS, min_size=1, max_size=4),
    }
).map(Resource.parse)
"""Servers with at least one address of any kind."""
