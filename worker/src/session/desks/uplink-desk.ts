import { setTimeout as delay } from 'node:timers/promises';
import type { PeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import { freeUdpPort } from '#worker/capture/udp-port.ts';
import type { RtpWay, UpLinkPipeline } from '#worker/capture/uplink.ts';
import type { UpLink, UpLinkName } from '#worker/media/room.ts';

/** What becomes of one kind of what clients send: how it is asked for, and where it goes. */
export interface UpLinkUse {
  name: UpLinkName;
  /** What a client is told when the application wants it, and when it does not any more. */
  ask: { type: string; data: string };
  end: { type: string };
  /** Watches whether the application wants it: told when that changes; at first it does not. */
  watch(onChange: (wanted: boolean) => void): Promise<{ close(): Promise<void> }>;
  /** Lets the application have what comes. `onEnd`: that has ended by itself. */
  play(rtp: RtpWay, onEnd: (reason: string) => void): Promise<UpLinkPipeline>;
}

export interface UpLinkDeskOptions {
  use: UpLinkUse;
  controller: () => PeerId | null;
  /** Sends on a client's control channel. */
  tell: (peer: PeerId, type: string, data: string) => void;
  log: Logger;
}

/** What runs while the application has what a client sends. */
interface Taken {
  peer: PeerId;
  close(): Promise<void>;
}

/** After this a pipeline that broke is started again: what a client sends may be no sound, or no picture. Milliseconds. */
const retryMs = 1000;

/** Whose the application is to have: that of who is in control, while it wants any. */
export function takenPeer(wanted: boolean, controller: PeerId | null, able: ReadonlySet<PeerId>): PeerId | null {
  return wanted && controller !== null && able.has(controller) ? controller : null;
}

/**
 * Lets the application have the microphone, or the camera, of the client in control: asks the client for it when the application begins
 * to take it, and tells it to stop when it ends. Nothing runs for it while no client could send one.
 */
export class UpLinkDesk {
  readonly #options: UpLinkDeskOptions;
  readonly #upLinks = new Map<PeerId, UpLink>();
  #watching: Promise<{ close(): Promise<void> } | null> | null = null;
  #wanted = false;
  #taken: Taken | null = null;
  /** Changes are made one after the other. */
  #changing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: UpLinkDeskOptions) {
    this.#options = options;
  }

  /** A client may send. */
  add(peer: PeerId, upLink: UpLink): void {
    this.#upLinks.set(peer, upLink);
    this.#watching ??= this.#watch();
    this.settle();
  }

  /** The client's control channel is open: what was asked of it before did not arrive. */
  opened(peer: PeerId): void {
    if (this.#taken?.peer === peer) this.#ask(peer);
  }

  remove(peer: PeerId): void {
    this.#upLinks.delete(peer);
    this.settle();
  }

  /** Who is in control may have changed. */
  settle(): void {
    this.#changing = this.#changing.then(() => this.#settle()).catch((error: unknown) => this.#failed(error, null));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#changing;
    await this.#stop();
    await this.#watching?.then((watch) => watch?.close());
  }

  async #watch(): Promise<{ close(): Promise<void> } | null> {
    const { use, log } = this.#options;
    const onChange = (wanted: boolean): void => {
      log.info('uplink.wanted', { uplink: use.name, wanted });
      this.#wanted = wanted;
      this.settle();
    };
    return await use.watch(onChange).catch((error: unknown) => {
      log.warn('uplink.not-watched', { uplink: use.name, error });
      return null;
    });
  }

  async #settle(): Promise<void> {
    const able = new Set(this.#upLinks.keys());
    const next = this.#closed ? null : takenPeer(this.#wanted, this.#options.controller(), able);
    if (next === (this.#taken?.peer ?? null)) return;
    await this.#stop();
    const upLink = next === null ? undefined : this.#upLinks.get(next);
    if (next !== null && upLink !== undefined) await this.#start(next, upLink);
  }

  async #start(peer: PeerId, upLink: UpLink): Promise<void> {
    const { use, log } = this.#options;
    const port = await freeUdpPort();
    const delivery = await upLink.deliver(port);
    let taken: Taken | null = null;
    try {
      const played = await use.play({ port, payloadType: delivery.payloadType }, (reason) => this.#failed(reason, taken));
      const close = async (): Promise<void> => {
        delivery.close();
        await played.stop();
      };
      taken = { peer, close };
    } catch (error) {
      delivery.close();
      throw error;
    }
    this.#taken = taken;
    this.#ask(peer);
    log.info('uplink.taken', { uplink: use.name, peer });
  }

  #ask(peer: PeerId): void {
    const { type, data } = this.#options.use.ask;
    this.#options.tell(peer, type, data);
  }

  async #stop(): Promise<void> {
    const taken = this.#taken;
    this.#taken = null;
    if (taken === null) return;
    await taken.close();
    this.#options.tell(taken.peer, this.#options.use.end.type, '{}');
  }

  /** `taken`: what has ended by itself, if that is what failed. */
  #failed(reason: unknown, taken: Taken | null): void {
    if (this.#closed) return;
    const { use, log } = this.#options;
    log.warn('uplink.failed', { uplink: use.name, reason: reason instanceof Error ? reason.message : String(reason) });
    void delay(retryMs, undefined, { ref: false }).then(() => {
      // What runs in its place by now is none of its business.
      this.#changing = this.#changing.then(() => (this.#taken === taken ? this.#stop() : undefined));
      this.settle();
    });
  }
}
