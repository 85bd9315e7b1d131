import type { z } from 'zod';
import { AppError } from '#shared/errors.ts';
import type { JoinData, JoinPost, Session, SessionPost } from '#shared/gateway.ts';
import { FarpaneError } from './errors.ts';
import { connectShare, type Gateway } from './gateway.ts';

/** How a client comes into a session, and what it can learn of it there. Each call throws a {@link FarpaneError} where it fails. */
export interface Way {
  /** The session's id, where it is known. */
  readonly id: string | undefined;
  /** Whether one that was in may come again. */
  readonly mayReturn: boolean;
  /** A way in, for the first time or again. */
  enter(signal: AbortSignal): Promise<JoinData>;
  /** Why the host hung up. */
  whyHungUp(signal: AbortSignal): Promise<FarpaneError>;
  /** Ends the session, where this client may. */
  end(): Promise<void>;
}

/** The way of the session's owner, by the account's token. */
export class OwnWay implements Way {
  id: string | undefined;
  mayReturn = true;
  readonly #gateway: Gateway;
  readonly #post: Omit<z.input<typeof SessionPost>, 'screen'> | undefined;
  readonly #screen: OwnWayOptions['screen'];
  readonly #onId: ((id: string) => void) | undefined;

  private constructor(
    gateway: Gateway,
    { id, post, screen, onId }: Pick<OwnWay, 'id'> & { post?: Omit<z.input<typeof SessionPost>, 'screen'> } & OwnWayOptions,
  ) {
    this.id = id;
    this.#gateway = gateway;
    this.#post = post;
    this.#screen = screen;
    this.#onId = onId;
  }

  /** Into a session that is yet to be created. */
  static create(gateway: Gateway, post: Omit<z.input<typeof SessionPost>, 'screen'>, options: OwnWayOptions): OwnWay {
    return new OwnWay(gateway, { id: undefined, post, ...options });
  }

  /** Into one that there is. */
  static join(gateway: Gateway, id: string, options: OwnWayOptions): OwnWay {
    return new OwnWay(gateway, { id, ...options });
  }

  async enter(signal: AbortSignal): Promise<JoinData> {
    if (this.id === undefined && this.#post !== undefined) return await this.#create(this.#post, signal);
    const id = this.id ?? '';
    const screen = this.#screen();
    try {
      return await this.#gateway.join(id, screen === undefined ? {} : { screen }, signal);
    } catch (error) {
      const why = FarpaneError.from(error);
      if (gone(why)) throw new FarpaneError('session_ended');
      if (why.code !== 'wrong_state') throw why;
      throw whyNot(await this.#gateway.describe(id, signal)) ?? why;
    }
  }

  /** One that still runs has another client. */
  async whyHungUp(signal: AbortSignal): Promise<FarpaneError> {
    try {
      return whyNot(await this.#gateway.describe(this.id ?? '', signal)) ?? new FarpaneError('replaced');
    } catch (error) {
      return new FarpaneError(gone(FarpaneError.from(error)) ? 'session_ended' : 'connection_lost');
    }
  }

  async end(): Promise<void> {
    if (this.id === undefined) return;
    await this.#gateway.end(this.id).catch((error: unknown) => {
      if (!gone(FarpaneError.from(error))) throw error;
    });
  }

  async #create(post: Omit<z.input<typeof SessionPost>, 'screen'>, signal: AbortSignal): Promise<JoinData> {
    const screen = this.#screen();
    const created = await this.#gateway.create(screen === undefined ? post : { ...post, screen });
    this.id = created.id;
    this.mayReturn = created.joinable;
    // Who left while the gateway worked leaves a session behind that nobody knows of.
    if (signal.aborted) await this.#gateway.end(created.id);
    else this.#onId?.(created.id);
    return created;
  }
}

interface OwnWayOptions {
  /** The screen to ask for now. */
  screen: () => z.input<typeof JoinPost>['screen'];
  onId: ((id: string) => void) | undefined;
}

/** The way of a guest, by a share's address. It knows nothing of the session but that it gets in. */
export class SharedWay implements Way {
  readonly id = undefined;
  readonly mayReturn = true;
  readonly #url: string;

  constructor(connectUrl: string) {
    this.#url = connectUrl;
  }

  async enter(signal: AbortSignal): Promise<JoinData> {
    try {
      return await connectShare(this.#url, signal);
    } catch (error) {
      const why = FarpaneError.from(error);
      // Of a share that is revoked, or whose session is over, the gateway tells no more than that.
      throw why.code === 'bad_token' || gone(why) ? new FarpaneError('session_ended') : why;
    }
  }

  /** Whether it was the way or the session that ended, the next try to enter tells. */
  async whyHungUp(): Promise<FarpaneError> {
    return await Promise.resolve(new FarpaneError('connection_lost'));
  }

  async end(): Promise<void> {
    // It is not this client's to end.
  }
}

/** Whether the gateway says that there is no such session any more. */
const gone = ({ code }: FarpaneError): boolean => code === 'not_found' || code === 'session_ended' || code === 'unknown_session';

/** Why a session can't be played, or undefined where it can be. */
function whyNot({ status, status_message: message }: Session): FarpaneError | undefined {
  if (status === 'error') return FarpaneError.fromNumber(new AppError('application_failed').status, message);
  return status === 'terminating' || status === 'terminated' ? new FarpaneError('session_ended') : undefined;
}
