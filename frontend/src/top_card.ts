/** `custom:plex-pulse-top`: the titles, viewers, players and libraries with the most plays. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { TOP_RULES, type TopConfig } from "./config";
import type { TopResponse, TopRow } from "./contract";
import { configForm } from "./forms";
import { formatDuration, joined } from "./format";
import { picture, typeIcon } from "./image";
import { avatar, bone, userTone, width } from "./pieces";
import { PolledCard } from "./polled_card";
import { counted, t } from "./strings";

export class PlexPulseTopCard extends PolledCard<TopConfig, TopResponse> {
  static override _styles = ["shared", "top"];
  readonly _rules = TOP_RULES;
  readonly _emptyKey = "top";

  static getConfigForm = configForm(TOP_RULES);

  static getStubConfig(): object {
    return { by: "title", period: "month" };
  }

  _request(): object {
    const { by = "title", period = "month", limit = 7, measure, servers } = this._config;
    return {
      type: "plex_pulse/history/top",
      by,
      period,
      limit,
      measure: measure ?? undefined,
      servers: servers ?? undefined,
    };
  }

  _renderHead(): TemplateResult {
    const { title, by = "title", period = "month" } = this._config;
    return html`<div class="head">
      <h3 class="cut"><bdi>${title ?? t(`top_${by}`)}</bdi></h3>
      <span>${t(`period_${period}`)}</span>
    </div>`;
  }

  _renderLoading(): TemplateResult {
    return html`<div class="head">${bone("96px", 12)}</div>
      <ol aria-label=${t("loading")} aria-busy="true">
        ${[0, 1, 2].map(() => html`<li aria-hidden="true"><div class="art"><div class="skeleton"></div></div>
              <div class="grow">${bone("60%", 12)}</div></li>`)}
      </ol>`;
  }

  _renderList({ rows, measure, loading }: TopResponse): unknown {
    const isByDuration = measure === "duration";
    const amount = (row: TopRow): number => (isByDuration ? (row.duration ?? 0) : row.plays);
    const most = Math.max(1, ...rows.map(amount));
    const note = loading ? html`<p role="status">${t("history_loading")}</p>` : nothing;
    return rows.length
      ? html`<ol>
            ${rows.map((row) => this._renderRow(row, amount(row) / most, isByDuration))}
          </ol>
          ${note}`
      : loading
        ? note
        : undefined;
  }

  _renderRow(row: TopRow, share: number, isByDuration: boolean): TemplateResult {
    const { type, name, viewer, viewers, entry_id: entryId, image, image_shape: shape } = row;
    const isTitle = (this._config.by ?? "title") === "title";
    const amounts = [
      counted("plays", row.plays),
      row.duration ? formatDuration(this._hass, row.duration) : "",
    ];
    const [first, second] = isByDuration ? amounts.reverse() : amounts;
    return html`<li>
      ${type === "user"
        ? avatar(this._hass, entryId, row)
        : picture(
            this._hass,
            entryId,
            image,
            "s",
            typeIcon(type),
            `art ${shape ?? (isTitle ? "" : "square")}`,
          )}
      <div class="grow">
        <div class="name cut" dir="auto" title=${name}><bdi>${name}</bdi></div>
        ${isTitle
          ? html`<div class="cut">
              <bdi
                >${joined([second, viewer ?? (viewers && counted("viewers", viewers))])}</bdi
              >
            </div>`
          : html`<div class="bar" style=${userTone(row.slot)} aria-hidden="true">
              <i style=${width(share)}></i>
            </div>`}
      </div>
      <div class="sum">
        <div class="name">${first}</div>
        ${isTitle ? nothing : second}
      </div>
    </li>`;
  }
}
