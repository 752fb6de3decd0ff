import { css } from "./css";

export const image = css`
  :host {
    display: block;
    position: relative;
    overflow: hidden;
    background: color-mix(in srgb, var(--secondary-text-color) 16%, transparent);
  }
  img,
  div {
    position: absolute;
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  img {
    animation: in 150ms;
  }
  div {
    display: grid;
    place-items: center;
    color: var(--secondary-text-color);
  }
  @keyframes in {
    from {
      opacity: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    img {
      animation: none;
    }
  }
`;
