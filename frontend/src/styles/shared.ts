/** Styles that the cards share. Theme variables only; black and white only on pictures. */
import { css } from "./css";

export const shared = css`
  :host {
    display: block;
    height: 100%;
    container-type: inline-size;
    font-variant-numeric: tabular-nums;
    --text: var(--primary-text-color);
    --soft: var(--secondary-text-color);
    --card: var(--ha-card-background, var(--card-background-color));
    --medium: var(--ha-font-weight-medium, 500);
    --small: var(--ha-font-size-s, 12px);
    --normal: var(--ha-font-size-m, 14px);
    --hover: color-mix(in srgb, var(--text) 8%, transparent);
  }
  /* Scrolls where the user gave the card fewer rows than it needs. */
  ha-card {
    overflow: hidden auto;
    height: 100%;
  }
  ha-card,
  .part {
    --mdc-icon-size: 16px;
    font-size: var(--small);
    line-height: 1.334;
    letter-spacing: 0.3px;
    color: var(--soft);
  }
  ul,
  ol,
  h2,
  h3,
  p,
  dd {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  ha-icon {
    display: inline-flex;
    flex: none;
    width: var(--mdc-icon-size);
    height: var(--mdc-icon-size);
  }
  button {
    position: relative;
    padding: 0;
    border: 0;
    background: none;
    font: inherit;
    letter-spacing: inherit;
    color: inherit;
    text-align: start;
    cursor: pointer;
  }
  b,
  h3,
  .name {
    font-weight: var(--medium);
    color: var(--text);
  }
  h3,
  .name {
    font-size: var(--normal);
    line-height: 1.43;
    letter-spacing: 0.1px;
  }
  .head {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 52px;
    padding-inline: 12px 4px;
  }
  .more {
    font-weight: 400;
    color: var(--soft);
    margin-inline-start: 7px;
  }
  .cut {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  :host(:dir(rtl)) .cut {
    text-align: right;
  }
  .sum {
    text-align: end;
    white-space: nowrap;
  }
  .strong {
    color: var(--text);
  }
  .grow {
    flex: 1;
    min-width: 0;
  }
  .state {
    display: flex;
    align-items: center;
    gap: 10px;
    min-height: 56px;
    padding: 8px 12px;
    box-sizing: border-box;
  }
  .disc {
    --tone: var(--state-icon-color);
    display: grid;
    place-items: center;
    flex: none;
    width: 36px;
    height: 36px;
    border-radius: 50%;
    background: color-mix(in srgb, var(--tone) 20%, transparent);
    color: color-mix(in srgb, var(--tone) 90%, var(--text));
    --mdc-icon-size: 24px;
  }
  .active {
    --tone: var(--primary-color);
  }
  .error {
    --tone: var(--error-color);
  }
  .warning,
  .transcode {
    --tone: var(--warning-color);
  }
  .direct_play {
    --tone: var(--success-color);
  }
  .direct_stream {
    --tone: var(--info-color);
  }
  .warning ha-icon,
  .method {
    color: color-mix(in srgb, var(--tone) 68%, var(--text));
  }
  .button {
    display: inline-flex;
    align-items: center;
    gap: 10px;
    flex: none;
    min-height: 40px;
    padding: 4px 18px;
    border-radius: 20px;
    background: var(--hover);
    color: var(--text);
    font-size: var(--normal);
    font-weight: var(--medium);
    letter-spacing: 0.1px;
    --mdc-icon-size: 18px;
  }
  .button::after,
  .pill::after,
  .stop::after {
    content: "";
    position: absolute;
    inset: -2px;
  }
  .button:hover {
    background: color-mix(in srgb, var(--text) 16%, transparent);
  }
  .plain {
    background: none;
  }
  .stop {
    z-index: 2;
    display: grid;
    place-items: center;
    flex: none;
    width: 40px;
    height: 40px;
    margin: -10px 0 -14px;
    margin-inline-end: -10px;
    border-radius: 50%;
    color: var(--ha-color-on-neutral-quiet, var(--soft));
    --mdc-icon-size: 18px;
  }
  .stop:hover {
    color: var(--text);
    background: var(--hover);
  }
  .danger:not(.quiet) {
    background: color-mix(in srgb, var(--error-color) 85%, #000);
    color: #fff;
  }
  .quiet {
    color: color-mix(in srgb, var(--error-color) 75%, var(--text));
  }
  [aria-disabled="true"] {
    opacity: 0.55;
    cursor: not-allowed;
  }
  :focus-visible,
  .field:focus-within,
  .open:focus-visible .art {
    outline: 2px solid var(--primary-color);
    outline-offset: 1px;
  }
  .bar {
    position: relative;
    height: 4px;
    border-radius: 2px;
    overflow: hidden;
    background: var(--divider-color);
    forced-color-adjust: none;
    --fill: var(--tone, var(--primary-color));
  }
  .dot {
    width: 6px;
    height: 6px;
    border-radius: 50%;
    background: var(--tone, var(--primary-color));
  }
  .paused {
    --fill: var(--soft);
  }
  .bar i {
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0;
    border-radius: 2px;
    background: var(--fill);
  }
  .bar .ahead {
    background: color-mix(in srgb, var(--fill) 45%, transparent);
  }
  .avatar {
    display: grid;
    place-items: center;
    flex: none;
    position: relative;
    overflow: hidden;
    border-radius: 50%;
    width: 24px;
    height: 24px;
    font-size: 11px;
    line-height: 1;
    font-weight: var(--medium);
    color: var(--text);
    background: color-mix(in srgb, var(--tone, var(--soft)) 38%, var(--card));
  }
  .avatar plex-pulse-image,
  .art plex-pulse-image,
  .art .skeleton,
  .art plex-pulse-image::after,
  .veil {
    position: absolute;
    inset: 0;
    border-radius: var(--radius);
  }
  .avatar plex-pulse-image {
    background: none;
  }
  .art {
    display: block;
    position: relative;
    flex: none;
    align-self: flex-start;
    width: var(--art, 100%);
    aspect-ratio: 2 / 3;
    border-radius: var(--radius);
    --mdc-icon-size: min(24px, var(--art, 48px) * 0.5);
  }
  .square {
    aspect-ratio: 1;
  }
  .wide {
    aspect-ratio: 16 / 9;
  }
  .art plex-pulse-image::after {
    content: "";
    box-shadow: inset 0 0 0 1px var(--divider-color);
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    flex: none;
    min-height: 22px;
    padding-inline: 8px 10px;
    border-radius: 11px;
    font-size: var(--small);
    font-weight: var(--medium);
    color: var(--text);
    background: color-mix(in srgb, var(--tone, var(--soft)) 17%, transparent);
  }
  .skeleton {
    border-radius: 18px;
    background: color-mix(in srgb, var(--soft) 18%, transparent);
    animation: pulse 1.6s ease-in-out infinite alternate;
  }
  .skeleton + .skeleton,
  .art + .skeleton {
    margin-top: 10px;
  }
  @keyframes pulse {
    to {
      opacity: 0.4;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
    }
  }
`;
