import { css } from "./css";

export const streams = css`
  .counts,
  .counts span {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 12px;
    --mdc-icon-size: 14px;
  }
  .counts {
    overflow: hidden;
  }
  .counts span {
    align-items: center;
    gap: 5px;
    flex-wrap: nowrap;
  }
  .counts .word {
    display: none;
  }
  .counts.words .word {
    display: inline;
  }
  h3 {
    display: flex;
    justify-content: space-between;
    gap: 12px;
    padding: 12px 12px 4px;
    font-size: var(--small);
  }
  h3 span {
    font-weight: 400;
    color: var(--soft);
    white-space: nowrap;
  }
  .rows {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    padding-bottom: 4px;
    --art: 64px;
    --gap: 14px;
    --radius: 6px;
  }
  .row {
    position: relative;
    display: flex;
    gap: var(--gap);
    padding: 12px;
    animation: appear 150ms;
  }
  li + li .row::before {
    content: "";
    position: absolute;
    top: 0;
    inset-inline: calc(var(--art) + var(--gap) + 12px) 12px;
    border-top: 1px solid var(--divider-color);
  }
  .cover {
    position: absolute;
    inset: 0;
    z-index: 1;
    border-radius: var(--ha-card-border-radius, 12px);
  }
  .cover:focus-visible {
    outline-offset: -3px;
  }
  @media (hover: hover) {
    .cover:hover {
      background: color-mix(in srgb, var(--text) 4%, transparent);
    }
  }
  .veil {
    display: grid;
    place-items: center;
    background: #00000085;
    color: #fff;
    --mdc-icon-size: calc(var(--art) * 0.45);
  }
  .ring {
    width: 32%;
    aspect-ratio: 1;
    box-sizing: border-box;
    border-radius: 50%;
    border: calc(var(--art) * 0.05) solid #ffffff59;
    border-top-color: #fff;
    animation: turn 1s linear infinite;
  }
  .art .avatar {
    position: absolute;
    bottom: -6px;
    inset-inline-end: -6px;
    box-shadow: 0 0 0 2px var(--card);
    --radius: 50%;
  }
  .top {
    display: flex;
    gap: 4px;
  }
  .progress,
  .live,
  .meta,
  .network,
  .network span {
    display: flex;
    align-items: center;
    gap: 10px;
    white-space: nowrap;
  }
  .progress {
    margin-top: 6px;
    min-height: 16px;
    font-size: var(--small);
  }
  .progress .bar {
    flex: 1;
    min-width: 24px;
  }
  .live {
    gap: 6px;
    font-size: 11px;
    font-weight: var(--medium);
    color: var(--text);
  }
  .meta {
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 4px 12px;
    margin-top: 8px;
    font-size: var(--small);
  }
  .network {
    --mdc-icon-size: 14px;
  }
  .network span {
    gap: 4px;
  }
  /* The dot is hidden at the start of a line: it lies outside of the box there. */
  .why {
    display: flex;
    flex-wrap: wrap;
    overflow: hidden;
    column-gap: 12px;
    margin-top: 4px;
  }
  .why span {
    position: relative;
    margin-inline-start: -12px;
    padding-inline-start: 12px;
    overflow-wrap: anywhere;
  }
  .why span::before {
    content: "·";
    position: absolute;
    inset-inline-start: 4px;
    color: var(--soft);
  }
  .hero {
    display: none;
  }
  .compact {
    --art: 32px;
    --gap: 12px;
    --radius: 4px;
    padding-bottom: 8px;
  }
  .compact .row {
    align-items: center;
    min-height: 64px;
    box-sizing: border-box;
    padding-block: 6px;
  }
  .compact .row::before,
  .compact .avatar {
    display: none;
  }
  .compact .art {
    align-self: center;
  }
  .compact .bar {
    margin-top: 4px;
  }
  .end {
    display: grid;
    grid-template-columns: 14px minmax(28px, auto);
    gap: 2px 8px;
    align-items: center;
    text-align: end;
    --mdc-icon-size: 14px;
  }
  .end span {
    grid-column: 1 / -1;
  }
  .about {
    --art: 64px;
    --radius: 6px;
  }
  .field {
    display: block;
    margin-top: 16px;
    padding: 6px 14px 8px;
    border-radius: 8px 8px 0 0;
    border-bottom: 1px solid var(--soft);
    background: var(--hover);
    font-size: var(--small);
  }
  input {
    box-sizing: border-box;
    width: 100%;
    min-height: 28px;
    padding: 0;
    border: 0;
    outline: none;
    background: none;
    color: var(--text);
    font: inherit;
    /* Less than 16 px makes iOS zoom into the page. */
    font-size: 16px;
  }
  .last {
    justify-content: flex-end;
  }
  @container (max-width: 359px) {
    .rows:not(.compact) {
      --art: 56px;
      --gap: 13px;
    }
  }
  @container (min-width: 560px) {
    .counts .word {
      display: inline;
    }
  }
  @container (min-width: 640px) {
    .rows:not(.single) {
      grid-template-columns: repeat(2, minmax(0, 1fr));
      column-gap: 12px;
    }
    .rows:not(.single) li:nth-child(2) .row::before {
      display: none;
    }
    .single {
      --art: 96px;
      --gap: 16px;
    }
    .single .row > .grow {
      flex: 3;
      align-self: center;
    }
    .single .top .name {
      font-size: var(--ha-font-size-l, 16px);
    }
    .single .what {
      display: none;
    }
    .hero {
      display: block;
      flex: 2;
      align-self: center;
      min-width: 0;
      padding-inline-start: 24px;
      border-inline-start: 1px solid var(--divider-color);
    }
    .hero .facts {
      grid-template-columns: minmax(72px, auto) 1fr;
      margin: 0;
      padding: 4px 0;
      border: 0;
    }
  }
  @container (min-width: 960px) {
    .rows:not(.compact, .single) {
      --art: 72px;
    }
    .compact {
      grid-template-columns: repeat(3, minmax(0, 1fr)) !important;
    }
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
`;
