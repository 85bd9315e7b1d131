import type { z } from 'zod';
import { DevicePosition } from '#shared/control/devices.ts';
import { checked } from './checked.ts';
import type { Post } from './post.ts';

/** The farthest from the equator and from Greenwich, as each format writes 90 and 180 degrees. */
const farthest = { wgs84: { latitude: 90, longitude: 180 }, nmea: { latitude: 9000, longitude: 18_000 } } as const;

const OnEarth = DevicePosition.superRefine((position, context) => {
  for (const field of ['latitude', 'longitude'] as const) {
    const most = farthest[position.format][field];
    if (Math.abs(position[field]) <= most) continue;
    context.addIssue({ code: 'custom', path: [field], message: `Must be from -${most} to ${most} (${position.format})` });
  }
});
export type PositionInput = z.input<typeof OnEarth>;

/** Where the user is. */
export class Location {
  readonly #post: Post;
  #last: z.output<typeof DevicePosition> | undefined;

  constructor(post: Post) {
    this.#post = post;
  }

  /**
   * Tells where the user is; what is told before there is a connection is sent as soon as there is, and on each later one.
   *
   * `time`: milliseconds since 1970. `latitude`, `longitude`: degrees, north and east positive; with `format: 'nmea'` degrees times 100
   * plus minutes. `altitude`: metres. `speed`: metres a second. `bearing`: degrees from north, clockwise. What is left out is 0.
   *
   * @throws FarpaneError `invalid_request`, which names the field that is wrong.
   */
  send(position: PositionInput): void {
    this.#last = checked(OnEarth, position, 'position');
    this.#tell();
  }

  /** There is a connection. */
  begin(): void {
    this.#tell();
  }

  #tell(): void {
    if (this.#last !== undefined) this.#post({ type: 'location::update-position', data: this.#last });
  }
}
