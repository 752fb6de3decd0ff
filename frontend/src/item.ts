/** A media item: its picture with marks, its second line, its dialog. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Item } from "./contract";
import { factChips } from "./conversion";
import {
  formatDate,
  formatDuration,
  formatMegabits,
  formatNumber,
  formatPercent,
  formatSize,
  formatTime,
  joined,
  MEGABITS,
} from "./format";
import { dialog } from "./dialog";
import type { HomeAssistant } from "./home_assistant";
import { picture, typeIcon } from "./image";
import { button, dotted, episodeText, factList, failedText, width } from "./pieces";
import { counted, t } from "./strings";

export interface MarkState {
  _isBusy?: boolean;
  _error?: string;
  _done?: string;
}

const timeLeft = (hass: HomeAssistant, { remaining }: Item): string =>
  remaining ? t("time_left", { duration: formatDuration(hass, remaining) }) : "";

/** Return the line under the title: details that distinguish the item, and its remaining time. */
export function itemText(hass: HomeAssistant, item: Item): string {
  const { type, season, artist, album, year, remaining, is_next: isNext, facts } = item;
  switch (type) {
    case "episode":
      return joined([
        episodeText(item),
        isNext ? t("next_episode") : remaining && formatDuration(hass, remaining),
      ]);
    case "season":
    case "show":
      return joined([
        season != null && t("season_short", { season }),
        facts?.children ? counted("episodes", facts.children) : year && String(year),
      ]);
    case "album":
    case "track":
      return joined([artist, type === "track" && album]);
    default:
      return timeLeft(hass, item) || String(year ?? "");
  }
}

/** Return the picture; with marks, unless it is the large one of the dialog. */
export function itemPicture(hass: HomeAssistant, item: Item, isLarge = false): TemplateResult {
  const { entry_id: entryId, image, image_shape: shape, watched, unwatched, progress } = item;
  const size = isLarge ? "l" : "m";
  return html`<span class="art ${shape ?? ""}">
    ${picture(hass, entryId, image, size, typeIcon(item.type))}
    ${isLarge
      ? nothing
      : html`${item.is_new ? html`<span class="mark"><i class="dot"></i>${t("new")}</span>` : nothing}
        ${watched || unwatched
          ? html`<span
              class="mark round"
              role="img"
              aria-label=${watched ? t("watched") : t("unwatched", { count: unwatched! })}
              >${watched ? html`<ha-icon icon="mdi:check"></ha-icon>` : unwatched}</span
            >`
          : nothing}
        ${progress
          ? html`<span
              class="played"
              role="img"
              aria-label=${t("progress_watched", { percent: formatPercent(hass, progress) })}
              ><span class="bar"><i style=${width(progress)}></i></span
            ></span>`
          : nothing}`}
  </span>`;
}

export function itemDialog(
  hass: HomeAssistant,
  item: Item,
  { _isBusy, _error = "", _done = "" }: MarkState,
  mark: (isWatched: boolean) => void,
  close: () => void,
): TemplateResult {
  const { type, year, summary, watched, unwatched, progress, added_at: added } = item;
  const facts = item.facts ?? {};
  const { duration, rating, bitrate, size } = facts;
  const line =
    type === "episode" ? episodeText(item) : type === "movie" ? "" : itemText(hass, item);
  const markButton = (icon: string, isWatched: boolean): TemplateResult =>
    button(
      html`<ha-icon .icon=${icon}></ha-icon>${t(isWatched ? "mark_watched" : "mark_unwatched")}`,
      () => mark(isWatched),
      "",
      _isBusy,
    );
  return dialog(
    item.title,
    html`<div class="about">
        ${itemPicture(hass, item, true)}
        <div class="grow">
          ${dotted([
            line,
            item.episode_title,
            year && String(year) !== line && year,
            duration ? formatDuration(hass, duration) : "",
            facts.genres?.join(", "),
            facts.content_rating,
          ] as string[])}
          <p dir="auto">${summary}</p>
          <div class="chips">
            ${rating
              ? html`<span class="chip"
                  ><ha-icon icon="mdi:star-outline"></ha-icon>${formatNumber(hass, rating, 1)}</span
                >`
              : nothing}
            ${factChips(facts).map((chip) => html`<span class="chip"><bdi>${chip}</bdi></span>`)}
          </div>
        </div>
      </div>
      ${factList([
        [
          "added",
          added && joined([`${formatDate(hass, added)}, ${formatTime(hass, added)}`, facts.library]),
        ],
        [
          "file",
          joined([
            bitrate && formatMegabits(hass, bitrate) + MEGABITS,
            size && formatSize(hass, size),
          ]),
        ],
        [
          "progress",
          watched
            ? t("watched")
            : joined([
                progress && formatPercent(hass, progress),
                timeLeft(hass, item),
                unwatched && t("unwatched", { count: unwatched }),
              ]),
        ],
        ["directed_by", facts.directors?.join(", ")],
        ["studio", facts.studio],
        ["server", facts.server],
      ] as [string, string][])}
      ${failedText(_error)}
      <div class="actions">
        ${item.mark === "allowed"
          ? html`${watched ? nothing : markButton("mdi:check", true)}
            ${watched || unwatched || progress
              ? markButton("mdi:eye-off-outline", false)
              : nothing}`
          : nothing}
        <span role="status">${_done}</span>
      </div>`,
    close,
  );
}
