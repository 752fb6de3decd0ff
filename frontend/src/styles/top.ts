import { css } from "./css";

export const top = css`
  .head {
    justify-content: space-between;
    padding-inline-end: 12px;
  }
  ol {
    padding: 0 12px 8px;
    counter-reset: rank;
  }
  li {
    display: flex;
    align-items: center;
    gap: 12px;
    min-height: 56px;
    --art: 32px;
    --radius: 4px;
  }
  li::before {
    counter-increment: rank;
    content: counter(rank);
    min-width: 16px;
    text-align: end;
  }
  .art {
    align-self: center;
    border-radius: 4px;
  }
  .avatar {
    width: 36px;
    height: 36px;
    font-size: 14px;
    --radius: 50%;
  }
  .bar {
    margin-top: 4px;
  }
  p {
    padding: 0 12px 12px;
  }
`;
