import { type CursorShape, maxCursorLength, maxCursorPixels } from '#shared/control/cursor.ts';
import type { PeerId } from '#shared/ids.ts';
import type { Cursor } from '#worker/input/cursor/cursor.ts';
import { present } from '#worker/session/control-state.ts';
import type { RunningState } from '#worker/session/state.ts';

export interface CursorDeskOptions {
  /** The session as it is; null while no client can be there. */
  state: () => RunningState | null;
  /** Sends on a client's control channel. */
  tell: (peer: PeerId, type: string, data: string) => void;
  /** Puts the pointer into the picture that all see, or takes it out. */
  showPointer: (on: boolean) => void;
}

/**
 * Who draws the pointer. It is in the picture, but where nobody would miss it there: one client alone is there, in control, and draws
 * it itself, without the way to the host and back.
 */
export class CursorDesk {
  readonly #options: CursorDeskOptions;
  /** The clients that draw it, and what each was told last. */
  readonly #local = new Map<PeerId, string | null>();
  #shape: CursorShape = { kind: 'hidden' };

  constructor(options: CursorDeskOptions) {
    this.#options = options;
  }

  /** A client draws it from now on, or does so no more. */
  set(peer: PeerId, on: boolean): void {
    if (on) this.#local.set(peer, null);
    else this.#local.delete(peer);
    this.settle();
  }

  /** It looks different now. */
  changed(cursor: Cursor): void {
    this.#shape = shapeOf(cursor);
    this.settle();
  }

  /** A client is gone. */
  remove(peer: PeerId): void {
    this.#local.delete(peer);
    this.settle();
  }

  /** Who is there, or in control, has changed. */
  settle(): void {
    const state = this.#options.state();
    if (state === null) return;
    const { controller } = state;
    const alone = present(state).every(({ id }) => id === controller);
    const drawn = alone && controller !== null && this.#local.has(controller) && this.#shape.kind !== 'in-picture';
    this.#options.showPointer(!drawn);
    for (const [peer, before] of this.#local) {
      const data = JSON.stringify(shapeFor(peer === controller, drawn, this.#shape));
      if (data === before) continue;
      this.#local.set(peer, data);
      this.#options.tell(peer, 'cursor::shape', data);
    }
  }
}

function shapeFor(inControl: boolean, drawn: boolean, shape: CursorShape): CursorShape {
  if (!inControl) return { kind: 'not-yours' };
  return drawn ? shape : { kind: 'in-picture' };
}

/** What browsers do not take for a pointer stays in the picture. */
function shapeOf(cursor: Cursor): CursorShape {
  if (cursor === null) return { kind: 'hidden' };
  const { width, height, hotX, hotY } = cursor;
  const png = cursor.png.toString('base64');
  if (Math.max(width, height) > maxCursorPixels || png.length > maxCursorLength) return { kind: 'in-picture' };
  return { kind: 'image', png, hotX: Math.min(hotX, width - 1), hotY: Math.min(hotY, height - 1) };
}
