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
  by?: "title" | "user" | "player" | "library" | "hour";
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
export const SUBJECTS = ["title", "user", "player", "library", "hour"];
export const PERIODS = ["day", "week", "month", "year", "all"];
export const MEASURES = ["plays", "duration"];
export const VIEWS = ["now", "new", "history", "server"];
export const MAX_ITEMS = 50;

/** What each key may be, in the order of the form: a kind of value, or one of some words. */
export type ConfigRules = Record<string, keyof typeof CHECKS | string[]>;

const COMMON: ConfigRules = { servers: "list", title: "text" };
export const STREAMS_RULES: ConfigRules = { ...COMMON, layout: LAYOUTS, show_on_deck: "boolean" };
export const SHELF_RULES: ConfigRules = {
  source: SOURCES,
  servers: "list",
  library: "text",
  title: "text",
  icon: "text",
  layout: SHELF_LAYOUTS,
  limit: "number",
  show_filter: "boolean",
};
export const TOP_RULES: ConfigRules = {
  by: SUBJECTS,
  period: PERIODS,
  measure: MEASURES,
  ...COMMON,
  limit: "number",
};
export const STRATEGY_RULES: ConfigRules = { servers: "list", views: VIEWS, libraries: "list" };

const CHECKS = {
  list: (value: unknown) =>
    Array.isArray(value) && value.every((entry) => typeof entry === "string"),
  text: (value: unknown) => typeof value === "string",
  boolean: (value: unknown) => typeof value === "boolean",
  number: (value: unknown) =>
    Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_ITEMS,
};
/** Refuse a configuration with a sentence; keys that are not ours (`grid_options`) are let through. */
export function checkConfig(config: object, rules: ConfigRules): void {
  for (const [key, value] of Object.entries(config) as [string, unknown][]) {
    const rule = rules[key];
    if (!rule || value == null) {
      continue;
    }
    const isValid = Array.isArray(rule) ? rule.includes(value as string) : CHECKS[rule](value);
    if (!isValid) {
      const hint = Array.isArray(rule) ? `use one of ${rule.join(", ")}` : `use a ${rule}`;
      throw new Error(`The value of "${key}" is not valid: ${hint}.`);
    }
  }
}
