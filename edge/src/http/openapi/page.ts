import { html, raw } from 'hono/html';
import { areas } from './areas.ts';
import type { OpenApiDocument } from './document.ts';
import { endpointArticle } from './page/article.ts';
import { script, style } from './page/assets.ts';
import { withCode } from './page/with-code.ts';

export interface Page {
  readonly html: string;
  /** Lets the page's own style and script run, and nothing else. */
  readonly contentSecurityPolicy: string;
}

type Markup = ReturnType<typeof html>;

/** The document as a page: all of it is in the HTML, the script only filters. */
export async function renderPage(document: OpenApiDocument): Promise<Page> {
  const [styleHash, scriptHash] = await Promise.all([style, script].map(sourceHash));
  const contentSecurityPolicy = [
    "default-src 'none'",
    `style-src '${styleHash}'`,
    `script-src '${scriptHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { html: String(await pageOf(document)), contentSecurityPolicy };
}

/** As a Content-Security-Policy names an inline source (CSP Level 3, section 2.3.1). */
async function sourceHash(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}

const pageOf = (document: OpenApiDocument): Markup => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${document.info.title}</title>
${inline('style', style)}
</head>
<body>
<a class="skip" href="#api">Skip to the endpoints</a>
<header>
<h1>${document.info.title} ${document.info.version}</h1>
<p>${document.info.description} The same as a document for programs: <a href="/openapi.json">openapi.json</a>.</p>
<search hidden>
<label for="filter">Filter the endpoints</label>
<input id="filter" type="search" autocomplete="off" spellcheck="false">
<output id="found" for="filter"></output>
</search>
</header>
<nav aria-label="Endpoints">
${areas.map(
  ({ name, endpoints }) => html`<h2>${name}</h2>
<ul>${endpoints.map(({ id, summary }) => html`<li><a href="#${id}">${summary}</a></li>`)}</ul>`,
)}
</nav>
<main id="api">
${areas.map(
  ({ name, description, endpoints }) => html`<section aria-labelledby="area-${name}">
<h2 id="area-${name}">${name}</h2>
<p>${withCode(description)}</p>
${endpoints.map((endpoint) => endpointArticle(endpoint, document))}
</section>`,
)}
</main>
${inline('script', script)}
</body>
</html>`;

/** The page's own text, which has neither of the end tags in it. */
const inline = (tag: 'style' | 'script', text: string): Markup =>
  tag === 'style' ? html`<style>${raw(text)}</style>` : html`<script type="module">${raw(text)}</script>`;
