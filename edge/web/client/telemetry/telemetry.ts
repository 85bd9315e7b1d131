import type { SensorName } from '#shared/control/devices.ts';
import type { HostMessage } from '#web/client/control.ts';
import { Location } from './location.ts';
import type { Post } from './post.ts';
import { Sensors } from './sensors.ts';
import { Vehicle } from './vehicle.ts';

export interface TelemetryCallbacks {
  /** Whether the application wants the readings of a sensor (`session.sensors.send`): whenever that changes. */
  readonly onSensor?: (sensor: SensorName, wanted: boolean) => void;
}

/** What a page may do with it. */
export interface SharedTelemetry {
  readonly sensors: Pick<Sensors, 'active' | 'send'>;
  readonly location: Pick<Location, 'send'>;
  readonly vehicle: Pick<Vehicle, 'available' | 'configs' | 'get' | 'set'>;
}

/** What a page tells the application of the world around its user, over all the connections of a session. */
export class Telemetry implements SharedTelemetry {
  readonly sensors: Sensors;
  readonly location: Location;
  readonly vehicle: Vehicle;

  constructor({ onSensor }: TelemetryCallbacks, post: Post) {
    this.sensors = new Sensors(post, (sensor, wanted) => onSensor?.(sensor, wanted));
    this.location = new Location(post);
    this.vehicle = new Vehicle(post);
  }

  /** Hears what the host says. */
  take(message: HostMessage): void {
    this.sensors.take(message);
    this.vehicle.take(message);
  }

  /** The control channel is open. */
  begin(): void {
    this.location.begin();
  }

  /** It is gone. Idempotent. */
  end(): void {
    this.sensors.end();
    this.vehicle.end();
  }
}
