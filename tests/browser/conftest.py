"""Fixtures: the demo for all tests of the folder, and a new browser context for each test."""

from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Unpack

from playwright.async_api import Browser, ViewportSize, expect
import pytest
import pytest_asyncio
import pytest_socket

from scripts.common.chromium import find_chromium, run_chromium
from scripts.demo_support.demo import Demo

from .accessibility import AXE
from .home import Home
from .observer import ContextOptions, ObservedPage, OpenPage

FOLDER = Path(__file__).parent
# Much longer than any condition takes, for a machine that runs all tests at once.
CONDITION_TIMEOUT_MILLISECONDS = 45_000


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run all tests of the folder on one worker, and without --browser only the smoke test."""
    ours = [item for item in items if item.path.is_relative_to(FOLDER)]
    for item in ours:
        # First, since pytest-asyncio has added its own for the loop of a single test.
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
        item.add_marker(pytest.mark.timeout(300))
    if not config.getoption("--browser"):
        left_out = [item for item in ours if not item.get_closest_marker("browser_smoke")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


# Home Assistant's test fixtures prepare and check a loop for each test. These tests share one.
@pytest.fixture(autouse=True)
def verify_cleanup() -> None:
    """Leave the demo and the browser running between tests."""


@pytest.fixture(autouse=True)
def configure_event_loop() -> None:
    """Leave the session's loop as it is."""


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Allow connections to the demo."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncGenerator[Browser]:
    """Return a running Chromium."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=CONDITION_TIMEOUT_MILLISECONDS)
    async with run_chromium(executable) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Demo]:
    """Return the demo, set up."""
    pytest_socket.enable_socket()
    async with Demo(tmp_path_factory.mktemp("demo")) as running:
        await running.set_up()
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def home(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Home]:
    """Return a Home Assistant whose server the tests control."""
    pytest_socket.enable_socket()
    async with Home(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def module_page(browser: Browser, home: Home) -> AsyncGenerator[ObservedPage]:
    """Return a page of `home` for all tests of a module, which loads the frontend once."""
    pytest_socket.enable_socket()
    context = await browser.new_context(
        locale="en-US", viewport=ViewportSize(width=1000, height=900), has_touch=True
    )
    context.set_default_timeout(CONDITION_TIMEOUT_MILLISECONDS)
    if AXE.exists():
        await context.add_init_script(path=AXE)
    yield ObservedPage(await context.new_page(), home.url)
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_home_page(browser: Browser, home: Home) -> AsyncIterator[OpenPage]:
    """Return a function that opens a page of `home` in a new context."""
    async for function in page_opener(browser, home.url):
        yield function


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, demo: Demo) -> AsyncIterator[OpenPage]:
    """Return a function that opens a page of the demo in a new context."""
    async for function in page_opener(browser, demo.home_assistant.url):
        yield function


async def page_opener(browser: Browser, url: str) -> AsyncIterator[OpenPage]:
    """Yield a function that opens a page in a new context; contexts are closed at the end."""
    contexts = []

    async def open_page(**options: Unpack[ContextOptions]) -> ObservedPage:
        options.setdefault("locale", "en-US")
        context = await browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(CONDITION_TIMEOUT_MILLISECONDS)
        return ObservedPage(await context.new_page(), url)

    yield open_page
    for context in contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def dashboard(open_page: OpenPage) -> ObservedPage:
    """Return a page that shows the dashboard's first view with its streams."""
    page = await open_page(viewport=ViewportSize(width=1280, height=900))
    await page.open()
    await expect(page.card.locator("ul.rows > li").first).to_be_visible()
    return page
