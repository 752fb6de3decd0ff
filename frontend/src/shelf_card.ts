/** `custom:plex-pulse-shelf`: recently added items, or On Deck. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { SHELF_RULES, type ShelfConfig } from "./config";
import type { Item, Library, ShelfResponse } from "./contract";
import { list } from "./element";
import { configForm } from "./forms";
import { callAction } from "./home_assistant";
import { itemDialog, itemPicture, itemText, type MarkState } from "./item";
import { bone } from "./pieces";
import { PolledCard } from "./polled_card";
import { errorMessage } from "./source";
import { t } from "./strings";

const SKELETONS = 9;
/** How far an arrow scrolls, as a part of what is visible. */
const SCROLL_PART = 0.8;

export class PlexPulseShelfCard extends PolledCard<ShelfConfig, ShelfResponse> {
  static override _styles = ["shared", "dialog", "shelf"];
  readonly _rules = SHELF_RULES;
  /** Whether this is the On Deck part of a streams card, without a card around it. */
  _isPart = false;
  _library: string | undefined;
  /** Kept while the shelf of another library is read. */
  _libraries: Library[] = [];
  _opened: Item | undefined;
  _mark: MarkState = {};
  _current = 0;

  static getConfigForm = configForm(SHELF_RULES);

  static getStubConfig(): object {
    return { source: "recently_added" };
  }

  /** Show On Deck of these servers as a part of the streams card. */
  set servers(servers: string[]) {
    this._isPart = true;
    if (servers.join() !== this._config?.servers?.join()) {
      this.setConfig({ type: "", source: "on_deck", servers });
    }
  }

  _request(): object {
    const { servers, library = this._library, limit } = this._config;
    const source = this._emptyKey;
    return {
      type: "plex_pulse/shelf",
      source,
      servers: servers ?? undefined,
      library: (source !== "on_deck" && library) || undefined,
      limit: limit ?? undefined,
    };
  }

  get _emptyKey(): string {
    return this._config.source ?? "recently_added";
  }

  override _render(): unknown {
    if (!this._isPart) {
      return super._render();
    }
    return this._items.length ? html`<div class="part">${this._renderCard()}</div>` : nothing;
  }

  get _items(): Item[] {
    return this._source._response?.items ?? [];
  }

  get _listClass(): string {
    return this._config.layout === "grid" ? "grid" : "rail";
  }

  _renderLoading(): TemplateResult {
    return html`<div class="head">${bone("112px", 12)}</div>
      <ul class=${this._listClass} aria-label=${t("loading")} aria-busy="true">
        ${Array.from(
          { length: SKELETONS },
          () =>
            html`<li aria-hidden="true">
              <div class="art"><div class="skeleton"></div></div>
              ${bone("80%")}${bone("50%")}
            </li>`,
        )}
      </ul>`;
  }

  _renderList({ items, libraries }: ShelfResponse): unknown {
    // The response for one library may not list the others.
    this._libraries = libraries.length ? libraries : this._libraries;
    return items.length
      ? html`${this._renderItems(items)}${this._opened ? this._renderDialog(this._opened) : nothing}`
      : undefined;
  }

  get _heading(): string {
    const { title, library } = this._config;
    const found = this._libraries.find(({ id, title: name }) => library === id || library === name);
    return title ?? found?.title ?? t(this._emptyKey);
  }

  _renderHead(): TemplateResult {
    const { icon, show_filter: filter = true, library, source } = this._config;
    const isRail = this._listClass === "rail" && this._items.length > 1;
    const hasFilter =
      filter && !library && source !== "on_deck" && this._libraries.length > 1;
    return html`<div class="head">
      ${icon ? html`<ha-icon .icon=${icon}></ha-icon>` : nothing}
      <h3 class="cut"><bdi>${this._heading}</bdi></h3>
      <div class="pills" role="group" aria-label=${t("filter")}>
        ${hasFilter
          ? [{ id: undefined, title: t("all") }, ...this._libraries].map(
              ({ id, title }) =>
                html`<button
                  class="pill"
                  aria-pressed=${this._library === id}
                  @click=${() => this._choose(id)}
                >
                  <bdi>${title}</bdi>
                </button>`,
            )
          : nothing}
      </div>
      ${isRail ? [-1, 1].map((step) => this._renderArrow(step)) : nothing}
    </div>`;
  }

  /** Return an arrow for the mouse; keys move from poster to poster. */
  _renderArrow(step: number): TemplateResult {
    return html`<button
      class="arrow"
      tabindex="-1"
      aria-label=${t(step < 0 ? "previous" : "next")}
      @click=${() => this._scroll(step)}
    >
      <ha-icon .icon=${step < 0 ? "mdi:chevron-left" : "mdi:chevron-right"}></ha-icon>
    </button>`;
  }

  _renderItems(items: Item[]): TemplateResult {
    const current = Math.min(this._current, items.length - 1);
    return list(
      this._listClass,
      this._heading,
      items,
      ({ entry_id: entryId, rating_key: key }) => `${entryId}/${key}`,
      (item, index) =>
        html`<button
          class="open"
          tabindex=${index === current ? 0 : -1}
          aria-haspopup="dialog"
          @focus=${() => {
            this._current = index;
          }}
          @click=${() => this._open(item)}
        >
          ${itemPicture(this._hass, item)}
          <span class="name cut" dir="auto" title=${item.title}><bdi>${item.title}</bdi></span>
          <span class="cut"><bdi>${itemText(this._hass, item)}</bdi>&nbsp;</span>
        </button>`,
    );
  }

  _renderDialog({ entry_id: entryId, rating_key: key }: Item): TemplateResult {
    // The list may have been read again since: show what is known now.
    const now = this._items.find((item) => item.entry_id === entryId && item.rating_key === key);
    const item = now ?? this._opened!;
    return itemDialog(
      this._hass,
      item,
      this._mark,
      (isWatched) => void this._setWatched(item, isWatched),
      () => this._open(undefined),
    );
  }

  _open(item: Item | undefined): void {
    this._opened = item;
    this._setMark({});
  }

  _setMark(mark: MarkState): void {
    this._mark = mark;
    this._update();
  }

  _choose(library: string | undefined): void {
    this._library = library;
    this._current = 0;
    this._begin();
    this._rail?.scrollTo(0, 0);
    this._update();
  }

  async _setWatched(item: Item, isWatched: boolean): Promise<void> {
    const { entry_id: config_entry_id, rating_key } = item;
    this._setMark({ _isBusy: true });
    try {
      await callAction(this._hass, isWatched ? "mark_watched" : "mark_unwatched", {
        config_entry_id,
        rating_key,
      });
    } catch (error) {
      this._setMark({ _error: errorMessage(error) });
      return;
    }
    // Shown at once; the list is read again in a moment.
    Object.assign(item, {
      watched: isWatched,
      is_new: item.is_new && !isWatched,
      progress: null,
      remaining: null,
      unwatched: isWatched || item.unwatched == null ? null : item.facts?.children,
    });
    this._setMark({ _done: t(isWatched ? "marked_watched" : "marked_unwatched") });
    this._source._refresh();
  }

  get _rail(): HTMLElement | null {
    return this._root.querySelector(".rail");
  }

  get _isRightToLeft(): boolean {
    return getComputedStyle(this).direction === "rtl";
  }

  _scroll(step: number): void {
    const rail = this._rail!;
    rail.scrollBy({
      left: step * rail.clientWidth * SCROLL_PART * (this._isRightToLeft ? -1 : 1),
      behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
    });
  }

  /** Disable the arrow at the end that is reached. */
  override _updated(): void {
    const list = this._root.querySelector<HTMLElement>(".list");
    if (list) {
      list.onscroll = () => this._updated();
      list.onkeydown = (event) => this._keyPressed(event);
    }
    const rail = this._rail;
    const [back, forward] = this._root.querySelectorAll<HTMLButtonElement>(".arrow");
    if (rail && back && forward) {
      const position = Math.abs(rail.scrollLeft);
      back.disabled = position < 2;
      forward.disabled = position > rail.scrollWidth - rail.clientWidth - 2;
    }
  }

  /** Move the focus among the posters: the shelf is one stop of the Tab key. */
  _keyPressed(event: KeyboardEvent): void {
    const items = this._root.querySelectorAll<HTMLElement>(".open");
    const last = items.length - 1;
    const step = this._isRightToLeft ? -1 : 1;
    const index = {
      ArrowRight: this._current + step,
      ArrowLeft: this._current - step,
      Home: 0,
      End: last,
    }[event.key];
    if (index !== undefined) {
      event.preventDefault();
      items[Math.min(last, Math.max(0, index))]!.focus();
      this._update();
    }
  }
}
