import { FarpaneError } from './errors.ts';

/** What is needed of an RTCRtpSender. */
export type TrackSender = Pick<RTCRtpSender, 'replaceTrack'>;

export type DeviceName = 'microphone' | 'camera';

/** The page's microphone or camera: captured when the page says so, and sent on the connection that there is. */
export class Device {
  readonly #name: DeviceName;
  readonly #onEnd: () => void;
  #track: MediaStreamTrack | undefined;
  #sender: TrackSender | undefined;
  #wish: MediaTrackConstraints;
  /** Why the session takes none, where the host has said so. */
  #why: string | undefined;

  /** `onEnd`: the capture has ended by itself: the browser was told to, or the device is gone. */
  constructor(name: DeviceName, onEnd: () => void) {
    this.#name = name;
    this.#onEnd = onEnd;
    this.#wish = defaults[name];
  }

  get on(): boolean {
    return this.#track !== undefined;
  }

  /** What is captured, for the page to show. */
  get track(): MediaStreamTrack | undefined {
    return this.#track;
  }

  /** A connection takes it, or none does any more. What is captured goes on over a new one. */
  async attach(sender: TrackSender | undefined): Promise<void> {
    this.#sender = sender;
    await sender?.replaceTrack(this.#track ?? null);
  }

  /** What the next `start` asks the browser for. */
  wish(constraints: MediaTrackConstraints): void {
    this.#wish = { ...defaults[this.#name], ...constraints };
  }

  /** The host says why it takes none. */
  refuse(message: string): void {
    this.#why = message;
  }

  /**
   * Asks the user for the device and sends it.
   *
   * @throws FarpaneError `microphone_refused` or `camera_refused`, which says why, for people.
   */
  async start(): Promise<void> {
    if (this.#track !== undefined) return;
    if (this.#sender === undefined) throw refusal(this.#name, this.#why ?? `This session takes no ${this.#name}.`);
    const track = await capture(this.#name, this.#wish);
    this.#track = track;
    track.onended = () => {
      void this.stop();
      this.#onEnd();
    };
    await this.#sender?.replaceTrack(track);
  }

  /** Sends nothing any more, and gives the device back. Idempotent. */
  async stop(): Promise<void> {
    const track = this.#track;
    this.#track = undefined;
    if (track === undefined) return;
    track.onended = null;
    track.stop();
    await this.#sender?.replaceTrack(null);
  }
}

/** What a page may do with a device. */
export type SharedDevice = Pick<Device, 'on' | 'track' | 'start' | 'stop'>;

const defaults: Readonly<Record<DeviceName, MediaTrackConstraints>> = {
  microphone: { echoCancellation: true, noiseSuppression: true },
  camera: {},
};

async function capture(name: DeviceName, wish: MediaTrackConstraints): Promise<MediaStreamTrack> {
  // Browsers give it to pages of https and of localhost only.
  if (!('mediaDevices' in navigator)) throw refusal(name, `The browser gives the ${name} to pages over https only.`);
  try {
    const stream = await navigator.mediaDevices.getUserMedia(name === 'camera' ? { video: wish } : { audio: wish });
    const [track] = stream.getTracks();
    if (track === undefined) throw refusal(name, `There is no ${name}.`);
    return track;
  } catch (cause) {
    throw refusal(name, reasons(name)[cause instanceof DOMException ? cause.name : ''], cause);
  }
}

const refusal = (name: DeviceName, message: string | undefined, cause?: unknown): FarpaneError =>
  new FarpaneError(`${name}_refused`, { ...(message === undefined ? {} : { message }), cause });

/** By the name of the exception of getUserMedia (Media Capture and Streams, section 10.2). */
const reasons = (name: DeviceName): Readonly<Record<string, string>> => ({
  NotAllowedError: `The browser was not allowed to use the ${name}: allow it in the settings of this page.`,
  NotFoundError: `There is no ${name}.`,
  NotReadableError: `Another program uses the ${name}, or the system does not give it away.`,
});
