/** A `hass` object whose answers come from the recorded messages. */
import { IntlMessageFormat } from "intl-messageformat";
import strings from "../strings.json";
import type { HomeAssistant, Values } from "../src/home_assistant";
import { poster } from "./art";

export type Answers = Record<string, (message: Record<string, unknown>) => unknown>;

export interface MockHass extends HomeAssistant {
  /** Send an event to all subscriptions. */
  send(event: unknown): void;
  calls: [service: string, data: Record<string, unknown>][];
}

const formats = new Map<string, IntlMessageFormat>();

export function localizer(texts: Record<string, string>, language: string) {
  return (key: string, values?: Values): string => {
    const text = texts[key.replace("component.plex_pulse.common.", "")];
    if (text === undefined) {
      return "";
    }
    const id = language + text;
    const format = formats.get(id) ?? new IntlMessageFormat(text, language);
    formats.set(id, format);
    return format.format(values) as string;
  };
}

export function mockHass(
  answers: Answers,
  options: {
    language?: string;
    texts?: Record<string, string>;
    isAdmin?: boolean;
    initial?: unknown;
  } = {},
): MockHass {
  const { language = "en", texts = strings, isAdmin = true, initial } = options;
  const subscribers = new Set<(message: unknown) => void>();
  const localize = localizer({ ...strings, ...texts }, language);
  const calls: MockHass["calls"] = [];
  return {
    language,
    locale: { language, number_format: "language", time_format: "24", time_zone: "server" },
    config: { time_zone: "UTC", components: ["plex_pulse"] },
    states: {},
    user: { is_admin: isAdmin },
    localize,
    loadBackendTranslation: () => Promise.resolve(localize),
    callWS: async <T>(message: object): Promise<T> => {
      const request = message as Record<string, unknown>;
      const answer = answers[String(request.type)];
      if (!answer) {
        throw { code: "unknown_command", message: "Unknown command." };
      }
      return (await answer(request)) as T;
    },
    callService: async (domain, service, data) => {
      calls.push([`${domain}.${service}`, data as Record<string, unknown>]);
      await answers[`${domain}.${service}`]?.(data as Record<string, unknown>);
    },
    fetchWithAuth: async (path) => {
      const name = path.split("/").at(-1)!.split("?")[0]!;
      const isSquare = /LowOrchard|NightFerry|GlassMeridian|Hedgerow|SlowHarbour|Rooted|Estuarywalk/.test(name);
      return new Response(poster(name, 256, isSquare ? 256 : 384), {
        headers: { "Content-Type": "image/svg+xml" },
      });
    },
    connection: {
      subscribeMessage: async (callback, message) => {
        await answers[(message as { type: string }).type]?.(message as never);
        const subscriber = callback as (message: unknown) => void;
        subscribers.add(subscriber);
        if (initial) {
          subscriber(initial);
        }
        return () => void subscribers.delete(subscriber);
      },
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    },
    send: (event) => subscribers.forEach((subscriber) => subscriber(event)),
    calls,
  };
}
