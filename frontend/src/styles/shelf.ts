import { css } from "./css";

export const shelf = css`
  .head {
    --mdc-icon-size: 18px;
  }
  h3 {
    flex: none;
    max-width: 60%;
  }
  .part {
    margin-inline-start: 12px;
    border-top: 1px solid var(--divider-color);
  }
  .part > * {
    margin-inline-start: -12px;
  }
  .part .head {
    min-height: 44px;
  }
  .pills {
    flex: 1;
    display: flex;
    align-items: center;
    justify-content: safe flex-end;
    gap: 2px;
    min-width: 0;
    min-height: 44px;
  }
  .pills,
  .rail {
    overflow-x: auto;
    overscroll-behavior-x: contain;
    scrollbar-width: none;
  }
  .pill {
    flex: none;
    min-width: 44px;
    min-height: 36px;
    padding: 0 12px;
    border-radius: 18px;
    text-align: center;
    font-weight: var(--medium);
    white-space: nowrap;
  }
  .pill::after {
    inset: -4px 0;
  }
  .pill[aria-pressed="true"] {
    background: var(--hover);
    color: var(--text);
  }
  .pill:hover {
    color: var(--text);
  }
  .pill:focus-visible {
    outline-offset: -2px;
  }
  .arrow {
    display: none;
    place-items: center;
    flex: none;
    width: 44px;
    height: 44px;
    color: var(--text);
  }
  .arrow:disabled {
    opacity: 0.35;
    cursor: default;
  }
  .arrow:dir(rtl) {
    transform: scaleX(-1);
  }
  @media (pointer: fine) {
    .arrow {
      display: grid;
    }
  }
  .rail {
    --n: 2;
    display: flex;
    gap: 12px;
    padding: 3px 12px 12px;
    scroll-snap-type: inline proximity;
    scroll-padding-inline: 12px;
  }
  .rail li {
    flex: none;
    width: calc((100cqi - 12px - 12px * var(--n)) / (var(--n) + 0.35));
    scroll-snap-align: start;
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(92px, 1fr));
    gap: 14px 12px;
    padding: 3px 12px 14px;
  }
  li {
    min-width: 0;
    --radius: 8px;
  }
  .open {
    display: block;
    width: 100%;
  }
  .open:focus-visible {
    outline: none;
  }
  .open .cut {
    display: block;
  }
  .open .name {
    margin-top: 6px;
    font-size: var(--small);
    line-height: inherit;
  }
  .mark {
    position: absolute;
    top: 6px;
    inset-inline-start: 6px;
    display: inline-flex;
    align-items: center;
    gap: 5px;
    min-height: 18px;
    padding-inline: 6px;
    border-radius: 9px;
    font-size: 11px;
    line-height: 1;
    font-weight: var(--medium);
    color: var(--text);
    background: var(--card);
    --mdc-icon-size: 14px;
  }
  .round {
    inset-inline: auto 6px;
    justify-content: center;
    min-width: 18px;
    box-sizing: border-box;
    padding-inline: 2px;
  }
  .played {
    position: absolute;
    inset: auto 0 0;
    padding: 24px 6px 6px;
    border-radius: 0 0 8px 8px;
    background: linear-gradient(transparent, #0009);
  }
  .played .bar {
    display: block;
    background: #fff6;
    --fill: #fff;
  }
  .about p {
    margin-block: 8px 12px;
    color: var(--text);
    white-space: pre-line;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    --mdc-icon-size: 14px;
  }
  @container (min-width: 330px) {
    .rail {
      --n: 3;
    }
  }
  @container (min-width: 440px) {
    .rail {
      --n: 4;
    }
  }
  @container (min-width: 560px) {
    .rail {
      --n: 6;
    }
  }
  @container (min-width: 820px) {
    .rail {
      --n: 8;
    }
  }
`;
