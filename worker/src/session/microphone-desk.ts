import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { EnableMicrophone } from '#shared/control/uplinks.ts';
import type { PeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import { playMicrophone } from '#worker/capture/uplink.ts';
import { type Recorders, watchRecorders } from '#worker/instance/recorders.ts';
import type { SoundAddress } from '#worker/instance/sound.ts';
import type { UpLink } from '#worker/media/room.ts';

export interface MicrophoneDeskOptions {
  controller: () => PeerId | null;
  /** Sends on a client's control channel. */
  tell: (peer: PeerId, type: string, data: string) => void;
  log: Logger;
}

/** What runs while a client's microphone is heard. */
interface Heard {
  peer: PeerId;
  close(): Promise<void>;
}

/** After this a pipeline that broke is started again: what a client sends may be no sound at all. Milliseconds. */
const retryMs = 1000;

/** Whose microphone the application is to hear: that of who is in control, while it records. */
export function heardPeer(recording: boolean, controller: PeerId | null, able: ReadonlySet<PeerId>): PeerId | null {
  return recording && controller !== null && able.has(controller) ? controller : null;
}

/**
 * Lets the application hear the microphone of the client in control: asks the client for it when the application begins to record, and
 * tells it to stop when it ends. Nothing runs for it while no client could send one.
 */
export class MicrophoneDesk {
  readonly #sound: SoundAddress;
  readonly #options: MicrophoneDeskOptions;
  readonly #upLinks = new Map<PeerId, UpLink>();
  #watching: Promise<Recorders | null> | null = null;
  #recording = false;
  #heard: Heard | null = null;
  /** Changes are made one after the other. */
  #changing: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(sound: SoundAddress, options: MicrophoneDeskOptions) {
    this.#sound = sound;
    this.#options = options;
  }

  /** Null where the instance has no sound. */
  static of(sound: SoundAddress | null, options: MicrophoneDeskOptions): MicrophoneDesk | null {
    return sound === null ? null : new MicrophoneDesk(sound, options);
  }

  /** A client may send its microphone. */
  add(peer: PeerId, upLink: UpLink): void {
    this.#upLinks.set(peer, upLink);
    this.#watching ??= this.#watch();
    this.settle();
  }

  /** The client's control channel is open: what was asked of it before did not arrive. */
  opened(peer: PeerId): void {
    if (this.#heard?.peer === peer) this.#ask(peer);
  }

  remove(peer: PeerId): void {
    this.#upLinks.delete(peer);
    this.settle();
  }

  /** Who is in control may have changed. */
  settle(): void {
    this.#changing = this.#changing.then(() => this.#settle()).catch((error: unknown) => this.#failed(error));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#changing;
    await this.#stop();
    await this.#watching?.then((recorders) => recorders?.close());
  }

  async #watch(): Promise<Recorders | null> {
    const { log } = this.#options;
    const onChange = (recording: boolean): void => {
      log.info('microphone.recording', { recording });
      this.#recording = recording;
      this.settle();
    };
    return await watchRecorders({ server: this.#sound.server, source: this.#sound.microphone.source, log, onChange }).catch(
      (error: unknown) => {
        log.warn('microphone.not-watched', { error });
        return null;
      },
    );
  }

  async #settle(): Promise<void> {
    const able = new Set(this.#upLinks.keys());
    const next = this.#closed ? null : heardPeer(this.#recording, this.#options.controller(), able);
    if (next === (this.#heard?.peer ?? null)) return;
    await this.#stop();
    const upLink = next === null ? undefined : this.#upLinks.get(next);
    if (next !== null && upLink !== undefined) await this.#start(next, upLink);
  }

  async #start(peer: PeerId, upLink: UpLink): Promise<void> {
    const { log } = this.#options;
    const port = await freeUdpPort();
    const delivery = await upLink.deliver(port);
    try {
      const way = {
        server: this.#sound.server,
        sink: this.#sound.microphone.sink,
        rtp: { port, payloadType: delivery.payloadType },
      };
      const played = await playMicrophone(way, { log, onEnd: (reason) => this.#failed(reason) });
      const close = async (): Promise<void> => {
        delivery.close();
        await played.stop();
      };
      this.#heard = { peer, close };
    } catch (error) {
      delivery.close();
      throw error;
    }
    this.#ask(peer);
    log.info('microphone.heard', { peer });
  }

  #ask(peer: PeerId): void {
    const data = { freq: 48_000, channels: 1, samples: 480 } satisfies EnableMicrophone;
    this.#options.tell(peer, 'enable-microphone', JSON.stringify(data));
  }

  async #stop(): Promise<void> {
    const heard = this.#heard;
    this.#heard = null;
    if (heard === null) return;
    await heard.close();
    this.#options.tell(heard.peer, 'disable-microphone', '{}');
  }

  #failed(reason: unknown): void {
    if (this.#closed) return;
    this.#options.log.warn('microphone.failed', { reason: reason instanceof Error ? reason.message : String(reason) });
    void delay(retryMs, undefined, { ref: false }).then(() => {
      this.#changing = this.#changing.then(() => this.#stop());
      this.settle();
    });
  }
}

/** A port of loopback that was free just now. */
async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
