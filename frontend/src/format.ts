/** Numbers, times and names as the user's locale writes them. */
import type { HomeAssistant } from "./home_assistant";

const NBSP = "\u00a0";

export type Context = Pick<HomeAssistant, "locale" | "config">;

const formats: Record<string, unknown> = {};

/** Return a formatter, made once: they cost more to make than a row to render. */
function formatter<Type, Options>(
  Class: new (language: string | undefined, options: Options) => Type,
  language: string | undefined,
  options: Options,
): Type {
  return (formats[`${Class.name}${language ?? ""}${JSON.stringify(options)}`] ??= new Class(
    language,
    options,
  )) as Type;
}

/** Languages with the number formats of a profile; any other format is that of the language. */
const NUMBER_LANGUAGES: Record<string, string> = {
  comma_decimal: "en",
  decimal_comma: "de",
  space_comma: "fr",
  quote_decimal: "de-CH",
};

export const formatNumber = (
  { locale }: Context,
  value: number,
  digits = 0,
  minimumFractionDigits = 0,
): string =>
  formatter(
    Intl.NumberFormat,
    NUMBER_LANGUAGES[locale.number_format ?? ""] ?? locale.language,
    { minimumFractionDigits, maximumFractionDigits: digits },
  ).format(value);

export const formatPercent = (context: Context, fraction: number): string =>
  unit(context, fraction * 100, "percent");

/** By the time format of a profile; any other format is that of the language. */
const HOUR_CYCLES: Record<string, "h12" | "h23"> = { 12: "h12", 24: "h23" };

function dateFormat(
  { locale, config }: Context,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const { time_format: time, time_zone: zone, language } = locale;
  return formatter(Intl.DateTimeFormat, time === "system" ? undefined : language, {
    hourCycle: HOUR_CYCLES[time ?? ""],
    timeZone: zone === "server" ? config.time_zone : undefined,
    ...options,
  });
}

/** Return the time of day of an epoch time in seconds. */
export const formatTime = (context: Context, epoch: number): string =>
  dateFormat(context, { timeStyle: "short" }).format(epoch * 1000);

export const formatDate = (context: Context, epoch: number): string =>
  dateFormat(context, { dateStyle: "medium" }).format(epoch * 1000);

/** Return the time of day, with the date before it where that is not today. */
export function formatMoment(context: Context, epoch: number, now: number): string {
  const date = formatDate(context, epoch);
  const time = formatTime(context, epoch);
  return date === formatDate(context, now) ? time : `${date}, ${time}`;
}

function unit(
  context: Context,
  value: number,
  name: string,
  unitDisplay: "short" | "narrow" = "short",
): string {
  return formatter(Intl.NumberFormat, context.locale.language, {
    style: "unit",
    unit: name,
    unitDisplay,
    maximumFractionDigits: 0,
  })
    .format(value)
    .replace(/ /g, NBSP);
}

/** Return a length of time in one or two units: "8 sec", "12 min", "1h 52m". */
export function formatDuration(context: Context, seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  if (total < 60) {
    return unit(context, total, "second");
  }
  const minutes = Math.floor(total / 60);
  if (minutes < 60) {
    return unit(context, minutes, "minute");
  }
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (rest === 0 || hours >= 10) {
    return unit(context, hours, "hour");
  }
  return `${unit(context, hours, "hour", "narrow")}${NBSP}${unit(context, rest, "minute", "narrow")}`;
}

/** Return a position as a player shows it: 7:05, 1:21:07. */
export function formatClock(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const parts = [Math.floor(minutes / 60), minutes % 60, Math.floor(seconds % 60)];
  const text = parts.map((part) => String(part).padStart(2, "0")).join(":");
  return text.replace(/^(00:)?0?/, "");
}

/** Return Mbit/s without the unit: one decimal, none from 100. */
export function formatMegabits(context: Context, kilobits: number): string {
  const megabits = kilobits / 1000;
  const digits = megabits >= 99.95 ? 0 : 1;
  return formatNumber(context, megabits, digits, digits);
}

export const MEGABITS = `${NBSP}Mbit/s`;

export const formatSize = (context: Context, bytes: number): string =>
  `${formatNumber(context, bytes / 1e9, 1)}${NBSP}GB`;

/** Return what there is of some parts, with a dot between. */
export function joined(parts: (string | null | undefined | false | 0)[]): string {
  return parts.filter(Boolean).join(" · ");
}
