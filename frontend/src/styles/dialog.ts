import { css } from "./css";

export const dialog = css`
  dialog {
    box-sizing: border-box;
    width: min(580px, 100vw - 32px);
    max-width: none;
    max-height: calc(100dvh - 64px);
    margin: auto;
    padding: 0;
    border: 0;
    overflow: auto;
    overscroll-behavior: contain;
    border-radius: var(--ha-dialog-border-radius, 24px);
    background: var(--ha-dialog-surface-background, var(--card-background-color));
    color: var(--soft);
    font-size: var(--normal);
    line-height: 1.5;
    letter-spacing: normal;
    overflow-wrap: anywhere;
    box-shadow: 0 8px 32px #0006;
    animation: up 150ms;
    --radius: 12px;
  }
  dialog::backdrop {
    background: #0008;
  }
  .title {
    position: sticky;
    top: 0;
    z-index: 3;
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 14px 24px 8px;
    background: inherit;
    color: var(--text);
  }
  .title .stop {
    margin: 0;
    margin-inline-start: -12px;
    color: inherit;
    --mdc-icon-size: 24px;
  }
  h2 {
    font-size: 20px;
    font-weight: 400;
    line-height: 1.4;
  }
  .content {
    padding: 4px 24px 24px;
  }
  .about {
    display: flex;
    gap: 20px;
    --art: 148px;
  }
  .facts {
    display: grid;
    grid-template-columns: minmax(80px, 24%) 1fr;
    gap: 5px 16px;
    margin-block: 16px 0;
    padding-top: 16px;
    border-top: 1px solid var(--divider-color);
  }
  dd {
    color: var(--text);
    min-width: 0;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    margin-top: 24px;
  }
  .failed {
    margin-top: 16px;
    padding: 10px 12px;
    border-radius: 8px;
    color: var(--text);
    background: color-mix(in srgb, var(--error-color) 14%, transparent);
  }
  @keyframes up {
    from {
      opacity: 0;
      transform: translateY(16px);
    }
  }
  @media (max-width: 599px) {
    dialog {
      width: 100vw;
      margin-bottom: 0;
      border-end-start-radius: 0;
      border-end-end-radius: 0;
    }
    .content {
      padding-bottom: calc(24px + env(safe-area-inset-bottom, 0px));
    }
    .about {
      gap: 16px;
      --art: 112px;
    }
  }
`;
