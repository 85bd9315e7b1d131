import { pasteMessages } from './clipboard.ts';
import type { ControlInput } from './control.ts';
import { type SharedTelemetry, Telemetry, type TelemetryCallbacks } from './telemetry/telemetry.ts';

/** What a page tells the host, and the others of its session, by the control channel. */
export abstract class Speaking {
  protected readonly telemetry: Telemetry;

  constructor(callbacks: TelemetryCallbacks) {
    this.telemetry = new Telemetry(callbacks, (message) => this.send(message));
  }

  /** Sends on the control channel. @returns whether it was sent: without a connection it is dropped. */
  abstract send(message: ControlInput): boolean;

  /** What the sensors of the user's device say, as far as the application wants to know. */
  get sensors(): SharedTelemetry['sensors'] {
    return this.telemetry.sensors;
  }

  /** Where the user is. */
  get location(): SharedTelemetry['location'] {
    return this.telemetry.location;
  }

  /** The vehicle of the application. */
  get vehicle(): SharedTelemetry['vehicle'] {
    return this.telemetry.vehicle;
  }

  /** Gives the application a text to paste, of at most a megabyte. */
  setClipboard(text: string): void {
    for (const message of pasteMessages(text)) this.send(message);
  }

  /** Asks for control: who has it, and the owner, hear of it. A guest that may control gets it at once where there is nobody to ask. */
  requestControl(): void {
    this.send({ type: 'control::request', data: {} });
  }

  /** Gives control to another client: for who has it, and for the owner. */
  giveControl(peer: string): void {
    this.send({ type: 'control::give', data: { peer } });
  }

  /** Takes control back: for the owner. */
  takeControl(): void {
    this.send({ type: 'control::take', data: {} });
  }
}
