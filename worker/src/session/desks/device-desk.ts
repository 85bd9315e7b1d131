import { z } from 'zod';
import { SensorName } from '#shared/control/devices.ts';
import type { ApplicationMessage } from '#shared/control.ts';
import { decodeJson } from '#shared/decode.ts';
import type { PeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import type { Application } from '#worker/application.ts';
import type { ChannelMessage } from '#worker/channel-message.ts';
import type { SocketFolder } from '#worker/instance/sockets/folder.ts';
import type { AppSocket } from '#worker/instance/sockets/socket.ts';

/** The messages that this desk takes. */
export type DeviceMessage = Extract<
  ApplicationMessage,
  { type: 'sensor:event' | 'location::update-position' | `vhal::${string}` }
>;

export interface DeviceDeskOptions {
  sockets: Pick<SocketFolder, 'open'>;
  /** What the application wants of it. */
  wanted: Application['devices'];
  /** Who is in control: its device is the one that counts. */
  controller: () => PeerId | null;
  /** Sends on a client's control channel. */
  tell: (peer: PeerId, type: string, data: string) => void;
  log: Logger;
}

/** What an application writes on `sensors`. */
const SensorWish = z.object({ type: z.enum(['activate', 'deactivate']), sensor: SensorName });
/** What it writes on `vhal`: each answers the request of its kind that waits longest. */
const VehicleAnswer = z.object({
  type: z.enum(['prop-configs', 'get-answer', 'set-answer']),
  data: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
});

type Kind = 'sensors' | 'location' | 'vhal';

interface Line {
  socket: AppSocket;
  present: boolean;
  /** The application does not keep up. */
  full: boolean;
}

/**
 * Hands what clients tell of their device to the application, as lines of JSON on the sockets `sensors`, `location` and `vhal`, as far as
 * its configuration asks for them; and what the application wants of it to who is in control.
 */
export class DeviceDesk {
  readonly #options: DeviceDeskOptions;
  readonly #lines = new Map<Kind, Line>();
  readonly #active = new Set<SensorName>();
  /** Those whose control channel is open. */
  readonly #open = new Set<PeerId>();
  /** Who was told of the sensors that are active. */
  #told: PeerId | null = null;
  #position: DeviceMessage | null = null;
  /** Those who wait for an answer, first come first served. */
  readonly #waiting: { peer: PeerId; type: 'prop-configs' | 'get-answer' | 'set-answer' }[] = [];

  private constructor(options: DeviceDeskOptions) {
    this.#options = options;
  }

  /** Makes the sockets that the application asks for. @throws Error where one can't be made. */
  static async open(options: DeviceDeskOptions): Promise<DeviceDesk> {
    const desk = new DeviceDesk(options);
    const { wanted } = options;
    if (wanted.sensors) await desk.#listen('sensors', (text) => desk.#wish(text));
    if (wanted.location) await desk.#listen('location', () => undefined);
    if (wanted.vhal) await desk.#listen('vhal', (text) => desk.#answer(text));
    return desk;
  }

  /** Takes what the client in control tells. */
  take(peer: PeerId, message: DeviceMessage): void {
    switch (message.type) {
      case 'sensor:event':
        // Readings are of now: none waits for an application that is not there, or behind.
        this.#sendFresh('sensors', message.data);
        return;
      case 'location::update-position':
        this.#position = message;
        this.#sendFresh('location', message.data);
        return;
      case 'vhal::get-all-prop-configs':
        this.#ask(peer, 'prop-configs', { type: 'get-all-prop-configs' });
        return;
      case 'vhal::get':
        this.#ask(peer, 'get-answer', { type: 'get', data: message.data });
        return;
      case 'vhal::set':
        this.#ask(peer, 'set-answer', { type: 'set', data: message.data });
        return;
      default:
        throw message satisfies never;
    }
  }

  /** Another may be in control: the sensors that are active are its own from now on. */
  settle(): void {
    const controller = this.#options.controller();
    const now = controller !== null && this.#open.has(controller) ? controller : null;
    if (now === this.#told) return;
    const before = this.#told;
    this.#told = now;
    for (const sensor of this.#active) {
      if (before !== null) this.#tellSensor(before, 'deactivate-sensor', sensor);
      if (now !== null) this.#tellSensor(now, 'activate-sensor', sensor);
    }
  }

  /** A client has opened its channel. */
  opened(peer: PeerId): void {
    this.#open.add(peer);
    this.settle();
  }

  /** A client is gone. */
  remove(peer: PeerId): void {
    this.#open.delete(peer);
    if (this.#told === peer) this.#told = null;
  }

  async #listen(kind: Kind, hear: (text: string) => void): Promise<void> {
    const socket = await this.#options.sockets.open(kind, {
      framing: 'lines',
      log: this.#options.log,
      onMessage: ({ data }: ChannelMessage) => hear(data.toString('utf8')),
      onPresence: (present) => this.#present(kind, present),
      onPressure: (full) => {
        const line = this.#lines.get(kind);
        if (line !== undefined) line.full = full;
      },
    });
    this.#lines.set(kind, { socket, present: false, full: false });
  }

  #present(kind: Kind, present: boolean): void {
    const line = this.#lines.get(kind);
    if (line === undefined) return;
    line.present = present;
    if (present && kind === 'location' && this.#position !== null) this.#send(kind, this.#position.data);
    if (present) return;
    if (kind === 'vhal') this.#waiting.length = 0;
    if (kind !== 'sensors') return;
    // Nobody listens to them any more.
    for (const sensor of this.#active) if (this.#told !== null) this.#tellSensor(this.#told, 'deactivate-sensor', sensor);
    this.#active.clear();
  }

  #wish(text: string): void {
    const wish = this.#read(SensorWish, text);
    if (wish === undefined) return;
    const { type, sensor } = wish;
    if (this.#active.has(sensor) === (type === 'activate')) return;
    if (type === 'activate') this.#active.add(sensor);
    else this.#active.delete(sensor);
    if (this.#told !== null) this.#tellSensor(this.#told, `${type}-sensor`, sensor);
  }

  #answer(text: string): void {
    const answer = this.#read(VehicleAnswer, text);
    if (answer === undefined) return;
    const at = this.#waiting.findIndex(({ type }) => type === answer.type);
    const [asked] = at < 0 ? [] : this.#waiting.splice(at, 1);
    const peer = asked?.peer ?? this.#options.controller();
    if (peer !== null) this.#options.tell(peer, `vhal-${answer.type}`, JSON.stringify(answer.data));
  }

  #ask(peer: PeerId, type: 'prop-configs' | 'get-answer' | 'set-answer', line: object): void {
    if (this.#lines.get('vhal')?.present !== true) return;
    this.#waiting.push({ peer, type });
    // Clients give up after a second: what is so old nobody waits for.
    if (this.#waiting.length > maxWaiting) this.#waiting.shift();
    this.#send('vhal', line);
  }

  #sendFresh(kind: Kind, data: object): void {
    const line = this.#lines.get(kind);
    if (line?.present === true && !line.full) this.#send(kind, data);
  }

  #send(kind: Kind, data: unknown): void {
    this.#lines.get(kind)?.socket.send({ kind: 'text', data: Buffer.from(JSON.stringify(data)) });
  }

  #tellSensor(peer: PeerId, type: string, sensor: SensorName): void {
    this.#options.tell(peer, type, JSON.stringify({ type: sensor }));
  }

  #read<T extends z.ZodType>(schema: T, text: string): z.output<T> | undefined {
    try {
      return decodeJson(schema, text, 'line');
    } catch (error) {
      this.#options.log.info('device.unread', { reason: error instanceof Error ? error.message : 'unknown' });
      return undefined;
    }
  }
}

/** So many requests of a vehicle may wait for their answers. */
const maxWaiting = 1000;
