import type { LaunchOrder } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import type { Size } from '#shared/screen.ts';
import { type Scope, untraced } from '#shared/trace.ts';
import { type Application, keyOf } from '#worker/application.ts';
import type { HostConfig } from '#worker/config/schema.ts';
import type { Media } from '#worker/media/media.ts';
import { makeOpening, type Opening, suits } from '#worker/session/opening.ts';
import { findPenDriver } from './pen-driver.ts';
import type { Kind } from './warm-plan.ts';
import { WarmPool } from './warm-pool.ts';

export interface OpeningsOptions {
  config: HostConfig;
  media: Media;
  /** How many more sessions the host could take. */
  free: () => number;
  /** Whether a session is being started. */
  isStarting: () => boolean;
  onChange: () => void;
  log: Logger;
}

/** What a stage must have for an application. */
interface Needs {
  maxScreen: Size;
  sound: boolean;
  touch: boolean;
}

/** Nothing is made beforehand for so long after a launch, and while one is under way that is looked at so often. Milliseconds. */
const settlingMs = 3000;
const recheckMs = 500;

/** What a host's sessions begin with: what waits ready for them, and what is made for them. */
export class Openings {
  readonly #options: OpeningsOptions;
  readonly #pool: WarmPool;
  readonly #penDriver: string | undefined;
  #openedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: OpeningsOptions) {
    this.#options = options;
    const { config, free, onChange, log } = options;
    this.#penDriver = findPenDriver(config, log);
    this.#pool = new WarmPool({
      wish: {
        stages: config.host.warm,
        applications: new Map(config.applications.map((application) => [keyOf(application), application.warm])),
      },
      busyForMs: () => this.#busyForMs(),
      make: (kind) => this.#makeWarm(kind),
      ...{ free, onChange, log },
    });
  }

  /** How many wait ready. */
  get waiting(): number {
    return this.#pool.size;
  }

  /** The first call begins to make ready what is to wait; later ones follow the slots. */
  update(): void {
    this.#pool.update();
  }

  /** What a session begins with. */
  async open(order: LaunchOrder, application: Application, log: Logger, scope: Scope): Promise<Opening> {
    this.#openedAtMs = performance.now();
    // What is started already can't be told of extra data any more, nor starts anew for another density; and a display with touch is
    // another server.
    const kinds = [...(suits(application, order) ? [keyOf(application)] : []), ...(application.touch ? [] : [null])];
    const waiting = this.#pool.take(kinds);
    if (waiting === null) return await this.#make(application, log, scope);
    log.info('session.warm', { prestarted: waiting.prestarted !== null });
    return waiting;
  }

  /** Ends what waits. Idempotent. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #makeWarm(kind: Kind): Promise<Opening> {
    const { config, log } = this.#options;
    const application = config.applications.find((each) => keyOf(each) === kind);
    const any = {
      maxScreen: {
        width: Math.max(...config.applications.map(({ maxScreen }) => maxScreen.width)),
        height: Math.max(...config.applications.map(({ maxScreen }) => maxScreen.height)),
      },
      sound: config.applications.some(({ sound }) => sound),
      touch: false,
    };
    return await this.#make(application ?? any, log.child({ warm: kind ?? 'any' }), untraced(), application);
  }

  #make({ maxScreen: largest, sound, touch }: Needs, log: Logger, scope: Scope, prestart?: Application): Promise<Opening> {
    const { config, media } = this.#options;
    return makeOpening({
      ...{ largest, sound, touch, media, log, scope },
      penDriver: this.#penDriver,
      ...(prestart === undefined ? {} : { prestart }),
      stateDirectory: config.host.stateDirectory,
      gstreamerPlugins: config.media.gstreamerPlugins,
      capturePriority: config.media.capturePriority,
    });
  }

  /** A session that starts, and the client that connects to it, come first. */
  #busyForMs(): number {
    return Math.max(this.#options.isStarting() ? recheckMs : 0, this.#openedAtMs + settlingMs - performance.now(), 0);
  }
}
