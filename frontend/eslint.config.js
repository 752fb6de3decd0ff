import eslint from "@eslint/js";
import lit from "eslint-plugin-lit";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "dev/shots/"] },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { lit },
    rules: {
      ...lit.configs.recommended.rules,
      // Untrusted texts reach the page through text bindings alone.
      "no-restricted-imports": [
        "error",
        { patterns: ["lit/directives/unsafe-*", "lit-html/directives/unsafe-*"] },
      ],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML" },
        { property: "outerHTML" },
        { property: "insertAdjacentHTML" },
      ],
      // `!` where a lookup cannot fail: `noUncheckedIndexedAccess` applies everywhere.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `&&` and `||` on texts and numbers: empty ones are to be left out.
      "@typescript-eslint/prefer-nullish-coalescing": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Elements come from `document.createElement` and from events.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      // Hooks of base classes, which some subclasses have no use for.
      "@typescript-eslint/no-empty-function": ["error", { allow: ["methods"] }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    // Home Assistant sets `hass` and the configuration after the constructor, in either order.
    files: ["src/card.ts", "src/shelf_card.ts"],
    rules: { "@typescript-eslint/no-unnecessary-condition": "off" },
  },
  {
    files: ["dev/**/*.ts", "test/**/*.ts"],
    rules: {
      "no-restricted-properties": "off",
      "@typescript-eslint/only-throw-error": "off",
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
    },
  },
  {
    files: ["**/*.mjs", "*.js"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", Buffer: "readonly", URL: "readonly", URLSearchParams: "readonly", setTimeout: "readonly", document: "readonly", window: "readonly", scrollTo: "readonly" },
    },
  },
);
