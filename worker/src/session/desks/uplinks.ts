import type { CameraUnavailable } from '#shared/control/uplinks.ts';
import type { PeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import type { UpLink, UpLinkName } from '#worker/media/room.ts';
import { UpLinkDesk, type UpLinkDeskOptions, type UpLinkUse } from './uplink-desk.ts';

export interface UpLinksOptions extends Pick<UpLinkDeskOptions, 'controller' | 'tell'> {
  /** What the application has a use for. */
  uses: readonly UpLinkUse[];
  /** Why it has none for a camera. */
  noCamera: string;
  log: Logger;
}

/** All that clients may send of their own. */
export class UpLinks {
  readonly #options: UpLinksOptions;
  readonly #desks: ReadonlyMap<UpLinkName, UpLinkDesk>;
  /** Those who have enabled a camera for which there is no use. */
  readonly #inVain = new Set<PeerId>();

  constructor(options: UpLinksOptions) {
    const { uses, controller, tell, log } = options;
    this.#options = options;
    this.#desks = new Map(uses.map((use) => [use.name, new UpLinkDesk({ use, controller, tell, log })]));
  }

  /** Whether clients may send it. */
  takes(name: UpLinkName): boolean {
    return this.#desks.has(name);
  }

  /** A client has enabled its camera. */
  cameraEnabled(peer: PeerId): void {
    if (!this.takes('camera')) this.#inVain.add(peer);
  }

  /** A client has agreed to send what it was offered to. */
  add(peer: PeerId, name: UpLinkName, upLink: UpLink): void {
    this.#desks.get(name)?.add(peer, upLink);
  }

  /** A client's control channel is open. */
  opened(peer: PeerId): void {
    for (const desk of this.#desks.values()) desk.opened(peer);
    const { tell, noCamera: message } = this.#options;
    if (this.#inVain.has(peer)) tell(peer, 'camera::unavailable', JSON.stringify({ message } satisfies CameraUnavailable));
  }

  /** Who is in control may have changed. */
  settle(): void {
    for (const desk of this.#desks.values()) desk.settle();
  }

  remove(peer: PeerId): void {
    this.#inVain.delete(peer);
    for (const desk of this.#desks.values()) desk.remove(peer);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#desks.values()].map((desk) => desk.close()));
  }
}
