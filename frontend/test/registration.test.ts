import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NOW } from "../dev/messages";
import { mockHass } from "../dev/mock_hass";
import type { HomeAssistant } from "../src/home_assistant";
import { defineElements, register } from "../src/registration";
import { PlexPulseStrategy, PlexPulseStrategyEditor } from "../src/strategy";
import { advance, freeze, settle, visibleText } from "./helpers";

type Form = HTMLElement & { data: unknown; schema: { name: string }[] };

interface CardEntry {
  type: string;
  name: string;
  description: string;
  preview: boolean;
  getEntitySuggestion: (hass: HomeAssistant, entityId: string) => { config: object } | null;
}

const registered = () => {
  const lists: { customCards?: object[]; customStrategies?: object[] } = {};
  register(lists);
  return {
    cards: lists.customCards as CardEntry[],
    strategies: lists.customStrategies as { type: string; strategyType: string; name: string; description: string }[],
  };
};

describe("the lists of Home Assistant", () => {
  test("have the strategy and the three cards", () => {
    const { cards, strategies } = registered();
    expect(strategies).toMatchObject([{ type: "plex-pulse", strategyType: "dashboard", name: "Plex Pulse" }]);
    expect(cards.map(({ type }) => type)).toEqual(["plex-pulse-streams", "plex-pulse-shelf", "plex-pulse-top"]);
    expect(cards.every(({ preview }) => preview)).toBe(true);
  });

  test("keep the entries of other cards", () => {
    const lists = { customCards: [{ type: "other" }] };
    register(lists);
    expect(lists.customCards).toHaveLength(4);
  });

  test("suggest a card for our entities alone", () => {
    const { cards } = registered();
    const hass = {
      entities: {
        "sensor.streams": { platform: "plex_pulse", translation_key: "active_streams" },
        "sensor.last": { platform: "plex_pulse", translation_key: "last_added" },
        "sensor.other": { platform: "other", translation_key: "active_streams" },
      },
    } as unknown as HomeAssistant;
    const suggested = (entityId: string) =>
      cards.flatMap(({ getEntitySuggestion }) => getEntitySuggestion(hass, entityId)?.config ?? []);
    expect(suggested("sensor.streams")).toEqual([{ type: "custom:plex-pulse-streams" }]);
    expect(suggested("sensor.last")).toEqual([{ type: "custom:plex-pulse-shelf" }]);
    expect(suggested("sensor.other")).toEqual([]);
    expect(suggested("sensor.gone")).toEqual([]);
  });
});

describe("the definition of the elements", () => {
  const original = window.customElements;
  afterEach(() => {
    Object.defineProperty(window, "customElements", { value: original, configurable: true, writable: true });
    document.body.replaceChildren();
  });

  /** A registry that knows when Home Assistant's app is there. */
  const registry = () => {
    const defined = new Map<string, unknown>();
    let arrive: () => void = () => undefined;
    const isThere = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    return {
      defined,
      arrive,
      get: (tag: string) => defined.get(tag),
      define: vi.fn((tag: string, element: unknown) => defined.set(tag, element)),
      whenDefined: (tag: string) => (tag === "home-assistant" ? isThere : new Promise(() => undefined)),
    };
  };
  const use = (value: unknown): void => {
    Object.defineProperty(window, "customElements", { value, configurable: true, writable: true });
  };

  test("waits for Home Assistant and goes into the registry that is there then", async () => {
    const before = registry();
    const after = registry();
    use(before);
    const done = defineElements({ "plex-pulse-x": HTMLElement });
    use(after);
    await settle();
    expect(before.define).not.toHaveBeenCalled();
    expect(after.define).not.toHaveBeenCalled();
    before.arrive();
    await done;
    expect(before.define).not.toHaveBeenCalled();
    expect([...after.defined.keys()]).toEqual(["plex-pulse-x"]);
  });

  test("leaves alone what is defined already", async () => {
    const current = registry();
    current.defined.set("plex-pulse-x", "the one of another copy of the module");
    use(current);
    current.arrive();
    await defineElements({ "plex-pulse-x": HTMLElement });
    expect(current.define).not.toHaveBeenCalled();
  });
});

describe("the strategy", () => {
  beforeEach(async () => {
    await PlexPulseStrategy.generate({ type: "" }, mockHass({ "plex_pulse/dashboard": () => ({ views: [] }) }));
  });

  test("prefills title and icon", () => {
    expect(PlexPulseStrategy.getCreateSuggestions()).toEqual({ title: "Plex Pulse", icon: "mdi:pulse" });
  });

  test("requests the layout in the user's language", async () => {
    const requests: unknown[] = [];
    const hass = mockHass(
      {
        "plex_pulse/dashboard": (request) => {
          requests.push(request);
          return { views: [{ title: "Jetzt" }] };
        },
      },
      { language: "de" },
    );
    expect(await PlexPulseStrategy.generate({ type: "" }, hass)).toEqual({ views: [{ title: "Jetzt" }] });
    await PlexPulseStrategy.generate({ type: "", servers: ["A"], views: ["now"], libraries: [] }, hass);
    expect(JSON.parse(JSON.stringify(requests))).toEqual([
      { type: "plex_pulse/dashboard", language: "de" },
      { type: "plex_pulse/dashboard", language: "de", servers: ["A"], views: ["now"], libraries: [] },
    ]);
  });

  test("shows the streams card after a failure, and generates again some seconds later", async () => {
    freeze(NOW);
    const hass = mockHass({});
    const later = { ...hass, states: {} };
    const isDue = () => PlexPulseStrategy.shouldRegenerate({ type: "" }, hass, later);
    expect(isDue()).toBe(false);
    const config = await PlexPulseStrategy.generate({ type: "" }, hass);
    expect(JSON.stringify(config)).toContain("custom:plex-pulse-streams");
    expect(isDue()).toBe(false);
    await advance(6);
    expect(isDue()).toBe(true);
    await PlexPulseStrategy.generate({ type: "" }, mockHass({ "plex_pulse/dashboard": () => ({ views: [] }) }));
    await advance(6);
    expect(isDue()).toBe(false);
    vi.useRealTimers();
  });

  test("refuses a wrong configuration with the command's sentence", async () => {
    const hass = mockHass({
      "plex_pulse/dashboard": () => {
        throw { code: "invalid_format", message: "expected list for dictionary value" };
      },
    });
    await expect(PlexPulseStrategy.generate({ type: "" }, hass)).rejects.toMatchObject({
      message: "expected list for dictionary value",
    });
  });

  test("generates again when a registry or the language changes, not with each state", () => {
    const hass = mockHass({});
    const changed = (fields: object) =>
      PlexPulseStrategy.shouldRegenerate({ type: "" }, hass, { ...hass, ...fields });
    expect(changed({ states: {} })).toBe(false);
    expect(changed({ entities: {} })).toBe(true);
    expect(changed({ devices: {} })).toBe(true);
    expect(changed({ language: "fr" })).toBe(true);
  });

  test("has an editor that reports what is chosen", async () => {
    const loaded = vi.fn(() => Promise.resolve(document.createElement("div")));
    const card = Object.assign(class extends HTMLElement {}, { getConfigElement: loaded });
    customElements.define("test-entities-card", card);
    Object.assign(window, {
      loadCardHelpers: () => Promise.resolve({ createCardElement: () => document.createElement("test-entities-card") }),
    });
    const editor = PlexPulseStrategy.getConfigElement() as PlexPulseStrategyEditor;
    editor.setConfig({ type: "custom:plex-pulse", views: ["now"] });
    editor.hass = mockHass({ "plex_pulse/servers": () => ({ servers: [] }) });
    document.body.append(editor);
    await settle();
    await settle();
    expect(loaded).toHaveBeenCalledOnce();
    const form = editor.shadowRoot!.querySelector<Form>("ha-form")!;
    expect(form.data).toEqual({ type: "custom:plex-pulse", views: ["now"] });
    expect(form.schema.map(({ name }) => name)).toEqual(["views", "libraries"]);
    const changes: unknown[] = [];
    editor.addEventListener("config-changed", (event) => changes.push((event as CustomEvent).detail));
    form.dispatchEvent(new CustomEvent("value-changed", { detail: { value: { type: "custom:plex-pulse" } } }));
    expect(changes).toEqual([{ config: { type: "custom:plex-pulse" } }]);
    expect(visibleText(editor)).toBe("");
  });
});
