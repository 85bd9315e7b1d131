import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { decode, decodeJson } from '#shared/decode.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { startPulse, type TestSound } from './pulse.ts';

/** What makes it quiet, lets pages play sound without a click, and gives the script away. */
const preferences: Readonly<Record<string, string | number | boolean>> = {
  'app.normandy.enabled': false,
  'app.update.auto': false,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'media.autoplay.block-webaudio': false,
  'media.autoplay.blocking_policy': 0,
  'media.autoplay.default': 0,
  'media.gmp-manager.updateEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
};

const Reply = z.object({ id: z.int().nullish(), type: z.string(), result: z.unknown(), message: z.string().optional() });
const Tree = z.object({ contexts: z.array(z.object({ context: z.string() })) });
const Evaluated = z.object({
  type: z.string(),
  result: z.object({ type: z.string(), value: z.unknown() }).optional(),
  exceptionDetails: z.object({ text: z.string() }).optional(),
});

/** One page of a headless Firefox of its own, steered by WebDriver BiDi. */
export class Firefox implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #owned: AsyncDisposable;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #context = '';
  #sent = 0;

  private constructor(socket: WebSocket, owned: AsyncDisposable) {
    this.#socket = socket;
    this.#owned = owned;
    socket.addEventListener('message', ({ data }) => {
      const { id, type, result, message } = decodeJson(Reply, String(data), 'reply');
      const waiting = this.#waiting.get(id ?? 0);
      this.#waiting.delete(id ?? 0);
      if (type === 'error') waiting?.reject(new Error(`Firefox: ${message}`));
      else waiting?.resolve(result);
    });
  }

  static async open(): Promise<Firefox> {
    await using owned = new AsyncDisposableStack();
    // Without a device its sound does not run at all.
    const sound = owned.use(await startPulse());
    const profile = await mkdtemp(join(tmpdir(), 'farpane-firefox-'));
    owned.defer(() => rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
    const child = await launch(profile, sound);
    owned.defer(() => end(child));
    const socket = new WebSocket(`${await listening(child)}/session`);
    owned.defer(() => socket.close());
    await once(socket, 'open');
    const firefox = new Firefox(socket, owned.move());
    await firefox.#call('session.new', { capabilities: {} });
    const { contexts } = decode(Tree, await firefox.#call('browsingContext.getTree', {}), 'tree');
    firefox.#context = contexts[0]?.context ?? '';
    return firefox;
  }

  async goto(url: string): Promise<void> {
    await this.#call('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
  }

  /** What an expression, or the promise that it is, gives: as JSON would keep it. */
  async evaluate(expression: string): Promise<unknown> {
    const result = await this.#call('script.evaluate', {
      expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value) ?? 'null')`,
      target: { context: this.#context },
      awaitPromise: true,
      userActivation: true,
    });
    const { result: value, exceptionDetails } = decode(Evaluated, result, 'result');
    if (exceptionDetails !== undefined) throw new Error(`Firefox: ${exceptionDetails.text}`);
    return decodeJson(z.unknown(), String(value?.value), 'result');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned[Symbol.asyncDispose]();
  }

  async #call(method: string, params: unknown): Promise<unknown> {
    this.#sent += 1;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(this.#sent, waiting);
    this.#socket.send(JSON.stringify({ id: this.#sent, method, params }));
    return await waiting.promise;
  }
}

async function launch(profile: string, sound: TestSound): Promise<ChildProcess> {
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  await writeFile(join(profile, 'user.js'), lines.join('\n'));
  return spawn(
    ...endsWithUs('firefox-esr', [
      '--headless',
      '--no-remote',
      '--profile',
      profile,
      '--remote-debugging-port',
      '0',
      'about:blank',
    ]),
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1', PULSE_SERVER: sound.server },
      // With its children: those of a browser that is killed would live on.
      detached: true,
    },
  );
}

/** The address that Firefox says that it listens at. */
async function listening(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('no output');
  for await (const line of createInterface({ input: child.stderr })) {
    const [, url] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? [];
    if (url !== undefined) {
      child.stderr.resume();
      return url;
    }
  }
  throw new Error(`Firefox ended with ${child.exitCode ?? child.signalCode} before it was ready.`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await exited;
}
