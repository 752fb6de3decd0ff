import { readFileSync, readdirSync } from "node:fs";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, test } from "vitest";
import { mockHass } from "../dev/mock_hass";
import { MEASURES, PERIODS, SHELF_LAYOUTS, LAYOUTS, SOURCES, SUBJECTS, VIEWS } from "../src/config";
import { counted, loadStrings, t } from "../src/strings";
import strings from "../strings.json";

const texts: Record<string, string> = strings;
const source = readdirSync("src")
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(`src/${name}`, "utf8"))
  .join("\n");

describe("the texts", () => {
  test("have all keys that the cards name", () => {
    const named = [...source.matchAll(/\bt\(\s*"([a-z_]+)"/g)].map(([, key]) => key!);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((key) => !(key in texts))).toEqual([]);
  });

  test("have all keys that are made of words of the contract", () => {
    const made = {
      layout: [...LAYOUTS, ...SHELF_LAYOUTS],
      period: PERIODS,
      measure: MEASURES,
      top: SUBJECTS,
      view: VIEWS,
      empty: [...SOURCES, "top"],
      method: ["direct_play", "direct_stream", "transcode"],
      path: ["lan", "wan", "relay", "cellular"],
      stop: ["plex_pass_missing", "not_owner", "not_terminable"],
      card: ["streams", "shelf", "top"],
      reason: [
        "bandwidth",
        "remote_quality",
        "resolution",
        "container",
        "video_codec",
        "audio_codec",
        "audio_channels",
        "subtitles",
        "interlaced",
        "dynamic_range",
        "bit_depth",
        "live",
      ],
      unavailable: ["rate_limited", "server_starting", "bad_certificate", "wrong_server", "server_error"],
      problem: [
        "cannot_connect",
        "no_permission",
        "no_rights",
        "no_server",
        "not_found",
        "not_loaded",
        "plex_pass_missing",
        "rate_limited",
        "sign_in_required",
        "unknown_command",
        "unknown_error",
      ],
    };
    const missing = Object.entries(made)
      .flatMap(([prefix, words]) => words.map((word) => `${prefix}_${word}`))
      .concat(SOURCES, ["paused", "buffering", "watching"], ["paused_for", "buffering_for", "watching_for"])
      .filter((key) => !(key in texts));
    expect(missing).toEqual([]);
    for (const code of made.problem) {
      expect(texts).toHaveProperty(`problem_${code}_text`);
    }
  });

  test("are valid messages that Home Assistant accepts", () => {
    for (const [key, text] of Object.entries(texts)) {
      expect(key).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
      expect(text).toBe(text.trim());
      expect(text).not.toMatch(/<|https?:/);
      // Home Assistant reads translations with Python's format parser, which nests no braces.
      expect(text).toMatch(/^[^{}]*(\{\w+\}[^{}]*)*$/);
      expect(() => new IntlMessageFormat(text, "en")).not.toThrow();
    }
  });
});

describe("counts", () => {
  test("have a text for each plural form of the language", async () => {
    const forms = Object.fromEntries(
      ["one", "few", "many", "other"].map((form) => [`streams_${form}`, `${form} {count}`]),
    );
    await loadStrings(mockHass({}, { language: "pl", texts: forms }));
    expect([1, 3, 5, 22].map((count) => counted("streams", count))).toEqual([
      "one 1",
      "few 3",
      "many 5",
      "few 22",
    ]);
    expect(counted("streams", 0)).toBe("many 0");
    await loadStrings(mockHass({}, { language: "he", texts: forms }));
    expect(counted("streams", 2)).toBe("other 2");
    await loadStrings(mockHass({}));
    expect([counted("plays", 1), counted("viewers", 0)]).toEqual(["1 play", "0 viewers"]);
  });
});

describe("loading", () => {
  test("shows the words of a key that has no text, and of all where loading fails", async () => {
    await loadStrings(mockHass({}));
    expect(t("no_such_key")).toBe("no such key");
    await loadStrings({
      ...mockHass({}, { language: "xx" }),
      loadBackendTranslation: () => Promise.reject(new Error("not connected")),
    });
    expect(t("retry")).toBe("Retry");
  });

  test("happens once for a language, and again for another", async () => {
    let count = 0;
    const hass = (language: string) => {
      const made = mockHass({}, { language, texts: { retry: `retry in ${language}` } });
      return {
        ...made,
        loadBackendTranslation: () => {
          count += 1;
          return Promise.resolve(made.localize);
        },
      };
    };
    await Promise.all([loadStrings(hass("fr")), loadStrings(hass("fr"))]);
    expect(count).toBe(1);
    expect(t("retry")).toBe("retry in fr");
    await loadStrings(hass("de"));
    expect(count).toBe(2);
    expect(t("retry")).toBe("retry in de");
  });
});
