import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { capture } from '#infra/setup/command.ts';
import { type Example, sharedModule } from './api-examples.ts';
import type { World } from './world.ts';

/** What the examples of the docs need to find: a folder to run in, and a session, a share, an account that are there. */
export class Fixtures implements AsyncDisposable {
  readonly #world: World;
  readonly #folder: string;
  #accounts = 0;

  private constructor(world: World, folder: string) {
    this.#world = world;
    this.#folder = folder;
  }

  static async open(world: World): Promise<Fixtures> {
    const folder = await mkdtemp(join(tmpdir(), 'farpane-docs-'));
    await writeFile(join(folder, 'api.ts'), sharedModule);
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'offer.sdp'), await browserOffer(world));
    return new Fixtures(world, folder);
  }

  /** Runs an example as it stands. @returns how it ended. */
  async run({ language, code }: Example): Promise<{ code: number; output: string; errors: string }> {
    const env = await this.#variables(code);
    const options = { cwd: this.#folder, env, timeoutMs: 60_000 };
    if (language === 'sh') return await capture('sh', ['-eu', '-c', code], options);
    await writeFile(join(this.#folder, 'example.ts'), code);
    return await capture(process.execPath, ['example.ts'], options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The variables that the example names, made anew each time. */
  async #variables(code: string): Promise<Record<string, string>> {
    const { stack, token } = this.#world;
    const found: Record<string, string> = {
      FARPANE_URL: stack.url,
      FARPANE_TOKEN: token,
      FARPANE_ADMIN_SECRET: stack.adminSecret,
    };
    const names = (variable: string): boolean => new RegExp(`(?:\\$\\{?|env\\[')${variable}\\b`).test(code);
    if (names('ACCOUNT')) {
      this.#accounts += 1;
      found['ACCOUNT'] = `docs-${this.#accounts}`;
      await stack.createAccount(found['ACCOUNT']);
    }
    if (!['SESSION', 'SOCKET', 'SHARE', 'SHARE_URL', 'WHEP', 'ETAG'].some(names)) return found;
    const session = await this.#session();
    Object.assign(found, { SESSION: session.id, SOCKET: session.url });
    if (names('SHARE') || names('SHARE_URL')) Object.assign(found, await this.#share(session.id));
    if (names('WHEP')) Object.assign(found, await this.#whep(session.id));
    return found;
  }

  /** A session that runs, and no other: hosts have few slots. */
  async #session(): Promise<{ id: string; url: string }> {
    const { api } = this.#world;
    const { body: list } = await api('GET', '/1.0/sessions');
    for (const id of list.metadata as unknown as string[]) await api('DELETE', `/1.0/sessions/${id}`);
    const { body } = await api('POST', '/1.0/sessions', { app: 'desktop', joinable: true });
    const { id, url } = body.metadata ?? {};
    if (id === undefined || url === undefined) throw new Error(`no session: ${body.error}`);
    await vi.waitFor(
      async () => {
        const { body: shown } = await api('GET', `/1.0/sessions/${id}`);
        if (shown.metadata?.status !== 'active') throw new Error(`it is ${shown.metadata?.status}`);
      },
      { timeout: 20_000, interval: 100 },
    );
    return { id, url };
  }

  async #share(session: string): Promise<Record<string, string>> {
    const { body } = await this.#world.api('POST', `/1.0/sessions/${session}/share`, { type: 'view' });
    return { SHARE: String(body.metadata?.id), SHARE_URL: String(body.metadata?.url) };
  }

  async #whep(session: string): Promise<Record<string, string>> {
    const { stack, token } = this.#world;
    const response = await fetch(`${stack.url}/1.0/sessions/${session}/whep`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/sdp' },
      body: await browserOffer(this.#world),
    });
    if (response.status !== 201) throw new Error(await response.text());
    await response.body?.cancel();
    return { WHEP: response.headers.get('location') ?? '', ETAG: response.headers.get('etag') ?? '' };
  }
}

/** The offer of a player: it wants to receive. */
async function browserOffer(world: World): Promise<string> {
  const page = await world.newPage();
  try {
    return await page.evaluate(async () => {
      const connection = new RTCPeerConnection();
      connection.addTransceiver('video', { direction: 'recvonly' });
      connection.addTransceiver('audio', { direction: 'recvonly' });
      const { sdp = '' } = await connection.createOffer();
      connection.close();
      return sdp;
    });
  } finally {
    await page.close();
  }
}
