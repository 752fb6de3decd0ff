import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mockHass } from "../dev/mock_hass";
import type { PlexPulseImage } from "../src/image";
import { advance, freeze, settle } from "./helpers";

const fetched: string[] = [];
let answer: () => Promise<Response>;
let number = 0;

/** Show a picture that is on the screen; each test uses paths of its own. */
async function show(path: string): Promise<PlexPulseImage> {
  const element = document.createElement("plex-pulse-image") as PlexPulseImage;
  element.hass = {
    ...mockHass({}),
    fetchWithAuth: (requested) => {
      fetched.push(requested);
      return answer();
    },
  };
  element.icon = "mdi:album";
  element.path = path;
  document.body.append(element);
  element._show();
  await settle();
  await settle();
  return element;
}

const source = (element: PlexPulseImage): string | null | undefined =>
  element.shadowRoot?.querySelector("img")?.getAttribute("src");

beforeEach(() => {
  freeze(0);
  fetched.length = 0;
  number += 1;
  answer = () => Promise.resolve(new Response("picture"));
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${number}`);
  vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => undefined);
});
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("a picture", () => {
  test("is fetched with authorization and shown as a blob, once for all elements", async () => {
    const first = await show("/image/a");
    const second = await show("/image/a");
    expect(fetched).toEqual(["/image/a"]);
    expect(source(first)).toBe(`blob:${number}`);
    expect(source(second)).toBe(`blob:${number}`);
    expect(first.shadowRoot?.querySelector("img")?.alt).toBe("");
  });

  test("is not fetched before the element comes near to the screen", async () => {
    const element = document.createElement("plex-pulse-image") as PlexPulseImage;
    element.hass = { ...mockHass({}), fetchWithAuth: () => answer().finally(() => fetched.push("x")) };
    element.path = "/image/far";
    document.body.append(element);
    await settle();
    expect(fetched).toEqual([]);
  });

  test("that does not exist is requested once and shows the icon", async () => {
    answer = () => Promise.resolve(new Response("", { status: 404 }));
    const element = await show("/image/missing");
    await advance(1000);
    expect(fetched).toHaveLength(1);
    expect(element.shadowRoot?.querySelector("ha-icon")).not.toBeNull();
    expect(source(element)).toBeUndefined();
  });

  test.each([
    ["the server is unavailable", () => Promise.resolve(new Response("", { status: 503 }))],
    ["the network fails", () => Promise.reject(new TypeError("Failed to fetch"))],
  ])("is requested again where %s", async (_, failure) => {
    answer = failure;
    const element = await show(`/image/retry-${number}`);
    await advance(29);
    expect(fetched).toHaveLength(1);
    answer = () => Promise.resolve(new Response("picture"));
    await advance(2);
    expect(fetched).toHaveLength(2);
    expect(source(element)).toBe(`blob:${number}`);
  });

  test("is released a minute after the last element is gone", async () => {
    const element = await show("/image/released");
    element.remove();
    await advance(30);
    expect(URL.revokeObjectURL).not.toHaveBeenCalled();
    await advance(31);
    expect(URL.revokeObjectURL).toHaveBeenCalledWith(`blob:${number}`);
  });

  test("is kept where another element shows it again in time", async () => {
    const element = await show("/image/kept");
    element.remove();
    await advance(30);
    await show("/image/kept");
    await advance(60);
    expect(URL.revokeObjectURL).not.toHaveBeenCalled();
    expect(fetched).toHaveLength(1);
  });

  test("gives way to another when the path changes", async () => {
    const element = await show("/image/old");
    element.path = "/image/new";
    await settle();
    await settle();
    expect(fetched).toEqual(["/image/old", "/image/new"]);
    element.path = "";
    await settle();
    expect(source(element)).toBeUndefined();
  });
});
