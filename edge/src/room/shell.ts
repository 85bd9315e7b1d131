import { DurableObject } from 'cloudflare:workers';
import { configOf } from '#edge/config.ts';
import type { Env } from '#edge/env.ts';
import { consoleLogger } from '#edge/log.ts';
import { accountNamed, calling } from '#edge/objects.ts';
import { AppError, type WireError } from '#shared/errors.ts';
import type { LogFields, Logger } from '#shared/log.ts';
import { type Outcome, outcome } from '#shared/outcome.ts';
import { traceField } from '#shared/trace.ts';
import { alarmOf } from './decide/deadlines.ts';
import type { Effect, RoomEvent } from './decide/events.ts';
import type { RoomState } from './decide/state.ts';
import { step } from './decide/step.ts';
import { isHeld, isRunning } from './decide/transitions.ts';
import { type EffectDeps, perform } from './effects.ts';
import { showSession, showShare } from './show.ts';
import { RoomSockets } from './sockets.ts';
import { isStored, openRoomStore, type RoomStore } from './store.ts';

/** A room's state, and how it changes: `step` decides, the state is stored, then what follows is done. */
export abstract class RoomShell extends DurableObject<Env> {
  protected readonly sockets: RoomSockets;
  readonly #store: RoomStore;
  #state: RoomState;
  /** When the alarm rings, at the latest. */
  #alarmAtMs: number | null;
  /** Writes to the account's index go one after the other: the last is the newest. */
  #indexing: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.sockets = new RoomSockets(ctx);
    this.#store = openRoomStore(ctx.storage);
    this.#state = this.#store.load();
    this.#alarmAtMs = alarmOf(this.#state);
  }

  protected get state(): RoomState {
    return this.#state;
  }

  override async alarm(): Promise<void> {
    this.#alarmAtMs = null;
    await this.dispatch({ type: 'deadline' });
    this.#arm();
  }

  /** Takes the event, does what follows. @throws AppError what it was refused with. */
  protected async expect(event: RoomEvent): Promise<void> {
    const refused = await this.dispatch(event);
    if (refused !== undefined) throw AppError.fromWire(refused);
  }

  /** Takes the event; what follows is done after the caller was answered. @throws AppError what it was refused with. */
  protected expectSoon(event: RoomEvent): void {
    const effects = this.#take(event);
    const refused = effects.find((effect) => effect.type === 'refuse');
    if (refused !== undefined) throw AppError.fromWire(refused.error);
    this.ctx.waitUntil(this.#performAll(effects));
  }

  /** Takes the event, does what follows. @returns what it was refused with, if it was. */
  protected async dispatch(event: RoomEvent): Promise<WireError | undefined> {
    return await this.#performAll(this.#take(event));
  }

  /** Takes the event, which is stored when this returns; what follows is done after the caller was answered. */
  protected later(event: RoomEvent): void {
    this.ctx.waitUntil(this.#performAll(this.#take(event)));
  }

  protected answer<T>(call: string, work: () => Promise<T>): Promise<Outcome<T>> {
    return outcome(work, (error) => this.log().error('room.failed', { call, error }));
  }

  protected log(): Logger {
    return consoleLogger(configOf(this.env).logLevel, logFields(this.#state));
  }

  #take(event: RoomEvent): Effect[] {
    const before = this.#state;
    const { state, effects } = step(before, event, Date.now());
    if (state === before) return effects;
    this.#state = state;
    if (isStored(state)) {
      this.#store.save(state);
      this.#arm();
    }
    if (state.status !== before.status) this.log().info(`room.${state.status}`, { event: event.type });
    return effects;
  }

  async #performAll(effects: readonly Effect[]): Promise<WireError | undefined> {
    if (effects.length === 0) return undefined;
    const deps = this.#deps();
    let refused: WireError | undefined;
    for (const effect of effects) refused = (await perform(effect, deps)) ?? refused;
    return refused;
  }

  #deps(): EffectDeps {
    return {
      env: this.env,
      config: configOf(this.env),
      log: this.log(),
      trace: isHeld(this.#state) ? this.#state.wish.trace : undefined,
      sockets: this.sockets,
      index: () => {
        this.#indexing = this.#indexing.then(() => this.#writeIndex());
        return this.#indexing;
      },
      erase: () => {
        this.#alarmAtMs = null;
        return this.#store.erase();
      },
      later: (work) => this.ctx.waitUntil(work),
      dispatch: (event) => this.dispatch(event),
    };
  }

  /** Where it fails the alarm tries again. */
  async #writeIndex(): Promise<void> {
    const state = this.#state;
    if (state.status === 'empty') return;
    const account = state.status === 'gone' ? state.account : state.wish.account;
    const find = () => accountNamed(this.env, account);
    const sharing = isRunning(state) ? state.sharing : undefined;
    try {
      await calling(find, (stub) => (state.status === 'gone' ? stub.remove(state.session) : stub.put(showSession(state))));
      if (isRunning(state) && state.sharing.revision !== state.sharing.indexed) {
        await calling(find, (stub) => stub.putShares(state.wish.session, state.sharing.shares.map(showShare)));
      }
    } catch (error) {
      this.log().warn('room.index-failed', { error });
      return;
    }
    await this.dispatch({ type: 'indexed', status: state.status, revision: sharing?.revision ?? 0 });
  }

  /** Sets the alarm, unless it rings in time anyway: one that rings early is set anew then. */
  #arm(): void {
    const atMs = alarmOf(this.#state);
    const { storage } = this.ctx;
    if (atMs === null ? this.#alarmAtMs === null : this.#alarmAtMs !== null && this.#alarmAtMs <= atMs) return;
    this.#alarmAtMs = atMs;
    this.ctx.waitUntil(atMs === null ? storage.deleteAlarm() : storage.setAlarm(atMs));
  }
}

/** Whose room it is, on every line of its log. */
function logFields(state: RoomState): LogFields {
  if (state.status === 'empty') return {};
  if (state.status === 'gone') return { session: state.session, account: state.account };
  const { session, account, trace } = state.wish;
  return { session, account, ...traceField(trace) };
}
