/** Texts of the integration, in the language of the user. */
import type { HomeAssistant, LocalizeFunc, Values } from "./home_assistant";

const PREFIX = "component.plex_pulse.common.";

export type Translate = (key: string, values?: Values) => string;

let loadedLanguage: string | undefined;
let localize: LocalizeFunc | undefined;
let pending: { language: string; done: Promise<void> } | undefined;

/** Return a text; without translations, the words of its key. */
export const t: Translate = (key, values) =>
  localize?.(PREFIX + key, values) || key.replace(/_/g, " ");

/**
 * Return a text for a count, in the plural form of the language.
 *
 * One text per form: Home Assistant logs an error for translations with nested braces.
 */
export function counted(key: "episodes" | "plays" | "streams" | "viewers", count: number): string {
  const form = new Intl.PluralRules(loadedLanguage).select(count).replace(/two|zero/, "other");
  return t(`${key}_${form}`, { count });
}

/** Return whether the texts of this language are loaded. */
export function hasStrings(hass: HomeAssistant): boolean {
  return loadedLanguage === hass.language;
}

/**
 * Load the texts of the user's language, once for all cards.
 *
 * A failed load leaves the cards with the words of the keys, so that streams are shown
 * all the same; the next card that is connected tries again.
 */
export function loadStrings(hass: HomeAssistant): Promise<void> {
  const { language } = hass;
  if (pending?.language !== language) {
    pending = {
      language,
      done: hass
        .loadBackendTranslation("common", "plex_pulse")
        .then((loaded) => {
          localize = loaded;
        })
        .catch(() => {
          pending = undefined;
        })
        .then(() => {
          loadedLanguage = language;
        }),
    };
  }
  return pending.done;
}
