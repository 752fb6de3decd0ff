import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { HomeAssistant } from "../src/home_assistant";
import { Subscription } from "../src/source";
import { advance, freeze, settle } from "./helpers";

interface Attempt {
  send: (message: string) => void;
  resolve: () => void;
  reject: (error: unknown) => void;
  unsubscribe: ReturnType<typeof vi.fn>;
}

/** A connection whose subscriptions the test accepts or refuses. */
function connection() {
  const attempts: Attempt[] = [];
  const ready = new Set<() => void>();
  const hass = {
    connection: {
      subscribeMessage: (callback: (message: never) => void) =>
        new Promise((resolve, reject) => {
          const unsubscribe = vi.fn();
          attempts.push({
            send: callback as never,
            resolve: () => resolve(unsubscribe),
            reject,
            unsubscribe,
          });
        }),
      addEventListener: (_: string, callback: () => void) => ready.add(callback),
      removeEventListener: (_: string, callback: () => void) => ready.delete(callback),
    },
  } as unknown as HomeAssistant;
  return { hass, attempts, ready };
}

beforeEach(() => freeze(0));
afterEach(() => vi.useRealTimers());

describe("a subscription", () => {
  const open = () => {
    const made = connection();
    const messages: string[] = [];
    const failed = vi.fn();
    const subscription = new Subscription({
      _hass: made.hass,
      _received: (message: string) => messages.push(message),
      _update: failed,
    });
    subscription._set({ type: "x" });
    return { ...made, messages, failed, subscription };
  };

  test("is made once for the same request", async () => {
    const { subscription, attempts } = open();
    subscription._set({ type: "x" });
    expect(attempts).toHaveLength(1);
    subscription._set({ type: "y" });
    await settle();
    expect(attempts).toHaveLength(2);
  });

  test("is made again after a reconnect, and messages of the old one are dropped", async () => {
    const { attempts, ready, messages } = open();
    attempts[0]!.resolve();
    await settle();
    attempts[0]!.send("first");
    ready.forEach((callback) => callback());
    await settle();
    attempts[1]!.resolve();
    attempts[0]!.send("late");
    attempts[1]!.send("second");
    expect(messages).toEqual(["first", "second"]);
    expect(attempts[0]!.unsubscribe).toHaveBeenCalledOnce();
  });

  test("that is closed before it was accepted is ended when it is", async () => {
    const { attempts, subscription, messages, ready } = open();
    subscription._close();
    attempts[0]!.resolve();
    await settle();
    expect(attempts[0]!.unsubscribe).toHaveBeenCalledOnce();
    attempts[0]!.send("late");
    expect(messages).toEqual([]);
    expect(ready.size).toBe(0);
  });

  test("is tried again with growing pauses, and recovers", async () => {
    const { attempts, subscription, failed, messages } = open();
    for (const [index, seconds] of [3, 10, 20, 40, 60, 60].entries()) {
      attempts[index]!.reject({ code: "unknown_command" });
      await settle();
      expect(subscription._error).toBe("unknown_command");
      await advance(seconds - 1);
      expect(attempts).toHaveLength(index + 1);
      await advance(1);
      expect(attempts).toHaveLength(index + 2);
    }
    expect(failed).toHaveBeenCalledTimes(6);
    attempts[6]!.resolve();
    await settle();
    attempts[6]!.send("back");
    expect(messages).toEqual(["back"]);
    expect(subscription._error).toBeUndefined();
  });

  test("has no error of its own where the connection is lost", async () => {
    const { attempts, subscription } = open();
    attempts[0]!.reject(3);
    await settle();
    expect(subscription._error).toBeUndefined();
  });
});
