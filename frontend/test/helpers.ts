import { vi } from "vitest";
import type { Answers, MockHass } from "../dev/mock_hass";
import { mockHass } from "../dev/mock_hass";
import type { StreamsEvent } from "../src/contract";

interface Card extends HTMLElement {
  hass: unknown;
  setConfig(config: object): void;
}

/** Let all promises and microtasks run. */
export const settle = async (): Promise<void> => {
  for (let round = 0; round < 12; round += 1) {
    await Promise.resolve();
  }
};

export interface Shown {
  card: Card;
  hass: MockHass;
  root: ShadowRoot;
  text: () => string;
  all: (selector: string) => HTMLElement[];
  one: (selector: string) => HTMLElement;
}

/** Show a card in the document and return it with its first render done. */
export async function showCard(
  type: string,
  config: object,
  options: { answers?: Answers; initial?: StreamsEvent; isAdmin?: boolean } = {},
): Promise<Shown> {
  const { answers = {}, ...rest } = options;
  const card = document.createElement(type) as Card;
  const hass = mockHass(answers, rest);
  card.setConfig({ type: `custom:${type}`, ...config });
  card.hass = hass;
  document.body.append(card);
  await settle();
  const root = card.shadowRoot!;
  const all = (selector: string): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(selector)];
  return {
    card,
    hass,
    root,
    text: () => visibleText(root),
    all,
    one: (selector) => {
      const [first] = all(selector);
      if (!first) {
        throw new Error(`Nothing matches ${selector} in: ${visibleText(root)}`);
      }
      return first;
    },
  };
}

/** Return the texts of a tree with one space between them. */
export function visibleText(node: Node): string {
  const texts: string[] = [];
  const collect = (parent: Node): void => {
    for (const child of parent.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) {
        texts.push(child.textContent ?? "");
      } else {
        collect(child);
      }
    }
  };
  collect(node);
  return texts.join(" ").replace(/[\s\u00a0]+/g, " ").trim();
}

/** Use a clock that stands at this time of the server, in seconds. */
export function freeze(seconds: number): void {
  vi.useFakeTimers({ now: seconds * 1000, toFake: ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
}

export async function advance(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  await settle();
}
