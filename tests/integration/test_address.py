"""Parsing of typed addresses."""

from hypothesis import given, settings, strategies as st
import pytest
from yarl import URL

from custom_components.plex_pulse.connection.address import InvalidAddressError, candidate_urls

TYPED = st.text() | st.from_regex(
    r"(https?://)?(\[[0-9a-f:.%\w]{0,20}\]|[\w.%@-]{0,70})(:[0-9]{0,6})?(/.*)?", fullmatch=True
)


@pytest.mark.parametrize(
    ("typed", "urls"),
    [
        (
            "plex.local",
            (
                "http://plex.local:32400",
                "https://plex.local:32400",
                "https://plex.local",
                "http://plex.local",
            ),
        ),
        (
            "192.168.1.5",
            (
                "http://192.168.1.5:32400",
                "https://192.168.1.5:32400",
                "https://192.168.1.5",
                "http://192.168.1.5",
            ),
        ),
        ("192.168.1.5:32400", ("http://192.168.1.5:32400", "https://192.168.1.5:32400")),
        ("plex.local:8443", ("http://plex.local:8443", "https://plex.local:8443")),
        ("plex.local:8443/web", ("http://plex.local:8443", "https://plex.local:8443")),
        ("http://plex.local", ("http://plex.local:32400", "http://plex.local")),
        ("https://plex.example", ("https://plex.example", "https://plex.example:32400")),
        ("https://plex.example:32400", ("https://plex.example:32400",)),
        ("http://plex.local:80", ("http://plex.local",)),
        ("plex.local:80", ("http://plex.local", "https://plex.local:80")),
        ("plex.local:443", ("https://plex.local", "http://plex.local:443")),
        (
            "https://home.example/plex",
            ("https://home.example/plex", "https://home.example", "https://home.example:32400"),
        ),
        (
            "home.example/media/plex/",
            (
                "https://home.example/media/plex",
                "http://home.example/media/plex",
                "http://home.example:32400",
                "https://home.example:32400",
                "https://home.example",
                "http://home.example",
            ),
        ),
        (
            "http://home.example:8080/plex",
            ("http://home.example:8080/plex", "http://home.example:8080"),
        ),
    ],
)
def test_missing_schemes_and_ports_are_tried_most_likely_first(
    typed: str, urls: tuple[str, ...]
) -> None:
    assert candidate_urls(typed) == tuple(map(URL, urls))


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("HTTP://Plex.Local:32400", "http://plex.local:32400"),
        ("  http://plex.local:32400\n", "http://plex.local:32400"),
        ("http://plex.local:32400/", "http://plex.local:32400"),
        ("http://plex.local:32400/web/index.html#!/settings", "http://plex.local:32400"),
        ("http://plex.local:32400/identity?X-Plex-Token=abc", "http://plex.local:32400"),
        ("http://[fe80::1]:32400", "http://[fe80::1]:32400"),
        ("http://[fe80::1%eth0]:32400", "http://[fe80::1%eth0]:32400"),
        ("fe80::1", "http://[fe80::1]:32400"),
        ("[fe80::1]", "http://[fe80::1]:32400"),
        ("müller.local", "http://xn--mller-kva.local:32400"),
        ("living_room-nas", "http://living_room-nas:32400"),
        ("plex.local.", "http://plex.local.:32400"),
        ('"http://172.18.0.3:32400"', "http://172.18.0.3:32400"),
        ("'192.168.1.5:32400'", "http://192.168.1.5:32400"),
        ("<192.168.1.5:32400>,", "http://192.168.1.5:32400"),
        ("(\u201cplex.local\u201d);", "http://plex.local:32400"),
        ("192.168.1.5 :32400,", "http://192.168.1.5:32400"),
        ("http:// 192.168.1.5 : 32400 / web", "http://192.168.1.5:32400"),
        ("https://plex.example/web", "https://plex.example"),
        (
            "https://plex.example/web/index.html#!/server/abc/details?key=%2F",
            "https://plex.example",
        ),
        ("https://home.example/plex/web/index.html#!/media/abc", "https://home.example/plex"),
        ("https://home.example/plex/?X-Plex-Token=abc", "https://home.example/plex"),
        ("https://home.example/plex/library/sections", "https://home.example/plex"),
        ("https://home.example/a/../b", "https://home.example/b"),
        ("https://home.example/%2e%2e/plex", "https://home.example/plex"),
        ("https://home.example/a b", "https://home.example/a%20b"),
        ("https://home.example/a%20b/web", "https://home.example/a%20b"),
        ("https://home.example/m\u00e9dias", "https://home.example/m%C3%A9dias"),
        ("https://home.example/m%C3%A9dias/", "https://home.example/m%C3%A9dias"),
        ("https://home.example/a%00b", "https://home.example"),
        ("https://home.example/a%25b", "https://home.example"),
        ("http://192.168.1.5:32400%20", "http://192.168.1.5:32400"),
        ("%20http://192.168.1.5:32400%20%0A", "http://192.168.1.5:32400"),
        ("%20%20plex.local%20", "http://plex.local:32400"),
        ("http://plex.local%20:32400/", "http://plex.local:32400"),
        ("192.168.1.5%C2%A0", "http://192.168.1.5:32400"),
        ("\u200b192.168.1.5\u00a0", "http://192.168.1.5:32400"),
        ("https://home.example/plex%20", "https://home.example/plex"),
        ("https://home.example/plex/%20", "https://home.example/plex"),
        ("https://home.example/%20plex", "https://home.example/plex"),
        (f"https://home.example/{'a' * 300}", "https://home.example"),
    ],
)
def test_addresses_copied_from_browsers_and_routers_are_parsed(typed: str, url: str) -> None:
    assert str(candidate_urls(typed)[0]) == url


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "http://",
        "my server",
        "ftp://plex.local",
        "owner@plex.local",
        "owner:secret@plex.local",
        ":secret@plex.local",
        "http://owner:secret@plex.local",
        "plex.local:0",
        "plex.local:99999",
        "plex.local:port",
        "plex..local",
        "plex%local",
        "my%20server",
        "%20",
        "192.168.1.500",
        "192.168.1.5.7",
        "xn--",
        "a" * 64,
        "[1.2.3.4]",
        "//plex.local",
        "http://http://192.168.1.5:32400",
        "https://http://192.168.1.5:32400",
        "http//192.168.1.5:32400",
        "http:///192.168.1.5",
        '""',
    ],
)
def test_an_invalid_address_raises(typed: str) -> None:
    with pytest.raises(InvalidAddressError):
        candidate_urls(typed)


@settings(deadline=None)  # the time depends on the load of the machine
@given(TYPED)
def test_any_text_gives_urls_or_an_invalid_address_error(typed: str) -> None:
    try:
        urls = candidate_urls(typed)
    except InvalidAddressError:
        return
    assert urls
    for url in urls:
        assert url == url.origin().with_path(url.path)
        assert not url.path.endswith("/") or url.path == "/"
        assert "/web" not in f"{url}/".replace(f"://{url.host}", "")
        assert url.scheme in {"http", "https"}
        assert url.host
        # An entry keeps the URL as text, and a later flow reads it again.
        assert url in candidate_urls(str(url))
