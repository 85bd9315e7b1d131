import type { PeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import type { GamepadMessage } from '#worker/input/gamepad/events.ts';
import { type Gamepads, openGamepads } from '#worker/input/gamepad/gamepads.ts';

export interface GamepadDeskOptions {
  /** How many gamepads the application is to find. */
  count: number;
  /** The program that plugs one in; undefined: this host has none. */
  helper: string | undefined;
  /** Sends on a client's control channel. */
  tell: (peer: PeerId, type: string, data: string) => void;
  log: Logger;
}

/** Joins the gamepads of who is in control to those that the application finds, or says why there are none. */
export class GamepadDesk {
  readonly #gamepads: Gamepads | null;
  readonly #why: string;
  readonly #tell: GamepadDeskOptions['tell'];
  readonly #told = new Set<PeerId>();
  /** What is pressed or pushed, by gamepad, kind and number. */
  readonly #held = new Map<string, GamepadMessage>();

  private constructor(gamepads: Gamepads | null, why: string, tell: GamepadDeskOptions['tell']) {
    this.#gamepads = gamepads;
    this.#why = why;
    this.#tell = tell;
  }

  /** A host that can't plug gamepads in is no failure: the application starts without. */
  static async open({ count, helper, tell, log }: GamepadDeskOptions): Promise<GamepadDesk> {
    if (count === 0) return new GamepadDesk(null, 'This application takes no gamepad.', tell);
    try {
      if (helper === undefined) throw new Error('the host’s configuration names no program for them');
      return new GamepadDesk(await openGamepads({ helper, count, log }), '', tell);
    } catch (error) {
      log.warn('gamepad.missing', { error });
      return new GamepadDesk(null, 'This host can’t pass gamepads on to applications.', tell);
    }
  }

  /** The devices that the application must see. */
  get devices(): readonly string[] {
    return this.#gamepads?.devices ?? [];
  }

  /** Takes what the client in control does at its gamepad; who does it in vain is told so once. */
  take(peer: PeerId, message: GamepadMessage): void {
    if (this.#gamepads !== null) {
      this.#note(message);
      this.#gamepads.handle(message);
    } else if (!this.#told.has(peer)) {
      this.#told.add(peer);
      this.#tell(peer, 'gamepad::unavailable', JSON.stringify({ message: this.#why }));
    }
  }

  /** Lets everything go: who held it is in control no more. */
  releaseAll(): void {
    for (const message of this.#held.values()) this.#gamepads?.handle(released(message));
    this.#held.clear();
  }

  close(): void {
    this.#gamepads?.close();
  }

  #note(message: GamepadMessage): void {
    const { id, index } = message.data;
    const key = `${message.type} ${id} ${index}`;
    const { data } = released(message);
    if (JSON.stringify(data) === JSON.stringify(message.data)) this.#held.delete(key);
    else this.#held.set(key, message);
  }
}

/** Triggers rest at -1, sticks in the middle. */
function released(message: GamepadMessage): GamepadMessage {
  if (message.type === 'input::gamepad-button') return { ...message, data: { ...message.data, pressed: false } };
  return { ...message, data: { ...message.data, value: message.data.index > 3 ? -1 : 0 } };
}
