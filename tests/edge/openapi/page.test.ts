import { expect, test } from 'vitest';
import { areas } from '#edge/http/openapi/areas.ts';
import { request } from '#tests/edge/support.ts';

const endpoints = areas.flatMap((area) => area.endpoints);

test('[OA7] the page needs no token and no script: every endpoint is in its HTML, with its fields and its answers', async () => {
  const response = await request('/docs');
  expect(response.status).toBe(200);
  const html = await response.text();
  for (const { id, path, summary } of endpoints) {
    expect(html).toContain(`<article id="${id}"`);
    expect(html).toContain(`<a href="#${id}">${summary}</a>`);
    expect(html).toContain(`</b> ${path}</code>`);
  }
  expect(html).toContain('<code>screen.width</code>');
  expect(html).toContain('integer, 1 to 3840, default 1280');
  expect(html).toContain('Needs the admin secret.');
  expect(html).toContain('the client may open <code>url</code> at once');
  expect(html.replace(/<script.*<\/script>/s, '')).not.toContain('`');
  // What people hear: a language, landmarks, a name for each table and field.
  expect(html).toMatch(/<html lang="en">/);
  expect(new Set(endpoints.map(({ summary }) => summary)).size).toBe(endpoints.length);
  for (const part of ['<main id="api">', '<nav aria-label=', '<label for="filter">', 'href="#api">Skip'])
    expect(html).toContain(part);
  expect(html.match(/<table>/g)?.length).toBe(html.match(/<caption>/g)?.length);
});

test('[OA8] the page loads nothing, and its policy lets only its own style and script run', async () => {
  const response = await request('/docs');
  const html = await response.text();
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  for (const [, text = ''] of html.matchAll(/<(?:style|script type="module")>([\s\S]*?)<\/(?:style|script)>/g)) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
    expect(policy).toContain(`'sha256-${btoa(String.fromCharCode(...digest))}'`);
  }
  expect(html).not.toMatch(/\ssrc=|https?:\/\/|\sstyle=|\son\w+=/);
});
