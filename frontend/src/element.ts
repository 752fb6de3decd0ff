/**
 * Base of all elements: Lit's templates in a shadow root.
 *
 * `LitElement` would take a third of the bundle's size limit for properties, attributes and
 * converters that these elements do not use: what they show comes from messages, and they
 * schedule a render themselves.
 */
import { html, render, type TemplateResult } from "lit/html.js";

/** Styles by name; `styles/all.ts` fills it. */
export const STYLES: Record<string, string> = {};

const sheets: Record<string, CSSStyleSheet> = {};

/** Return the sheet of a name, parsed when the first element needs it. */
function sheet(name: string): CSSStyleSheet {
  if (!sheets[name]) {
    sheets[name] = new CSSStyleSheet();
    sheets[name].replaceSync(STYLES[name]!);
  }
  return sheets[name];
}

export abstract class PulseElement extends HTMLElement {
  /** Names in `STYLES`. */
  static _styles: string[] = [];
  _isPending = false;

  constructor() {
    super();
    const { _styles: styles } = this.constructor as typeof PulseElement;
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = styles.map(sheet);
  }

  get _root(): ShadowRoot {
    return this.shadowRoot!;
  }

  connectedCallback(): void {
    this._update();
  }

  /** Render soon, once for all changes of this task. */
  _update(): void {
    if (!this._isPending) {
      this._isPending = true;
      queueMicrotask(() => {
        this._isPending = false;
        if (this.isConnected) {
          render(this._render(), this._root, { host: this });
          for (const list of this._root.querySelectorAll<List>(".list")) {
            list.fill(list);
          }
          for (const dialog of this._root.querySelectorAll("dialog:not([open])")) {
            (dialog as HTMLDialogElement).showModal();
          }
          this._updated();
        }
      });
    }
  }

  abstract _render(): unknown;

  /** Elements that look at what was rendered override this. */
  _updated(): void {}
}

type List = HTMLElement & { fill: (list: HTMLElement) => void };

/**
 * Return a list whose rows keep their elements, and with them the focus, when others come
 * and go. (Lit's `repeat` does it too, at four times the size.)
 */
export const list = <Item>(
  className: string,
  label: string,
  items: Item[],
  key: (item: Item) => string,
  template: (item: Item, index: number) => unknown,
): TemplateResult =>
  html`<ul
    class="list ${className}"
    aria-label=${label}
    .fill=${(parent: HTMLElement) => {
      const rows = new Map(
        [...parent.children].map((row) => [(row as HTMLElement).dataset.key, row]),
      );
      items.forEach((item, index) => {
        const name = key(item);
        const row = rows.get(name) ?? document.createElement("li");
        rows.delete(name);
        (row as HTMLElement).dataset.key = name;
        render(template(item, index), row as HTMLElement);
        if (parent.children[index] !== row) {
          parent.insertBefore(row, parent.children[index] ?? null);
        }
      });
      // Also what is listed twice under one key.
      while (parent.children.length > items.length) {
        parent.lastElementChild!.remove();
      }
    }}
  ></ul>`;
