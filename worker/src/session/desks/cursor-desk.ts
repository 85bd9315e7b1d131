import { type CursorPlace, maxCursorLength, maxCursorPixels } from '#shared/control/cursor.ts';
import type { PeerId } from '#shared/ids.ts';
import type { Cursor } from '#worker/input/cursor/cursor.ts';
import { present } from '#worker/session/control-state.ts';
import type { RunningState } from '#worker/session/state.ts';
import { drawingOf, type Onlookers } from './cursor-drawing.ts';
import { Latest } from './latest.ts';

export interface CursorDeskOptions {
  /** The session as it is; null while no client can be there. */
  state: () => RunningState | null;
  /** How wide the display is now. Pixels. {@link CursorDesk.settle} is to be called when that has changed. */
  displayWidth: () => number;
  /** Sends on a client's control channel. */
  tell: (peer: PeerId, type: string, data: string) => void;
  /** The same for what the next of its kind makes up for. Resolves with how many bytes wait for the client then. */
  tellPassing: (peer: PeerId, type: string, data: string) => Promise<number>;
  /** Puts the pointer into the picture that all see, or takes it out. */
  showPointer: (on: boolean) => void;
  /** Tells where the pointer is, now and whenever it has moved. @returns how to stop. */
  followPointer: (onPlace: (place: CursorPlace) => void) => () => void;
}

/** What a client was told last, and its way for what comes all the time. */
interface Drawer {
  told: string | null;
  places: Latest;
}

/** Has the clients draw the pointer where all of them can, and leaves it in the picture where one can't. */
export class CursorDesk {
  readonly #options: CursorDeskOptions;
  /** The clients that draw their own, and what each was told last. */
  readonly #local = new Map<PeerId, string | null>();
  readonly #remote = new Map<PeerId, Drawer>();
  #shape: Onlookers['shape'] = { kind: 'hidden' };
  #followers: readonly PeerId[] = [];
  /** While somebody is told where it is. */
  #following: { stop: () => void; place: string | null } | null = null;
  #closed = false;

  constructor(options: CursorDeskOptions) {
    this.#options = options;
  }

  /** A client draws its own from now on, or that of others, or does so no more. */
  set(peer: PeerId, whose: 'local' | 'remote', on: boolean): void {
    if (this.#closed) return;
    if (whose === 'remote') this.#setRemote(peer, on);
    else if (on) this.#local.set(peer, null);
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
    this.#setRemote(peer, false);
    this.settle();
  }

  /** Who is there, or in control, has changed, or the display's size. */
  settle(): void {
    const state = this.#options.state();
    if (state === null || this.#closed) return;
    const drawing = drawingOf({
      there: present(state).map(({ id }) => id),
      controller: state.controller,
      local: new Set(this.#local.keys()),
      remote: new Set(this.#remote.keys()),
      shape: this.#shape.kind === 'image' ? { ...this.#shape, displayWidth: this.#options.displayWidth() } : this.#shape,
    });
    this.#options.showPointer(drawing.inPicture);
    for (const [peer, shape] of drawing.local) {
      const data = JSON.stringify(shape);
      if (data === this.#local.get(peer)) continue;
      this.#local.set(peer, data);
      this.#options.tell(peer, 'cursor::shape', data);
    }
    for (const [peer, shape] of drawing.remote) {
      const drawer = this.#remote.get(peer);
      const data = JSON.stringify(shape);
      if (drawer === undefined || data === drawer.told) continue;
      drawer.told = data;
      this.#options.tell(peer, 'cursor::remote-shape', data);
    }
    this.#follow(drawing.followers);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#follow([]);
    for (const { places } of this.#remote.values()) places.close();
  }

  #setRemote(peer: PeerId, on: boolean): void {
    this.#remote.get(peer)?.places.close();
    this.#remote.delete(peer);
    this.#followers = this.#followers.filter((each) => each !== peer);
    if (!on) return;
    const places = new Latest((data) => this.#options.tellPassing(peer, 'cursor::remote-place', data));
    this.#remote.set(peer, { told: null, places });
  }

  /** The display is asked where the pointer is only while somebody is to know. */
  #follow(followers: readonly PeerId[]): void {
    const added = followers.filter((peer) => !this.#followers.includes(peer));
    this.#followers = followers;
    if (followers.length === 0) {
      this.#following?.stop();
      this.#following = null;
      return;
    }
    const place = this.#following?.place ?? null;
    if (place !== null) this.#tellPlace(added, place);
    this.#following ??= { stop: this.#options.followPointer((now) => this.#moved(now)), place: null };
  }

  #moved(now: CursorPlace): void {
    if (this.#following === null) return;
    const place = JSON.stringify(now);
    this.#following.place = place;
    this.#tellPlace(this.#followers, place);
  }

  #tellPlace(peers: readonly PeerId[], place: string): void {
    for (const peer of peers) this.#remote.get(peer)?.places.tell(place);
  }
}

/** What browsers do not take for a pointer stays in the picture. */
function shapeOf(cursor: Cursor): Onlookers['shape'] {
  if (cursor === null) return { kind: 'hidden' };
  const { width, height, hotX, hotY } = cursor;
  const png = cursor.png.toString('base64');
  if (Math.max(width, height) > maxCursorPixels || png.length > maxCursorLength) return { kind: 'in-picture' };
  return { kind: 'image', png, hotX: Math.min(hotX, width - 1), hotY: Math.min(hotY, height - 1) };
}
