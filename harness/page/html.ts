/** HTML from templates: every text in them is escaped, and what is invisible in it is shown. */
import { html as template, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { visible } from '../common/clean.ts';
import { slug } from '../common/slug.ts';

/** Markup that was made by {@link markup}. */
export type Html = HtmlEscapedString;

/** What may stand in a template; nothing is written for undefined and false. */
type Value = Html | string | number | false | undefined | readonly Value[];

const shown = (value: Value): unknown => {
  if (typeof value === 'string') return visible(value);
  return Array.isArray(value) ? (value as readonly Value[]).map(shown) : value;
};

/** A template without the indentation of the code in which it stands; values keep theirs. */
const unindented = (strings: readonly string[]): TemplateStringsArray =>
  strings.map((text) => text.replace(/\n\s*/g, '\n')) as unknown as TemplateStringsArray;

/** Markup with values in it: texts are escaped, in elements and in quoted attributes. */
export const markup = (strings: TemplateStringsArray, ...values: Value[]): Html =>
  // It is a promise only where a value is one.
  template(unindented(strings), ...values.map(shown)) as Html;

/** The style sheet inside of a page: our own text, in which nothing is escaped. */
export const styleElement = (css: string): Html => raw(`<style>${css}</style>`);

/** `3 scenarios`, `1 scenario`. */
export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** Lines of a document: `7`, `7–11`. */
export const range = ([from, to]: readonly [number, number]): string => (from === to ? `${from}` : `${from}–${to}`);

/** A part of a page that is folded. */
export const folded = (title: string, content: Value, open = false): Html =>
  markup`<details${open ? markup` open` : ''}><summary>${title}</summary>${content}</details>`;

/** A table in a frame of its own that scrolls, by keyboard as well. */
export const table = (label: string, head: readonly Value[], rows: readonly (readonly Value[])[]): Html =>
  markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => markup`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            markup`<tr>
              ${row.map((cell) => markup`<td>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;

/** A list; nothing where it would be empty. */
export const list = (items: readonly Value[]): Html | undefined =>
  items.length > 0
    ? markup`<ul>
        ${items.map((item) => markup`<li>${item}</li>`)}
      </ul>`
    : undefined;

/** A text as it stands, in a frame of its own that scrolls. */
export const block = (label: string, content: Value): Html =>
  markup`<pre class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</pre>`;

/** A word in a coloured frame. */
export const badge = (kind: string, text: string): Html => markup`<span class="badge ${slug(kind)}">${text}</span>`;

/** A whole page. */
export const page = (title: string, style: Html, content: Value): Html =>
  markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        ${content}
      </body>
    </html> `;

/** The link to the style sheet that lies beside a page. */
export const styleLink = (href: string): Html => markup`<link rel="stylesheet" href="${href}" />`;
