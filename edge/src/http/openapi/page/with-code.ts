import { html } from 'hono/html';

type Markup = ReturnType<typeof html>;

/** A text of the document, what it has between backticks as code. */
export const withCode = (text: string): Markup =>
  html`${text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;
