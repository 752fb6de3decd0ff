import { afterEach, describe, expect, test } from "vitest";
import {
  SHELF_RULES,
  STRATEGY_RULES,
  STREAMS_RULES,
  TOP_RULES,
  checkConfig,
} from "../src/config";
import { configForm, formSchema } from "../src/forms";
import type { FormSchema } from "../src/home_assistant";
import { mockHass } from "../dev/mock_hass";
import strings from "../strings.json";

describe("a configuration", () => {
  test.each([
    [STREAMS_RULES, {}],
    [STREAMS_RULES, { servers: ["a"], layout: "compact", show_on_deck: false, grid_options: {} }],
    [SHELF_RULES, { source: "on_deck", limit: 50, title: null }],
    [TOP_RULES, { by: "user", period: "year", measure: "duration" }],
  ])("%# is accepted", (rules, config) => {
    expect(() => checkConfig(config, rules)).not.toThrow();
  });

  test.each([
    [STREAMS_RULES, { layout: "huge" }, 'The value of "layout" is not valid: use one of auto, comfortable, compact.'],
    [STREAMS_RULES, { servers: "abc" }, 'The value of "servers" is not valid: use a list.'],
    [STREAMS_RULES, { servers: [1] }, 'The value of "servers" is not valid: use a list.'],
    [STREAMS_RULES, { show_on_deck: "no" }, 'The value of "show_on_deck" is not valid: use a boolean.'],
    [SHELF_RULES, { limit: 51 }, 'The value of "limit" is not valid: use a number.'],
    [SHELF_RULES, { title: 3 }, 'The value of "title" is not valid: use a text.'],
    [TOP_RULES, { by: "planet" }, "use one of title, user, player, library, hour."],
  ])("%# is refused with a sentence", (rules, config, sentence) => {
    expect(() => checkConfig(config, rules)).toThrow(sentence);
  });

  test("is refused by the card, for Home Assistant's error card", () => {
    const card = document.createElement("plex-pulse-shelf") as HTMLElement & {
      setConfig: (config: object) => void;
    };
    expect(() => card.setConfig({ type: "x", layout: "pile" })).toThrow("use one of row, grid");
  });
});

describe("the editors", () => {
  const streamsForm = configForm(STREAMS_RULES);
  const shelfForm = configForm(SHELF_RULES);
  const topForm = configForm(TOP_RULES);
  const useHass = (servers: unknown): void => {
    const root = document.createElement("home-assistant") as HTMLElement & { hass?: unknown };
    root.hass = mockHass({ "plex_pulse/servers": () => servers });
    document.body.append(root);
  };
  const harbour = {
    entry_id: "A",
    name: "Harbour",
    libraries: [{ id: "lib-1", title: "Movies", type: "movie" }],
  };
  const lighthouse = {
    entry_id: "B",
    name: "Lighthouse",
    libraries: [{ id: "lib-2", title: "Movies", type: "movie" }],
  };
  const names = (schema: FormSchema[]): string[] => schema.map(({ name }) => name);
  const optionsOf = (schema: FormSchema[], name: string) =>
    (schema.find((field) => field.name === name)?.selector as { select: { options: unknown } }).select
      .options;

  afterEach(() => document.body.replaceChildren());

  test("offer servers only where there are several", async () => {
    useHass({ servers: [harbour] });
    expect(names((await streamsForm()).schema)).toEqual(["title", "layout", "show_on_deck"]);
    document.body.replaceChildren();
    useHass({ servers: [harbour, lighthouse] });
    const { schema } = await streamsForm();
    expect(names(schema)).toEqual(["servers", "title", "layout", "show_on_deck"]);
    expect(optionsOf(schema, "servers")).toEqual([
      { value: "A", label: "Harbour" },
      { value: "B", label: "Lighthouse" },
    ]);
  });

  test("name libraries with their server where there are several", async () => {
    useHass({ servers: [harbour, lighthouse] });
    expect(optionsOf((await shelfForm()).schema, "library")).toEqual([
      { value: "lib-1", label: "Movies (Harbour)" },
      { value: "lib-2", label: "Movies (Lighthouse)" },
    ]);
    expect(optionsOf(formSchema(STRATEGY_RULES, [harbour]), "libraries")).toEqual([
      { value: "lib-1", label: "Movies" },
    ]);
  });

  test("open without the integration, too", async () => {
    useHass(Promise.reject(new Error("not loaded")));
    expect(names((await topForm()).schema)).toEqual(["by", "period", "measure", "title", "limit"]);
  });

  test("have a label for each field, and refuse wrong YAML", async () => {
    useHass({ servers: [harbour, lighthouse] });
    for (const form of [await streamsForm(), await shelfForm(), await topForm()]) {
      for (const field of form.schema) {
        expect(strings).toHaveProperty(`editor_${field.name}`);
        expect(form.computeLabel(field)).toBe(strings[`editor_${field.name}` as "editor_title"]);
      }
      const labels = form.schema.flatMap(
        ({ selector }) =>
          (selector as { select?: { options: { label: string }[] } }).select?.options ?? [],
      );
      const known = [...Object.values(strings), "Harbour", "Lighthouse", "Movies (Harbour)", "Movies (Lighthouse)"];
      expect(labels.map(({ label }) => label).filter((label) => !known.includes(label))).toEqual([]);
      expect(() => form.assertConfig({ title: 1 })).toThrow();
    }
    expect((await streamsForm()).computeHelper({ name: "servers" })).toContain("include all");
    expect((await streamsForm()).computeHelper({ name: "title" })).toBeUndefined();
  });
});
