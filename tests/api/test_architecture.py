"""Import rules between packages, and the public names of the client."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
import sys

import pytest

import custom_components.plex_pulse.api as public

PRODUCT = Path(__file__).parents[2] / "custom_components" / "plex_pulse"
API = PRODUCT / "api"
LIBRARIES = {"aiohttp", "yarl", "orjson"}
PLATFORMS = {"binary_sensor", "button", "event", "image", "sensor", "update"}


def top_level(module: Path) -> str:
    """Return the name of the top-level module or package that contains a module."""
    return module.relative_to(PRODUCT).with_suffix("").parts[0]


def modules(folder: Path) -> list[Path]:
    """Return the modules of a folder and of its packages."""
    return sorted(folder.rglob("*.py"))


def imports(module: Path) -> Iterator[str]:
    """Yield the absolute names that a module imports, including imports inside functions."""
    package = ["plex_pulse", *module.relative_to(PRODUCT).parent.parts]
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *filter(None, [node.module])])
            yield from (f"{name}.{alias.name}" for alias in node.names)


def product_imports(module: Path) -> set[str]:
    """Return the top-level modules and packages of the integration that a module imports."""
    prefixes = ("plex_pulse.", "custom_components.plex_pulse.")
    return {
        name.removeprefix("custom_components.").split(".")[1]
        for name in imports(module)
        if name.startswith(prefixes)
    }


@pytest.mark.parametrize("module", modules(API), ids=lambda path: str(path.relative_to(API)))
def test_client_imports_only_the_standard_library_and_aiohttp(module: Path) -> None:
    """The client could be published as a package of its own."""
    for name in imports(module):
        top, *rest = name.split(".")
        if top == "plex_pulse":
            assert rest[0] == "api", f"{name} is above the client"
        else:
            assert top in sys.stdlib_module_names | LIBRARIES, f"{name} is out of reach"


@pytest.mark.parametrize(
    "module", modules(PRODUCT), ids=lambda path: str(path.relative_to(PRODUCT))
)
def test_only_platforms_import_entities(module: Path) -> None:
    """No other package imports a platform either."""
    package = top_level(module)
    for imported in product_imports(module) - {package}:
        assert imported not in PLATFORMS
        if package not in PLATFORMS:
            assert imported != "entity"


@pytest.mark.parametrize(
    "module",
    [path for path in modules(PRODUCT) if API not in path.parents],
    ids=lambda path: str(path.relative_to(PRODUCT)),
)
def test_integration_imports_only_public_names_of_the_client(module: Path) -> None:
    prefix = "plex_pulse.api."
    used = {name.removeprefix(prefix) for name in imports(module) if name.startswith(prefix)}
    assert used <= set(public.__all__)


def test_all_public_names_exist_and_are_typed() -> None:
    assert all(hasattr(public, name) for name in public.__all__)
    assert (API / "py.typed").is_file()


def test_plex_api_error_is_the_only_public_exception() -> None:
    exported = [getattr(public, name) for name in public.__all__]
    exceptions = {it for it in exported if isinstance(it, type) and issubclass(it, BaseException)}
    assert exceptions == {public.PlexApiError}


def test_coordinators_import_neither_entities_nor_runtime_data_nor_flows() -> None:
    """Siblings are passed to constructors; nothing is reached through the entry."""
    for module in modules(PRODUCT / "coordinator"):
        forbidden = {"entity", "runtime_data", "flow", "config_flow", "entry_setup", *PLATFORMS}
        assert not product_imports(module) & forbidden, module.name


def module_name(path: Path) -> str:
    """Return the dotted name of a module below `plex_pulse`."""
    parts = ["plex_pulse", *path.relative_to(PRODUCT).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def import_graph() -> dict[str, set[str]]:
    """Return which modules each module imports, type-checking imports included."""
    known = {module_name(path): path for path in modules(PRODUCT)}
    graph: dict[str, set[str]] = {}
    for name, path in known.items():
        targets = {target.removeprefix("custom_components.") for target in imports(path)}
        # `from .a import b` imports the module a.b if there is one, else a.
        found = {
            target if target in known else target.rpartition(".")[0]
            for target in targets
            if target.startswith("plex_pulse.")
        }
        graph[name] = found & known.keys() - {name}
    return graph


def test_no_module_is_part_of_an_import_cycle() -> None:
    """Each module can be read without those that import it."""
    try:
        order = tuple(TopologicalSorter(import_graph()).static_order())
    except CycleError as err:
        pytest.fail(f"import cycle: {' -> '.join(err.args[1])}")
    assert "plex_pulse.api.errors" in order


def test_the_top_folder_has_at_most_25_modules() -> None:
    """A newcomer sees what the integration consists of, not every file of it."""
    assert len(list(PRODUCT.glob("*.py"))) <= 25
