import { DurableObject } from 'cloudflare:workers';
import { configOf } from '#edge/config.ts';
import type { Env } from '#edge/env.ts';
import { inGroups } from '#edge/in-groups.ts';
import { consoleLogger } from '#edge/log.ts';
import { calling, linkNamed, linkNames, linkOf, roomNamed } from '#edge/objects.ts';
import { pause } from '#edge/pause.ts';
import type { Logger } from '#shared/log.ts';
import type { LineApi, Standing } from './api.ts';
import { Notices, type Stance } from './notices.ts';
import { openQueue, type Queue } from './queue.ts';
import { Turns } from './turns.ts';

/** Whoever waits is tried for so often, whether a link tells of a slot or not. */
const tryEveryMs = 10_000;
/** Places are told no more often than this: each who leaves changes them all. */
const tellEveryMs = 1000;
const roomsAtOnce = 16;

/**
 * The line of those who wait for a slot for one application, of one version, in one region: first come, first served. Its object is
 * named by {@link lineName}. Links wake it when a host has a slot, and give it to nobody else; its alarm does besides, so that nobody
 * waits for a link that died.
 */
export class Line extends DurableObject<Env> implements LineApi {
  readonly #log: Logger;
  readonly #queue: Queue;
  readonly #turns: Turns;
  readonly #notices: Notices;
  #telling = false;
  #changed = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { links, logLevel } = configOf(env);
    this.#log = consoleLogger(logLevel, { object: 'line', line: this.#name });
    this.#queue = openQueue(ctx.storage.sql);
    this.#turns = new Turns(this.#queue, (session) =>
      calling(
        () => roomNamed(env, session),
        (room) => room.turn(),
      ),
    );
    const own = linkOf(this.#name, links);
    this.#notices = new Notices({
      own,
      others: linkNames(links).filter((link) => link !== own),
      stance: () => (this.#queue.length === 0 ? 'empty' : this.#turns.holds ? 'held' : 'open'),
      tell: (link, stance) => this.#notify(link, stance),
      againAfterMs: tryEveryMs / 2,
      now: Date.now,
    });
  }

  async enter(session: string): Promise<Standing> {
    this.#queue.add(session);
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + tryEveryMs);
    if (this.#queue.placeOf(session) === 1) await this.#serve();
    const place = this.#queue.placeOf(session);
    return place === undefined ? { place: null, error: this.#turns.takeError(session) } : { place };
  }

  async leave(session: string): Promise<void> {
    this.#queue.remove(session);
    this.ctx.waitUntil(this.#notices.update());
    this.#tellSoon();
  }

  async wake(): Promise<boolean> {
    await this.#serve();
    const waits = this.#queue.length > 0;
    if (!waits) this.#notices.forgotten();
    return waits;
  }

  override async alarm(): Promise<void> {
    try {
      await this.#serve();
      this.#tellSoon();
    } finally {
      if (this.#queue.length > 0) await this.ctx.storage.setAlarm(Date.now() + tryEveryMs);
    }
  }

  get #name(): string {
    const { name } = this.ctx.id;
    if (name === undefined) throw new Error('a line is found by its name');
    return name;
  }

  async #serve(): Promise<void> {
    if (this.#queue.length === 0) return;
    // First it is made sure that a slot which comes free from now on is told.
    await this.#notices.update();
    const before = this.#queue.length;
    await this.#turns.run();
    await this.#notices.update();
    if (this.#queue.length < before) this.#tellSoon();
  }

  /** Where it fails, the link knows when the line says it again, or has forgotten what it was told. */
  async #notify(link: string, stance: Stance): Promise<void> {
    const name = this.#name;
    await calling(
      () => linkNamed(this.env, link),
      (stub) => (stance === 'empty' ? stub.unwatch(name) : stub.watch(name, stance === 'held')),
    ).catch((error: unknown) => this.#log.warn('line.link-untold', { link, stance, error }));
  }

  /** Tells the rooms whose places have changed, a moment later. */
  #tellSoon(): void {
    this.#changed = true;
    if (this.#telling) return;
    this.#telling = true;
    this.ctx.waitUntil(this.#tellAll());
  }

  async #tellAll(): Promise<void> {
    while (this.#changed) {
      this.#changed = false;
      const moved = this.#queue.all().filter(({ place, told }) => place !== told);
      await inGroups(moved, roomsAtOnce, ({ session, place }) => this.#tell(session, place));
      await pause(tellEveryMs);
    }
    this.#telling = false;
  }

  /** A room that does not wait any more leaves. One that can't be told now is told with the next change. */
  async #tell(session: string, place: number): Promise<void> {
    try {
      const waits = await calling(
        () => roomNamed(this.env, session),
        (room) => room.inLine(place),
      );
      if (waits) this.#queue.told(session, place);
      else await this.leave(session);
    } catch (error) {
      this.#log.warn('line.untold', { session, error });
    }
  }
}
