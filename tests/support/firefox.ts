import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { decode } from '#shared/decode.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { Bidi } from './bidi.ts';
import { FirefoxPage } from './firefox-page.ts';
import { startPulse, type TestSound } from './pulse.ts';

export type Preferences = Readonly<Record<string, string | number | boolean>>;

/** What makes it quiet, lets pages play sound without a click, and gives the script away. */
const quiet: Preferences = {
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

const Tree = z.object({ contexts: z.array(z.object({ context: z.string() })) });
const Person = z.object({ userContext: z.string() });
const Created = z.object({ context: z.string() });
const Entry = z.object({ level: z.string(), text: z.string().nullable(), source: z.object({ context: z.string().optional() }) });

export interface FirefoxOptions {
  /** Preferences of its profile besides those that make it quiet. */
  preferences?: Preferences;
  /** The X display on which its windows are to be; none where this is left out. */
  display?: string;
}

/** A Firefox of its own, steered by WebDriver BiDi. */
export class Firefox implements AsyncDisposable {
  /** Its first window. */
  readonly page: FirefoxPage;
  readonly #pages = new Map<string, FirefoxPage>();
  readonly #bidi: Bidi;
  readonly #owned: AsyncDisposable;

  private constructor(bidi: Bidi, context: string, pages: Map<string, FirefoxPage>, owned: AsyncDisposable) {
    this.#bidi = bidi;
    this.#owned = owned;
    this.#pages = pages;
    this.page = this.#add(context);
  }

  static async open({ preferences = {}, display }: FirefoxOptions = {}): Promise<Firefox> {
    await using owned = new AsyncDisposableStack();
    // Without a device its sound does not run at all.
    const sound = owned.use(await startPulse());
    const profile = await mkdtemp(join(tmpdir(), 'farpane-firefox-'));
    owned.defer(() => rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
    const child = await launch(profile, sound, { ...quiet, ...preferences }, display);
    owned.defer(() => end(child));
    const pages = new Map<string, FirefoxPage>();
    const bidi = await Bidi.open(await listening(child), (_, params) => note(pages, params));
    owned.defer(() => bidi.close());
    await bidi.call('session.subscribe', { events: ['log.entryAdded'] });
    const { contexts } = decode(Tree, await bidi.call('browsingContext.getTree', {}), 'tree');
    return new Firefox(bidi, contexts[0]?.context ?? '', pages, owned.move());
  }

  /** Another window, that shares nothing with the others: another person's. */
  async newPage(): Promise<FirefoxPage> {
    const { userContext } = decode(Person, await this.#bidi.call('browser.createUserContext', {}), 'user context');
    const created = await this.#bidi.call('browsingContext.create', { type: 'window', userContext });
    return this.#add(decode(Created, created, 'window').context);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned[Symbol.asyncDispose]();
  }

  #add(context: string): FirefoxPage {
    const page = new FirefoxPage(this.#bidi, context);
    this.#pages.set(context, page);
    return page;
  }
}

function note(pages: ReadonlyMap<string, FirefoxPage>, params: unknown): void {
  const { level, text, source } = decode(Entry, params, 'log entry');
  if (level === 'warn' || level === 'error') pages.get(source.context ?? '')?.complaints.push(text ?? '');
}

async function launch(
  profile: string,
  sound: TestSound,
  preferences: Preferences,
  display: string | undefined,
): Promise<ChildProcess> {
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  const screen = display === undefined ? {} : { DISPLAY: display, XAUTHORITY: '', MOZ_ENABLE_WAYLAND: '0' };
  await writeFile(join(profile, 'user.js'), lines.join('\n'));
  return spawn(
    ...endsWithUs('firefox-esr', [
      ...(display === undefined ? ['--headless'] : []),
      '--no-remote',
      '--profile',
      profile,
      '--remote-debugging-port',
      '0',
      'about:blank',
    ]),
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1', PULSE_SERVER: sound.server, ...screen },
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
