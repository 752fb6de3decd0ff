/**
 * `<plex-pulse-dialog>`: a modal dialog on the browser's own `<dialog>`.
 *
 * Home Assistant's dialog elements are loaded when its own dialogs need them, and a card
 * cannot rely on that. The native element has the focus handling, Escape and the Android
 * back gesture; it is a bottom sheet on narrow screens.
 */
import { html, nothing } from "lit/html.js";
import { PulseElement, css } from "./element";
import { fireEvent } from "./home_assistant";
import { t } from "./strings";

export class PlexPulseDialog extends PulseElement {
  static override styles = [
    css`
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
        color: var(--primary-text-color);
        font-family: var(--ha-font-family-body);
        box-shadow: 0 8px 32px #0006;
        animation: up 150ms;
      }
      dialog::backdrop {
        background: #0008;
      }
      header {
        position: sticky;
        top: 0;
        z-index: 3;
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 12px 24px 8px;
        background: inherit;
      }
      .close {
        padding-inline-start: 12px;
      }
      ha-icon {
        display: flex;
        justify-content: center;
      }
      h2 {
        margin: 4px 0;
        font-size: 20px;
        font-weight: 400;
        line-height: 1.4;
        overflow-wrap: anywhere;
      }
      button {
        flex: none;
        width: 44px;
        height: 44px;
        padding: 0;
        border: 0;
        border-radius: 50%;
        background: none;
        color: inherit;
        cursor: pointer;
      }
      button:hover {
        background: var(--secondary-background-color);
      }
      button:focus-visible {
        outline: 2px solid var(--primary-color);
        outline-offset: -2px;
      }
      section {
        padding: 4px 24px 24px;
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
        section {
          padding-bottom: calc(24px + env(safe-area-inset-bottom, 0px));
        }
      }
      @media (prefers-reduced-motion: reduce) {
        dialog {
          animation: none;
        }
      }
    `,
  ];
  /** Whether something is asked: no close button, and a click beside it does nothing. */
  isAlert = false;
  _heading = "";
  _opener: HTMLElement | undefined;

  set heading(heading: string) {
    this._heading = heading;
    this._update();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) {
      active = active.shadowRoot.activeElement;
    }
    this._opener = active as HTMLElement;
  }

  disconnectedCallback(): void {
    // An element that leaves the document does not give the focus back by itself.
    this._opener?.focus({ preventScroll: true });
  }

  override _updated(): void {
    const dialog = this._root.querySelector("dialog")!;
    if (!dialog.open) {
      dialog.showModal();
      this.querySelector<HTMLElement>("[autofocus]")?.focus();
    }
  }

  _close(): void {
    fireEvent(this, "dialog-closed");
  }

  _clicked(event: MouseEvent): void {
    // A click on the backdrop has the dialog itself as its target.
    if (event.target === event.currentTarget && !this.isAlert) {
      this._close();
    }
  }

  render(): unknown {
    return html`<dialog
      role=${this.isAlert ? "alertdialog" : nothing}
      aria-label=${this._heading}
      @close=${this._close}
      @click=${this._clicked}
    >
      <header class=${this.isAlert ? "" : "close"}>
        ${this.isAlert
          ? nothing
          : html`<button aria-label=${t("close")} @click=${this._close}>
              <ha-icon icon="mdi:close"></ha-icon>
            </button>`}
        <h2><bdi>${this._heading}</bdi></h2>
      </header>
      <section><slot></slot></section>
    </dialog>`;
  }
}
