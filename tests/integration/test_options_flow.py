"""The options flow: timeouts and retries, and followed users."""

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import FreezerClock
from tests.simulator import Fault, PlexSimulator
from tests.simulator.users_and_players import JUNIPER, KESTREL, OWNER, TANSY, User

from .config_flow_helpers import assert_error, options_of, paths_with_token, prefilled
from .conftest import Advance
from .followed_users import follow_users
from .helpers import set_up, settle, use_shared_token

DEFAULTS = {
    "max_retries": 3,
    "base_delay": 0.1,
    "max_delay": 10.0,
    "attempt_timeout": 10.0,
    "total_timeout": 30.0,
}


async def set_retry_policy(hass: HomeAssistant, entry: MockConfigEntry, **changes: float) -> None:
    """Change the retry policy, which reloads the entry."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    result = await hass.config_entries.options.async_configure(
        form["flow_id"], {"retry": DEFAULTS | changes}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass)


def offers_users(form: ConfigFlowResult) -> bool:
    """Return whether a form has the field for followed users."""
    schema = form["data_schema"]
    return schema is not None and "followed_users" in schema.schema


async def test_the_options_show_the_current_retry_policy(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "init"
    assert prefilled(form) == {"retry": DEFAULTS, "followed_users": []}
    hass.config_entries.options.async_abort(form["flow_id"])

    await set_retry_policy(hass, loaded_entry, max_retries=5, base_delay=0.5)

    policy = DEFAULTS | {"max_retries": 5, "base_delay": 0.5}
    assert loaded_entry.options == {"retry": policy, "followed_users": {}}
    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)
    assert prefilled(form) == {"retry": policy, "followed_users": []}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"base_delay": 5, "max_delay": 4.9}, "delay_above_maximum"),
        ({"attempt_timeout": 31}, "attempt_above_total"),
    ],
)
async def test_a_contradictory_retry_policy_is_rejected(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, changes: dict[str, float], key: str
) -> None:
    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)
    typed = {"retry": DEFAULTS | changes, "followed_users": [str(JUNIPER.id)]}

    form = await hass.config_entries.options.async_configure(form["flow_id"], typed)

    assert_error(form, key)
    assert prefilled(form) == typed
    assert loaded_entry.options == {}
    result = await hass.config_entries.options.async_configure(
        form["flow_id"], typed | {"retry": DEFAULTS | {"base_delay": 10, "attempt_timeout": 30}}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded_entry.options["followed_users"] == {str(JUNIPER.id): "juniper"}


@pytest.mark.parametrize(
    "changes",
    [
        {"max_retries": 11},
        {"max_retries": -1},
        {"base_delay": 0},
        {"max_delay": 301},
        {"attempt_timeout": 0},
        {"total_timeout": 301},
    ],
)
async def test_a_number_out_of_range_is_rejected(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, changes: dict[str, float]
) -> None:
    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)

    with pytest.raises(InvalidData):
        await hass.config_entries.options.async_configure(
            form["flow_id"], {"retry": DEFAULTS | changes}
        )

    assert loaded_entry.options == {}


async def test_the_chosen_number_of_retries_is_used(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/status/sessions", Fault.status(500), times=None)
    simulator.clear_requests()
    await advance(10)
    assert simulator.count("/status/sessions") == 4
    simulator.faults.clear()

    await set_retry_policy(hass, loaded_entry, max_retries=0)

    assert loaded_entry.state is ConfigEntryState.LOADED
    simulator.faults.add("/status/sessions", Fault.status(500), times=None)
    simulator.clear_requests()
    await advance(10)
    assert simulator.count("/status/sessions") == 1


async def test_the_chosen_retry_delays_are_used(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    advance: Advance,
) -> None:
    await set_retry_policy(hass, loaded_entry, base_delay=2, max_delay=3)
    simulator.faults.add("/status/sessions", Fault.status(500), times=None)
    clock.slept.clear()

    await advance(10)

    assert clock.slept == [2, 3, 3]


async def test_the_options_open_during_an_outage(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    await simulator.stop()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert_error(form, "users_unknown")
    assert not offers_users(form)
    await simulator.start()

    result = await hass.config_entries.options.async_configure(
        form["flow_id"], {"retry": DEFAULTS | {"max_retries": 1}}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass)

    assert entry.state is ConfigEntryState.LOADED
    assert entry.options["retry"]["max_retries"] == 1


async def test_all_users_of_the_server_can_be_followed(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)
    assert not form["errors"]
    all_users = {user.name: str(user.id) for user in (JUNIPER, KESTREL, OWNER, TANSY)}
    assert list(options_of(form, "followed_users").items()) == list(all_users.items())

    await follow_users(hass, loaded_entry, KESTREL, OWNER)
    assert loaded_entry.options["followed_users"] == {"1": "marlow", str(KESTREL.id): "kestrel"}
    assert loaded_entry.options["retry"] == DEFAULTS
    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)
    assert set(prefilled(form)["followed_users"]) == {"1", str(KESTREL.id)}


async def test_an_emptied_list_unfollows_all_users(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)

    # A browser may leave out a field that is empty.
    await hass.config_entries.options.async_configure(form["flow_id"], {"retry": DEFAULTS})
    await settle(hass)

    assert loaded_entry.options["followed_users"] == {}


async def test_an_unknown_user_is_rejected(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)
    with pytest.raises(InvalidData):
        await hass.config_entries.options.async_configure(
            form["flow_id"], {"retry": DEFAULTS, "followed_users": ["404"]}
        )
    assert loaded_entry.options == {}


@pytest.mark.parametrize(("name", "shown"), [("heron@mail.example", "heron"), ("@heron", "@heron")])
async def test_only_the_first_part_of_an_email_address_is_stored(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    shown: str,
) -> None:
    heron = User(id=JUNIPER.id, name=name)
    monkeypatch.setattr("tests.simulator.account_routes.USERS", (OWNER, heron))

    await follow_users(hass, loaded_entry, heron)

    assert loaded_entry.options["followed_users"] == {str(heron.id): shown}


async def test_users_with_the_same_name_are_offered_with_their_ids(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    herons = (
        User(id=JUNIPER.id, name="heron@mail.example"),
        User(id=KESTREL.id, name="heron@post.example"),
    )
    monkeypatch.setattr("tests.simulator.account_routes.USERS", (OWNER, *herons))

    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)

    assert options_of(form, "followed_users") == {
        f"heron ({JUNIPER.id})": str(JUNIPER.id),
        f"heron ({KESTREL.id})": str(KESTREL.id),
        "marlow": str(OWNER.id),
    }


async def test_a_followed_user_who_left_the_server_can_be_unfollowed(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    monkeypatch.setattr("tests.simulator.account_routes.USERS", (OWNER, KESTREL))

    await follow_users(hass, loaded_entry, JUNIPER, KESTREL)
    assert loaded_entry.options["followed_users"] == {
        str(JUNIPER.id): "juniper",
        str(KESTREL.id): "kestrel",
    }
    await follow_users(hass, loaded_entry, KESTREL)
    assert loaded_entry.options["followed_users"] == {str(KESTREL.id): "kestrel"}


@pytest.mark.parametrize(
    "fault",
    [Fault.status(500), Fault.status(401), Fault.status(404), Fault.status(429), Fault.html()],
    ids=["500", "401", "404", "429", "HTML"],
)
async def test_other_options_can_be_changed_while_users_cannot_be_read(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, fault: Fault
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER, KESTREL)
    simulator.faults.add("/accounts", fault, times=None)

    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)

    assert_error(form, "users_unknown")
    assert set(options_of(form, "followed_users")) == {"juniper", "kestrel"}
    simulator.faults.clear()
    await hass.config_entries.options.async_configure(
        form["flow_id"],
        {"retry": DEFAULTS | {"max_retries": 1}, "followed_users": [str(KESTREL.id)]},
    )
    await settle(hass)
    assert loaded_entry.options["followed_users"] == {str(KESTREL.id): "kestrel"}
    assert loaded_entry.options["retry"]["max_retries"] == 1
    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)
    assert not form["errors"]


async def test_a_failing_server_delays_the_form_by_seconds_at_most(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
) -> None:
    simulator.faults.add("/accounts", Fault.status(500), times=None)
    simulator.clear_requests()
    began = clock.monotonic()

    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)

    assert_error(form, "users_unknown")
    assert simulator.count("/accounts") == 2
    assert clock.monotonic() - began < 5


async def test_with_a_shared_token_no_users_are_offered_and_the_choice_is_kept(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    use_shared_token(hass, loaded_entry, simulator)
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    await set_up(hass, loaded_entry)
    simulator.clear_requests()

    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)

    assert not form["errors"]
    assert not offers_users(form)
    assert not simulator.requests
    await hass.config_entries.options.async_configure(form["flow_id"], {"retry": DEFAULTS})
    await settle(hass)
    assert loaded_entry.options["followed_users"] == {str(JUNIPER.id): "juniper"}


async def test_another_server_at_the_address_does_not_get_the_token(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, other_server: PlexSimulator
) -> None:
    data = {**loaded_entry.data, CONF_URL: other_server.url}
    hass.config_entries.async_update_entry(loaded_entry, data=data)

    form = await hass.config_entries.options.async_init(loaded_entry.entry_id)

    assert_error(form, "users_unknown")
    assert not paths_with_token(other_server)


async def test_option_for_users_with_control_is_off_until_it_is_selected(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    for selected in ({"allow_users": True}, {"allow_users": False}, {}):
        form = await hass.config_entries.options.async_init(loaded_entry.entry_id)
        await hass.config_entries.options.async_configure(
            form["flow_id"], {"retry": DEFAULTS, **selected}
        )
        await settle(hass)
        is_on = selected.get("allow_users", False)
        assert ("allow_users" in loaded_entry.options) is is_on
        form = await hass.config_entries.options.async_init(loaded_entry.entry_id)
        assert ("allow_users" in prefilled(form)) is is_on
        hass.config_entries.options.async_abort(form["flow_id"])
