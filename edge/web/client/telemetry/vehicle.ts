import { z } from 'zod';
import { VehicleAnswer, VehiclePropConfig, VehicleProperty } from '#shared/control/devices.ts';
import { decodeJson } from '#shared/decode.ts';
import type { HostMessage } from '#web/client/control.ts';
import { FarpaneError } from '#web/client/errors.ts';
import { checked } from './checked.ts';
import type { Post } from './post.ts';
import { Questions } from './questions.ts';

/** As Android has them: 32 bits, with a sign. */
const Asked = VehicleProperty.extend({
  prop: z.int32(),
  area_id: z.int32().default(0),
  int32_values: z.array(z.int32()).max(1000).optional(),
});
export type VehicleQuery = z.input<typeof Asked>;

const values = ['int32_values', 'float_values', 'int64_values', 'bytes', 'string_value'] as const;
const Told = Asked.refine((property) => values.some((name) => property[name] !== undefined), {
  message: `One of ${values.join(', ')} is needed`,
});

/**
 * The vehicle of the application, where it has one: properties of Android's vehicle abstraction (VHAL), by the protocol's own names.
 *
 * Each call throws a {@link FarpaneError}: `invalid_request` names the field that is wrong, `no_vehicle`, `vehicle_refused` says what the
 * vehicle says, `timeout` after 5 s without an answer, `channel_closed` and `connection_lost` where there is no connection.
 */
export class Vehicle {
  readonly #post: Post;
  #available: boolean | undefined;
  readonly #configs = new Questions<VehiclePropConfig[]>();
  readonly #gets = new Questions<VehicleAnswer>();
  readonly #sets = new Questions<VehicleAnswer>();

  constructor(post: Post) {
    this.#post = post;
  }

  /** Whether the application has one; undefined until the host has said so. */
  get available(): boolean | undefined {
    return this.#available;
  }

  /** Which properties it has; what is said of each is Android's `VehiclePropConfig`. */
  async configs(): Promise<readonly VehiclePropConfig[]> {
    this.#mustBe();
    return await this.#configs.ask(() => this.#post({ type: 'vhal::get-all-prop-configs', data: {} }));
  }

  /** The value of a property. `area_id`: the part of the vehicle; 0, the default, is all of it. Units are those of the property. */
  async get(property: VehicleQuery): Promise<VehicleAnswer> {
    const data = checked(Asked, property, 'property');
    this.#mustBe();
    return accepted(await this.#gets.ask(() => this.#post({ type: 'vhal::get', data }), isOf(data)));
  }

  /** Sets a property: one of the values must be there. Integers of 64 bits that a number can't hold are strings of digits. */
  async set(property: VehicleQuery): Promise<VehicleAnswer> {
    const data = checked(Told, property, 'property');
    this.#mustBe();
    return accepted(await this.#sets.ask(() => this.#post({ type: 'vhal::set', data }), isOf(data)));
  }

  /** The host has said what there is. */
  discovered(capabilities: readonly string[]): void {
    this.#available = capabilities.includes('vhal');
  }

  take({ type, data }: HostMessage): void {
    if (typeof data !== 'string') return;
    if (type === 'vhal-prop-configs') answer(this.#configs, z.array(VehiclePropConfig), data);
    if (type === 'vhal-get-answer') answer(this.#gets, VehicleAnswer, data);
    if (type === 'vhal-set-answer') answer(this.#sets, VehicleAnswer, data);
  }

  /** The way to the application is lost. */
  end(): void {
    for (const questions of [this.#configs, this.#gets, this.#sets]) questions.fail(new FarpaneError('connection_lost'));
  }

  #mustBe(): void {
    if (this.#available === false) throw new FarpaneError('no_vehicle');
  }
}

/** An answer that names no property, as a failure may, is that of whoever waits longest. */
const isOf =
  (asked: { prop: number; area_id: number }) =>
  ({ prop, area_id: area }: VehicleAnswer): boolean =>
    (prop === undefined || prop === asked.prop) && (area === undefined || area === asked.area_id);

function accepted(told: VehicleAnswer): VehicleAnswer {
  if (told.error === undefined || told.error === null || told.error === false) return told;
  throw new FarpaneError('vehicle_refused', typeof told.error === 'string' && told.error !== '' ? { message: told.error } : {});
}

/** What can't be read answers nobody: who asked hears that no answer came. */
function answer<T extends z.ZodType>(questions: Questions<z.output<T>>, schema: T, data: string): void {
  try {
    questions.answer(decodeJson(schema, data, 'answer'));
  } catch {
    // An application that says something else.
  }
}
