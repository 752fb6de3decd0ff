/** A card that shows the list of a polled command. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { PlexPulseCard } from "./card";
import type { CardConfig } from "./config";
import type { Failure } from "./contract";
import { problemRow, retryButton, stateRow } from "./pieces";
import { PolledRequest, type Refreshable } from "./source";
import { t } from "./strings";

interface ListResponse extends Refreshable {
  failed: Failure[];
}

export abstract class PolledCard<
  Config extends CardConfig,
  Response extends ListResponse,
> extends PlexPulseCard<Config> {
  _source = new PolledRequest<Response>(this);

  abstract _renderHead(): TemplateResult;
  /** Return the list, `undefined` for an empty one. */
  abstract _renderList(response: Response): unknown;
  /** What the texts for an empty list are called. */
  abstract readonly _emptyKey: string;

  _renderCard(): unknown {
    const { _response: response, _error: error, _restart: restart } = this._source;
    if (!response && !error) {
      return this._renderLoading();
    }
    const failed = response?.failed ?? [{ error: error!, name: "Plex" }];
    const list = response && this._renderList(response);
    const key = `empty_${this._emptyKey}`;
    return html`${this._renderHead()}
    ${failed.map((failure) => problemRow(failure.error, failure.name, retryButton(restart)))}
    ${list ??
    (failed.length || response?.loading
      ? nothing
      : stateRow("mdi:playlist-play", "", t(key), t(`${key}_text`)))}`;
  }
}
