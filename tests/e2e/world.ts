import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { built } from '#infra/config.ts';
import type { CatalogueEntry } from '#infra/stack/host-config.ts';
import { type Stack, type StackOptions, startStack } from '#infra/stack/stack.ts';
import { answers } from '#tests/support/api-answers.ts';
import { launchChromium, type TestBrowser } from '#tests/support/chromium.ts';
import { installTimecodeReader } from '#tests/support/timecode.ts';

/** The applications that tests stream: each says of itself what a test must know. */
const applications: CatalogueEntry[] = [
  { name: 'timecode-1', command: built.timecode, arguments: ['--tag', '1', '--fps', '30'], sound: false },
  { name: 'timecode-2', command: built.timecode, arguments: ['--tag', '2', '--fps', '30'], sound: false },
  {
    ...{ name: 'timecode-dots', command: built.timecode, arguments: ['--tag', '3', '--fps', '30'], sound: false },
    density: 'follow',
  },
  // A picture to start with, and a sine of 440 Hz.
  {
    name: 'tone',
    command: '/bin/sh',
    arguments: ['-c', 'xclock & exec gst-launch-1.0 -q audiotestsrc is-live=true freq=440 volume=0.5 ! pulsesink'],
    sound: true,
  },
  { name: 'broken', command: '/bin/sh', arguments: ['-c', 'echo "the level is missing" >&2; exit 3'], sound: false },
];

/** A bare page with a video as large as the picture. */
const html = `<body style="margin:0"><video id="v" autoplay playsinline muted style="width:1280px;height:720px"></video>`;

/** The whole stack, a browser, and an account. */
export interface World extends AsyncDisposable {
  stack: Stack;
  token: string;
  /** Where the stack's configuration and logs are. */
  stateDir: string;
  /** Calls the session API with the account's token. Every answer is checked against the OpenAPI document. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; body: ApiBody }>;
  /** A page of the gateway's origin with a video, the client library, and the reader of time codes. */
  newPage(): Promise<Page>;
  /** Deletes all sessions of the account. */
  endSessions(): Promise<void>;
  close(): Promise<void>;
}

export interface ApiBody {
  type: string;
  status: string;
  error?: string;
  metadata?: { id?: string; url?: string; status?: string; status_message?: string; [key: string]: unknown };
}

export interface WorldOptions extends Pick<StackOptions, 'hosts' | 'host' | 'edge'> {
  /** Further flags of Chromium. */
  chromium?: readonly string[];
}

export async function startWorld({ chromium: flags, ...options }: WorldOptions = {}): Promise<World> {
  const stateDir = await mkdtemp(join(tmpdir(), 'farpane-e2e-'));
  let stack: Stack | undefined;
  let chromium: TestBrowser | undefined;
  const close = async (): Promise<void> => {
    await chromium?.close();
    await stack?.close();
    await rm(stateDir, { recursive: true, force: true });
  };
  try {
    stack = await startStack({ stateDir, ...options, host: { applications, warm: 0, ...options.host } });
    chromium = await launchChromium(flags);
    const { token } = await stack.createAccount('tests');
    const { url } = stack;
    const { browser } = chromium;
    const api: World['api'] = async (method, path, body) => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Macaroon root=${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const { status, headers } = response;
      const text = await response.text();
      answers.check({ method, path, status, headers, body: text });
      return { status, body: JSON.parse(text) as ApiBody };
    };
    return {
      stack,
      token,
      stateDir,
      api,
      newPage: async () => {
        const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
        await page.goto(url);
        await page.setContent(html);
        // As text: the test's own import would be rewritten before the page saw it.
        await page.evaluate("import('/farpane-client.js').then((client) => { globalThis.farpaneClient = client; })");
        await installTimecodeReader(page);
        return page;
      },
      endSessions: async () => {
        const { body } = await api('GET', '/1.0/sessions');
        for (const id of body.metadata as unknown as string[]) await api('DELETE', `/1.0/sessions/${id}`);
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
