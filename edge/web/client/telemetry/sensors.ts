import type { z } from 'zod';
import { type SensorName, SensorReading, SensorSwitch } from '#shared/control/devices.ts';
import { decodeJson } from '#shared/decode.ts';
import type { HostMessage } from '#web/client/control.ts';
import { checked } from './checked.ts';
import type { Post } from './post.ts';

export type SensorInput = z.input<typeof SensorReading>;

/** The sensors of the user's device, as far as the application wants them. */
export class Sensors {
  readonly #post: Post;
  readonly #onSensor: (sensor: SensorName, wanted: boolean) => void;
  readonly #active = new Set<SensorName>();

  constructor(post: Post, onSensor: (sensor: SensorName, wanted: boolean) => void) {
    this.#post = post;
    this.#onSensor = onSensor;
  }

  /** Those that the application wants now. */
  get active(): ReadonlySet<SensorName> {
    return this.#active;
  }

  /**
   * Tells a reading: `acceleration` in m/s² with gravity, `gyroscope` in degrees a second, `orientation` in degrees, as the browser's
   * events `devicemotion` and `deviceorientation` have them; null where the device has none.
   *
   * @returns whether it was sent: it is left out while the application does not want it, or the connection is behind.
   * @throws FarpaneError `invalid_request`, which names the field that is wrong.
   */
  send(reading: SensorInput): boolean {
    const data = checked(SensorReading, reading, 'reading');
    return this.#active.has(data.sensor) && this.#post({ type: 'sensor:event', data });
  }

  take({ type, data }: HostMessage): void {
    if ((type !== 'activate-sensor' && type !== 'deactivate-sensor') || typeof data !== 'string') return;
    const sensor = readSwitch(data);
    if (sensor !== undefined) this.#switch(sensor, type === 'activate-sensor');
  }

  /** The way to the application is lost: on the next one it says anew what it wants. */
  end(): void {
    for (const sensor of [...this.#active]) this.#switch(sensor, false);
  }

  #switch(sensor: SensorName, wanted: boolean): void {
    if (this.#active.has(sensor) === wanted) return;
    if (wanted) this.#active.add(sensor);
    else this.#active.delete(sensor);
    this.#onSensor(sensor, wanted);
  }
}

/** @returns undefined for a sensor that only later versions know. */
function readSwitch(data: string): SensorName | undefined {
  try {
    return decodeJson(SensorSwitch, data, 'sensor').type;
  } catch {
    return undefined;
  }
}
