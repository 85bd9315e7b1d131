import { Hono } from 'hono';
import type { HttpEnv } from '#edge/http/access/auth.ts';
import { openApiDocument } from '#edge/http/openapi/document.ts';
import { type Page, renderPage } from '#edge/http/openapi/page.ts';

/** The description of the API: a document for programs, a page for people. Both need no token. */
export const openapi = new Hono<HttpEnv>({ strict: false });

/** It changes with the Worker only. */
const cacheControl = 'public, max-age=300';

openapi.get('/openapi.json', (c) => c.json(openApiDocument(), 200, { 'cache-control': cacheControl }));

let page: Promise<Page> | undefined;

openapi.get('/docs', async (c) => {
  page ??= renderPage(openApiDocument());
  const { html, contentSecurityPolicy } = await page;
  return c.html(html, 200, {
    'cache-control': cacheControl,
    'content-security-policy': contentSecurityPolicy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
});
