import { z } from 'zod';

/** What clients tell of the device in the user's hand, and of a vehicle: handed to the application as it is. */

/** A reading; null where the device has none. */
const reading = z.number().nullable();

/**
 * Acceleration: m/s², gravity included. Gyroscope: degrees a second around each axis. Orientation: degrees. All as browsers have them
 * (W3C DeviceOrientation Event Specification), which is what the original's clients send.
 */
export const SensorReading = z.discriminatedUnion('sensor', [
  z.object({ sensor: z.enum(['acceleration', 'gyroscope']), x: reading, y: reading, z: reading }),
  z.object({ sensor: z.literal('orientation'), roll: reading, pitch: reading, azimuth: reading }),
]);

/** One colon: so it is in the protocol. */
export const SensorEvent = z.object({ type: z.literal('sensor:event'), data: SensorReading });

export const SensorName = z.enum(['acceleration', 'gyroscope', 'orientation']);
export type SensorName = z.output<typeof SensorName>;

/** `activate-sensor` and `deactivate-sensor`, from the host: whether the application wants its readings. */
export const SensorSwitch = z.object({ type: SensorName });

/**
 * `time`: milliseconds since 1970. Latitude and longitude: degrees (`wgs84`), or degrees times 100 plus minutes (`nmea`: 4533.35 is 45° 33.35').
 * Altitude: metres; speed: metres a second; bearing: degrees from north, clockwise.
 */
export const DevicePosition = z.object({
  time: z.number(),
  latitude: z.number(),
  longitude: z.number(),
  altitude: z.number().default(0),
  speed: z.number().default(0),
  bearing: z.number().default(0),
  format: z.enum(['wgs84', 'nmea']).default('wgs84'),
});
export const LocationUpdate = z.object({ type: z.literal('location::update-position'), data: DevicePosition });

/** A property of Android's vehicle abstraction (VHAL). 64-bit numbers are as exact as JSON in a browser makes them. */
export const VehicleProperty = z.object({
  prop: z.int(),
  area_id: z.int().default(0),
  status: z.int().optional(),
  int32_values: z.array(z.int()).max(1000).optional(),
  float_values: z.array(z.number()).max(1000).optional(),
  int64_values: z
    .array(z.union([z.number(), z.string().max(20)]))
    .max(1000)
    .optional(),
  bytes: z.union([z.array(z.int().min(0).max(255)).max(10_000), z.string().max(20_000)]).optional(),
  string_value: z.string().max(10_000).optional(),
});

export const VehicleConfigs = z.object({ type: z.literal('vhal::get-all-prop-configs'), data: z.unknown() });
/** Each is answered in its turn, without a number: `vhal-get-answer`, `vhal-set-answer`. */
export const VehicleGet = z.object({ type: z.literal('vhal::get'), data: VehicleProperty });
export const VehicleSet = z.object({ type: z.literal('vhal::set'), data: VehicleProperty });

/** What an application answers, as it says it: `error` is there where it could not. */
export const VehicleAnswer = z.looseObject({
  prop: z.int().optional(),
  area_id: z.int().optional(),
  status: z.int().optional(),
  int32_values: z.array(z.number()).optional(),
  float_values: z.array(z.number()).optional(),
  int64_values: z.array(z.union([z.number(), z.string()])).optional(),
  bytes: z.union([z.array(z.number()), z.string()]).optional(),
  string_value: z.string().optional(),
  error: z.unknown().optional(),
});
export type VehicleAnswer = z.output<typeof VehicleAnswer>;

/** Which properties there are. What else it says of each is Android's `VehiclePropConfig`. */
export const VehiclePropConfig = z.looseObject({ prop: z.int() });
export type VehiclePropConfig = z.output<typeof VehiclePropConfig>;
