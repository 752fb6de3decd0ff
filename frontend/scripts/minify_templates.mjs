/** Removes the white space of `css` and `html` templates, which esbuild leaves as it is. */
import { readFile } from "node:fs/promises";
import ts from "typescript";

const TAGS = { css: minifyCss, html: minifyHtml };

function minifyCss(text) {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/^ | (?=!important)/g, "")
    .replace(/(\d) \/ (?=-?\d)/g, "$1/")
    .replace(/ \+ (?=[a-z])/g, "+")
    .replace(/ ?([{};,]) ?/g, "$1")
    .replace(/: /g, ":")
    .replace(/;}/g, "}")
    .replace(/ > /g, ">")
    .replace(/="(\w+)"]/g, "=$1]")
    .replace(/([ :(,*])0\.(?=\d)/g, "$1.");
}

/** Drop white space between tags too: what must stand apart is set apart by styles. */
function minifyHtml(text) {
  return text
    .replace(/\s+/g, " ")
    .replace(/> ?(?=<|$)|(?<=^|>) (?=<|$)/g, (match) => match.trim())
    .replace(/ (\/?>)/g, "$1")
    .replace(/="([^"\s'`=<>]+)"(?=[\s>])/g, "=$1");
}

/** Return the source with the text of its templates minified. */
export function minifyTemplates(source, fileName) {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.ESNext, true);
  const edits = [];
  const visit = (node) => {
    if (ts.isTaggedTemplateExpression(node) && TAGS[node.tag.getText(file)]) {
      const minify = TAGS[node.tag.getText(file)];
      const { template } = node;
      const parts = ts.isNoSubstitutionTemplateLiteral(template)
        ? [template]
        : [template.head, ...template.templateSpans.map((span) => span.literal)];
      for (const part of parts) {
        // Each literal has one character of syntax before its text and one or two after it.
        const start = part.getStart(file) + 1;
        const tail = ts.isTemplateHead(part) || ts.isTemplateMiddle(part) ? 2 : 1;
        const end = part.getEnd() - tail;
        edits.push([start, end, minify(source.slice(start, end))]);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  let result = source;
  for (const [start, end, text] of edits.sort((a, b) => b[0] - a[0])) {
    result = result.slice(0, start) + text + result.slice(end);
  }
  return result;
}

export const templatesPlugin = {
  name: "minify-templates",
  setup(build) {
    build.onLoad({ filter: /src\/.*\.ts$/ }, async ({ path }) => ({
      contents: minifyTemplates(await readFile(path, "utf8"), path),
      loader: "ts",
    }));
  },
};
