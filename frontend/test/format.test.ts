import { describe, expect, test } from "vitest";
import { NOW } from "../dev/messages";
import {
  formatClock,
  formatDuration,
  formatMegabits,
  formatMoment,
  formatNumber,
  formatPercent,
  formatSize,
  formatTime,
  type Context,
} from "../src/format";

const context = (locale: Partial<Context["locale"]> = {}): Context => ({
  locale: { language: "en", time_format: "24", time_zone: "server", ...locale },
  config: { time_zone: "UTC" },
});
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, " ");

describe("numbers", () => {
  test("bandwidth has one decimal, and none from 100", () => {
    expect(formatMegabits(context(), 58_400)).toBe("58.4");
    expect(formatMegabits(context(), 6000)).toBe("6.0");
    expect(formatMegabits(context(), 99_960)).toBe("100");
    expect(formatMegabits(context(), 262_300)).toBe("262");
  });

  test("follow the number format of the profile, not the language", () => {
    expect(formatNumber(context({ number_format: "decimal_comma" }), 1234.5, 1)).toBe("1.234,5");
    expect(formatNumber(context({ language: "de", number_format: "comma_decimal" }), 1.5, 1)).toBe("1.5");
    expect(formatNumber(context({ language: "de", number_format: "language" }), 1.5, 1)).toBe("1,5");
  });

  test("percent and sizes", () => {
    expect(formatPercent(context(), 0.584)).toBe("58%");
    expect(plain(formatPercent(context({ language: "de" }), 0.5))).toBe("50 %");
    expect(plain(formatSize(context(), 44_238_000_000))).toBe("44.2 GB");
  });
});

describe("times", () => {
  test("follow the time format and the time zone of the profile", () => {
    expect(formatTime(context(), NOW)).toBe("21:00");
    expect(plain(formatTime(context({ time_format: "12" }), NOW))).toBe("9:00 PM");
    const tokyo = { ...context(), config: { time_zone: "Asia/Tokyo" } };
    expect(formatTime(tokyo, NOW)).toBe("06:00");
  });

  test("have the date where it is another day", () => {
    expect(formatMoment(context(), NOW - 3600, NOW)).toBe("20:00");
    expect(formatMoment(context(), NOW - 86_400, NOW)).toBe("Nov 29, 2026, 21:00");
  });
});

describe("lengths of time", () => {
  test.each([
    [-4, "0 sec"],
    [8.9, "8 sec"],
    [740, "12 min"],
    [3600, "1 hr"],
    [6720, "1h 52m"],
    [259_200, "72 hr"],
    [262_000, "72 hr"],
  ])("%d seconds are %j", (seconds, text) => {
    expect(plain(formatDuration(context(), seconds))).toBe(text);
  });

  test.each([
    [425, "7:05"],
    [4867, "1:21:07"],
    [0, "0:00"],
  ])("a position of %d seconds is %j", (seconds, text) => {
    expect(formatClock(seconds)).toBe(text);
  });
});
