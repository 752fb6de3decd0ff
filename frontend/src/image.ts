/**
 * `<plex-pulse-image>`: a picture of a server, with an icon where there is none.
 *
 * Each picture is fetched once, with the user's authorization. A signed URL would expire on a
 * wall tablet, and each request after that counts as a failed login; `hass.fetchWithAuth`
 * refreshes the token first.
 */
import { html, nothing } from "lit/html.js";
import { PulseElement } from "./element";
import type { HomeAssistant } from "./home_assistant";

const UNUSED_SECONDS = 60;
/** Seconds after which a picture is requested again: they double up to the maximum. */
const RETRY_SECONDS = 30;
const MAX_RETRY_SECONDS = 300;

interface Picture {
  _url?: string;
  _users: Set<PlexPulseImage>;
  _failures: number;
  _timer?: ReturnType<typeof setTimeout> | undefined;
}

const pictures = new Map<string, Picture>();

function use(hass: HomeAssistant, path: string, user: PlexPulseImage): Picture {
  let picture = pictures.get(path);
  if (!picture) {
    picture = { _users: new Set(), _failures: 0 };
    pictures.set(path, picture);
    void load(hass, path, picture);
  }
  picture._users.add(user);
  return picture;
}

async function load(hass: HomeAssistant, path: string, picture: Picture): Promise<void> {
  let isMissing = false;
  try {
    const response = await hass.fetchWithAuth(path);
    if (response.ok) {
      picture._url = URL.createObjectURL(await response.blob());
      picture._users.forEach((user) => user._update());
    }
    isMissing = response.status < 500;
  } catch {
    // The network, or Home Assistant restarts: tried again below.
  }
  if (!isMissing) {
    const seconds = Math.min(MAX_RETRY_SECONDS, RETRY_SECONDS * 2 ** picture._failures++);
    picture._timer = setTimeout(() => void load(hass, path, picture), seconds * 1000);
  }
}

/** Drop a picture that no element has shown for a while. */
function leave(path: string, picture: Picture, user: PlexPulseImage): void {
  picture._users.delete(user);
  setTimeout(() => {
    if (!picture._users.size && pictures.get(path) === picture) {
      pictures.delete(path);
      clearTimeout(picture._timer);
      URL.revokeObjectURL(picture._url ?? "");
    }
  }, UNUSED_SECONDS * 1000);
}

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) {
        observer.unobserve(target);
        (target as unknown as { _show: () => void })._show();
      }
    }
  },
  { rootMargin: "300px" },
);

export class PlexPulseImage extends PulseElement {
  static override _styles = ["image"];
  hass: HomeAssistant | undefined;
  icon = "";
  _path = "";
  _isNear = false;
  _picture: Picture | undefined;

  /** Path of the picture in Home Assistant, "" for none. */
  set path(path: string) {
    if (path !== this._path) {
      this._leave();
      this._path = path;
      this._update();
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    observer.observe(this);
  }

  disconnectedCallback(): void {
    observer.unobserve(this);
    this._isNear = false;
    this._leave();
  }

  /** Load the picture: the element is on the screen or close to it. */
  _show(): void {
    this._isNear = true;
    this._update();
  }

  _leave(): void {
    if (this._picture) {
      leave(this._path, this._picture, this);
      this._picture = undefined;
    }
  }

  _render(): unknown {
    if (this._path && this._isNear && this.hass) {
      this._picture ??= use(this.hass, this._path, this);
    }
    const url = this._picture?._url;
    return url
      ? html`<img src=${url} alt="" />`
      : this.icon
        ? html`<div><ha-icon .icon=${this.icon}></ha-icon></div>`
        : nothing;
  }
}

const ICONS: Record<string, string> = {
  movie: "movie-open-outline",
  artist: "account-music",
  album: "album",
  track: "album",
  photo: "image-outline",
  photo_album: "image-album",
  library: "bookshelf",
  hour: "clock-outline",
};

/** Return the icon in place of a picture, for a type of item or the subject of a list. */
export const typeIcon = (type: string): string => `mdi:${ICONS[type] ?? "television"}`;

/** Return the element for a picture. size: "s", "m" or "l" (128, 256, 512 px wide). */
export const picture = (
  hass: HomeAssistant,
  entryId: string | null | undefined,
  imageId: string | null | undefined,
  size: "s" | "m" | "l",
  icon: string,
  className = "",
): unknown =>
  html`<plex-pulse-image
    class=${className}
    .hass=${hass}
    .icon=${icon}
    .path=${entryId && imageId
      ? `/api/plex_pulse/image/${entryId}/${imageId}?size=${size}`
      : ""}
  ></plex-pulse-image>`;
