/** Small pieces of the cards: rows for states, bar, avatar, facts. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Progress } from "./clock";
import type { StreamUser } from "./contract";
import { formatPercent, joined } from "./format";
import type { HomeAssistant } from "./home_assistant";
import { picture } from "./image";
import { t } from "./strings";

export type Text = string | null | undefined | false;

/** Return a row of 56 px with an icon, as a tile has it. */
export const stateRow = (
  icon: string,
  kind: string,
  title: unknown,
  text?: unknown,
  end: unknown = nothing,
): TemplateResult =>
  html`<div class="state">
    <span class="disc ${kind}"><ha-icon .icon=${icon}></ha-icon></span>
    <div class="grow">
      <div class="name">${title}</div>
      ${text ? html`<div>${text}</div>` : nothing}
    </div>
    ${end}
  </div>`;

const PROBLEMS: Record<string, [icon: string, kind: string]> = {
  no_permission: ["lock-outline", ""],
  no_rights: ["lock-outline", ""],
  plex_pass_missing: ["lock-outline", ""],
  sign_in_required: ["key-variant", "warning"],
  rate_limited: ["timer-sand", "warning"],
  not_found: ["server-off", "error"],
  no_server: ["server-off", ""],
  not_loaded: ["progress-clock", ""],
  unknown_command: ["progress-clock", ""],
  cannot_connect: ["lan-disconnect", "error"],
};

/**
 * Return the row for a server or a command that failed.
 *
 * The texts are `problem_<code>` and `problem_<code>_text`; a code that is not known has those
 * of `unknown_error`.
 */
export function problemRow(
  code: string,
  name: string,
  end: unknown = nothing,
  text?: string,
): TemplateResult {
  const [icon, kind] = PROBLEMS[code] ?? ["alert-circle-outline", "error"];
  const key = `problem_${PROBLEMS[code] ? code : "unknown_error"}`;
  return stateRow(
    `mdi:${icon}`,
    kind,
    html`<bdi>${t(key, { name })}</bdi>`,
    html`<bdi>${text || t(`${key}_text`, { name })}</bdi>`,
    end,
  );
}

export const button = (
  content: unknown,
  click: () => void,
  kind = "",
  isDisabled = false,
): TemplateResult =>
  // Not `disabled`: that would drop the focus while a request is in flight.
  html`<button
    class="button ${kind}"
    aria-disabled=${isDisabled}
    @click=${() => isDisabled || click()}
  >
    ${content}
  </button>`;

export const retryButton = (click: () => void, isDisabled = false): TemplateResult =>
  button(t("retry"), click, "", isDisabled);

export const failedText = (text: string): unknown =>
  text ? html`<p class="failed" role="alert"><bdi>${text}</bdi></p>` : nothing;

/** Return a placeholder of the given size, for what is loading. */
export const bone = (width: string, height = 10): TemplateResult =>
  html`<div class="skeleton" style="width:${width};height:${height}px"></div>`;

export const width = (fraction: number): string =>
  `width:${Math.round(fraction * 10_000) / 100}%`;

/** Return the bar with what was played and what is converted ahead of it. */
export function progressBar(
  hass: HomeAssistant,
  { _played: played, _buffered: buffered }: Progress,
  kind: string,
  text: string,
  label: string,
): TemplateResult {
  const values = [
    formatPercent(hass, played),
    text,
    buffered !== null && t("buffered_to", { percent: formatPercent(hass, buffered) }),
  ];
  return html`<div
    class="bar ${kind}"
    role="progressbar"
    aria-label=${label}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${Math.round(played * 100)}
    aria-valuetext=${values.filter(Boolean).join(", ")}
  >
    ${buffered === null ? nothing : html`<i class="ahead" style=${width(buffered)}></i>`}
    <i style=${width(played)}></i>
  </div>`;
}

/** Return the color of a user, the same in all cards and charts. */
export const userTone = (slot: number | null | undefined): string =>
  slot ? `--tone:var(--color-${slot})` : "";

/** Return the user's picture, over the first letter of the name. */
export const avatar = (
  hass: HomeAssistant,
  entryId: string | null | undefined,
  user: StreamUser,
): TemplateResult =>
  html`<span class="avatar" style=${userTone(user.slot)} aria-hidden="true">
    ${String.fromCodePoint(user.name.codePointAt(0) ?? 63).toLocaleUpperCase()}
    ${user.image ? picture(hass, entryId, user.image, "s", "") : nothing}
  </span>`;

/** Return a list of facts; those without a value are left out. */
export function factList(facts: [key: string, value: Text][]): unknown {
  const shown = facts.filter(([, value]) => value);
  return shown.length
    ? html`<dl class="facts">
        ${shown.map(
          ([key, value]) => html`<dt>${t(`fact_${key}`)}</dt>
            <dd><bdi>${value}</bdi></dd>`,
        )}
      </dl>`
    : nothing;
}

/** Return parts of one line, each isolated for mixed directions, with dots between. */
export const dotted = (parts: (Text | TemplateResult)[]): unknown =>
  parts.filter(Boolean).map((part, index) => html`${index ? " · " : ""}<bdi>${part}</bdi>`);

/** Return season and episode, "S1 · E5"; one of them alone where the other is unknown. */
export const episodeText = ({
  season,
  episode,
}: {
  season?: number | null;
  episode?: number | null;
}): string =>
  joined([
    season != null && t("season_short", { season }),
    episode != null && t("episode_short", { episode }),
  ]);
