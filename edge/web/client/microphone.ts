import { EnableMicrophone } from '#shared/control/uplinks.ts';
import { decodeJson } from '#shared/decode.ts';
import type { HostMessage } from './control.ts';
import { FarpaneError } from './errors.ts';

/** @returns whether the application wants to hear the microphone, by what the host says; undefined where it says something else. */
export function readMicrophoneWish({ type, data }: HostMessage): boolean | undefined {
  if (type === 'disable-microphone') return false;
  if (type !== 'enable-microphone' || typeof data !== 'string') return undefined;
  try {
    decodeJson(EnableMicrophone, data, type);
    return true;
  } catch {
    return undefined;
  }
}

/** What is needed of an RTCRtpSender. */
export type TrackSender = Pick<RTCRtpSender, 'replaceTrack'>;

/** The page's microphone: captured when the page says so, and sent on the connection that there is. */
export class Microphone {
  #track: MediaStreamTrack | undefined;
  #sender: TrackSender | undefined;
  readonly #onEnd: () => void;

  /** `onEnd`: the capture has ended by itself: the browser was told to, or the device is gone. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  get on(): boolean {
    return this.#track !== undefined;
  }

  /** A connection takes sound, or none does any more. What is captured goes on over a new one. */
  async attach(sender: TrackSender | undefined): Promise<void> {
    this.#sender = sender;
    await sender?.replaceTrack(this.#track ?? null);
  }

  /**
   * Asks the user for the microphone and sends it.
   *
   * @throws FarpaneError `microphone_refused`, which says why, for people.
   */
  async start(): Promise<void> {
    if (this.#track !== undefined) return;
    if (this.#sender === undefined) {
      throw new FarpaneError('microphone_refused', { message: 'This session takes no microphone.' });
    }
    const track = await capture();
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

async function capture(): Promise<MediaStreamTrack> {
  // Browsers give it to pages of https and of localhost only.
  if (!('mediaDevices' in navigator)) {
    throw new FarpaneError('microphone_refused', { message: 'The browser gives the microphone to pages over https only.' });
  }
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
    const [track] = stream.getAudioTracks();
    if (track === undefined) throw new FarpaneError('microphone_refused', { message: 'There is no microphone.' });
    return track;
  } catch (cause) {
    const name = cause instanceof DOMException ? cause.name : '';
    const message = reasons[name];
    throw new FarpaneError('microphone_refused', { ...(message === undefined ? {} : { message }), cause });
  }
}

/** By the name of the exception of getUserMedia (Media Capture and Streams, section 10.2). */
const reasons: Readonly<Record<string, string>> = {
  NotAllowedError: 'The browser was not allowed to use the microphone: allow it in the settings of this page.',
  NotFoundError: 'There is no microphone.',
  NotReadableError: 'Another program uses the microphone, or the system does not give it away.',
};
