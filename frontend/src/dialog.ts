/**
 * Modal dialogs on the browser's own `<dialog>`.
 *
 * Home Assistant's dialog elements are loaded when its own dialogs need them, and a card
 * cannot rely on that. The native element has the focus handling, Escape and the Android
 * back gesture; it is a bottom sheet on narrow screens. It is opened by `PulseElement` after
 * the render, and every way of closing it ends in its `close` event.
 */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { t } from "./strings";

const ownDialog = (event: Event): HTMLDialogElement =>
  (event.target as HTMLElement).closest("dialog")!;

export const closeDialog = (event: Event): void => ownDialog(event).close();

/** Close all dialogs of a card; each gives the focus back to what had it before. */
export const closeDialogs = (root: ShadowRoot): void =>
  root.querySelectorAll("dialog").forEach((dialog) => dialog.close());

/**
 * Return a dialog. isAlert: a confirmation, so there is no close button, and a click
 * beside the dialog does nothing.
 */
export const dialog = (
  heading: string,
  content: unknown,
  closed: () => void,
  isAlert = false,
): TemplateResult =>
  html`<dialog
    role=${isAlert ? "alertdialog" : "dialog"}
    aria-label=${heading}
    @close=${closed}
    @click=${(event: Event) =>
      // The target is the dialog itself where its backdrop is clicked.
      isAlert || event.target !== event.currentTarget || closeDialog(event)}
  >
    <div class="title">
      ${isAlert
        ? nothing
        : html`<button class="stop" aria-label=${t("close")} @click=${closeDialog}>
            <ha-icon icon="mdi:close"></ha-icon>
          </button>`}
      <h2><bdi>${heading}</bdi></h2>
    </div>
    <div class="content">${content}</div>
  </dialog>`;
