/** Configurations of the cards, and the sentence that a wrong one is refused with. */

export interface CardConfig {
  type: string;
  servers?: string[];
  title?: string;
}

export interface StreamsConfig extends CardConfig {
  layout?: "auto" | "comfortable" | "compact";
  show_on_deck?: boolean;
}

export interface ShelfConfig extends CardConfig {
  source?: "recently_added" | "on_deck";
  library?: string;
  icon?: string;
  layout?: "row" | "grid";
  limit?: number;
  show_filter?: boolean;
}

export interface TopConfig extends CardConfig {
  by?: "title" | "user" | "player" | "library";
  period?: "day" | "week" | "month" | "year" | "all";
  measure?: "plays" | "duration";
  limit?: number;
}

export interface StrategyConfig {
  type: string;
  servers?: string[];
  views?: string[];
  libraries?: string[];
}

export const LAYOUTS = ["auto", "comfortable", "compact"];
export const SHELF_LAYOUTS = ["row", "grid"];
export const SOURCES = ["recently_added", "on_deck"];
export const SUBJECTS = ["title", "user", "player", "library"];
export const PERIODS = ["day", "week", "month", "year", "all"];
export const MEASURES = ["plays", "duration"];
export const VIEWS = ["now", "new", "history", "server"];
export const MAX_ITEMS = 50;

/** Kind of value of each key: a list of texts, a text, a flag, a number, or one of some words. */
export type ConfigRules = Record<string, "list" | "text" | "flag" | "limit" | string[]>;

const COMMON: ConfigRules = { servers: "list", title: "text" };
export const STREAMS_RULES: ConfigRules = { ...COMMON, layout: LAYOUTS, show_on_deck: "flag" };
export const SHELF_RULES: ConfigRules = {
  ...COMMON,
  source: SOURCES,
  library: "text",
  icon: "text",
  layout: SHELF_LAYOUTS,
  limit: "limit",
  show_filter: "flag",
};
export const TOP_RULES: ConfigRules = {
  ...COMMON,
  by: SUBJECTS,
  period: PERIODS,
  measure: MEASURES,
  limit: "limit",
};

const CHECKS = {
  list: (value: unknown) =>
    Array.isArray(value) && value.every((entry) => typeof entry === "string"),
  text: (value: unknown) => typeof value === "string",
  flag: (value: unknown) => typeof value === "boolean",
  limit: (value: unknown) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_ITEMS,
};
const EXPECTED = {
  list: "list of texts",
  text: "text",
  flag: "boolean",
  limit: `whole number from 1 to ${MAX_ITEMS}`,
};

/** Refuse a configuration with a sentence; keys that are not ours (`grid_options`) are let through. */
export function checkConfig(config: unknown, rules: ConfigRules): void {
  if (!config || typeof config !== "object") {
    throw new Error("The configuration must be a mapping.");
  }
  for (const [key, value] of Object.entries(config)) {
    const rule = rules[key];
    if (!rule || value == null) {
      continue;
    }
    const isValid = Array.isArray(rule) ? rule.includes(value as string) : CHECKS[rule](value);
    if (!isValid) {
      throw new Error(
        Array.isArray(rule)
          ? `"${key}" must be one of ${rule.join(", ")}.`
          : `"${key}" must be a ${EXPECTED[rule]}.`,
      );
    }
  }
}
