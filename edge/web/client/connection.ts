import type { StunServer } from '#shared/gateway.ts';
import { FarpaneError } from './errors.ts';
import { type IceCredentials, receivedVideo, withIce, withSoundRepair, withStereo } from './sdp.ts';

export type ConnectionEvent =
  | { readonly type: 'candidate'; readonly candidate: RTCIceCandidate }
  /** A data channel is open: `control`, or one of those that were asked for. */
  | { readonly type: 'channel'; readonly channel: RTCDataChannel }
  | { readonly type: 'connected' }
  /** Nothing comes through just now; `connected` may follow (RFC 8445 section 9: consent is being lost). */
  | { readonly type: 'interrupted' }
  /** Nothing came through for so long that only another way helps (`restartIce`), or that none was found at all. */
  | { readonly type: 'cut' }
  | { readonly type: 'lost' }
  /** The host hung up on purpose: DTLS was closed in order. */
  | { readonly type: 'hung-up' };

export interface ConnectionOptions {
  readonly stunServers: readonly StunServer[];
  /** The names of the channels besides `control`, in the order of the settings. */
  readonly dataChannels: readonly string[];
  /** Whether sound, or a picture, may be sent too. */
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly on: (event: ConnectionEvent) => void;
}

/** One RTCPeerConnection: what the host offers is received, with as little delay as the browser can do. */
export class Connection {
  /** The tracks as they come. */
  readonly stream = new MediaStream();
  readonly control: RTCDataChannel;
  readonly #pc: RTCPeerConnection;
  readonly #microphone: boolean;
  readonly #camera: boolean;
  readonly #on: (event: ConnectionEvent) => void;
  #waiting: RTCIceCandidateInit[] = [];
  #closed = false;

  /** @throws FarpaneError `unsupported`, or `bad_reply` where the browser refuses the STUN servers. */
  constructor({ stunServers, dataChannels, microphone, camera, on }: ConnectionOptions) {
    if (!('RTCPeerConnection' in globalThis)) throw new FarpaneError('unsupported');
    this.#on = on;
    this.#microphone = microphone;
    this.#camera = camera;
    this.#pc = peerConnection(stunServers);
    this.#pc.onicecandidate = ({ candidate }) => candidate !== null && this.#tell({ type: 'candidate', candidate });
    this.#pc.onconnectionstatechange = () => this.#changed();
    this.#pc.ontrack = ({ track, receiver }) => {
      if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
      this.stream.addTrack(track);
    };
    // Stream ids follow the order of creation, and the host presumes them: control is 0, the others 2, 4 and on.
    this.control = this.#channel('control');
    this.control.onclose = () => this.#tell({ type: 'hung-up' });
    for (const name of dataChannels) this.#channel(name);
  }

  /**
   * Takes an offer, the first or a further one.
   *
   * @returns the answer, applied.
   * @throws FarpaneError `bad_sdp` where the browser refuses the offer.
   */
  async answer(sdp: string): Promise<string> {
    try {
      await this.#pc.setRemoteDescription({ type: 'offer', sdp });
      // The answer can't offer more than was offered: where the host takes no sound it stays at receiving.
      const sound = this.#sound();
      if (this.#microphone && sound !== undefined) sound.direction = 'sendrecv';
      const picture = this.#sentVideo();
      if (this.#camera && picture !== undefined) picture.direction = 'sendonly';
      for (const candidate of this.#waiting.splice(0)) await this.#pc.addIceCandidate(candidate);
      const answer = await this.#pc.createAnswer();
      const local = withSoundRepair(withStereo(answer.sdp ?? ''), sdp);
      await this.#pc.setLocalDescription({ type: 'answer', sdp: local });
      return local;
    } catch (cause) {
      throw new FarpaneError('bad_sdp', { message: 'This browser refuses the stream that the host offers.', cause });
    }
  }

  /**
   * Looks for another way to the host (RFC 8445 section 9): what is offered stays as it is but for the host's new credentials. The host
   * learns of the client's by its checks.
   *
   * @throws FarpaneError `bad_sdp`
   */
  async restartIce(ice: IceCredentials): Promise<void> {
    const offer = this.#pc.remoteDescription;
    if (offer !== null) await this.answer(withIce(offer.sdp, ice));
  }

  /** Takes a candidate of the host; one that comes before the offer waits for it. One that is malformed is passed over. */
  async add(candidate: RTCIceCandidateInit): Promise<void> {
    if (this.#pc.remoteDescription === null) this.#waiting.push(candidate);
    else await this.#pc.addIceCandidate(candidate).catch(() => undefined);
  }

  /** What sends the microphone; undefined where the host takes none. */
  get microphoneSender(): RTCRtpSender | undefined {
    return sending(this.#sound());
  }

  /** What sends the camera; undefined where the host takes none. */
  get cameraSender(): RTCRtpSender | undefined {
    return sending(this.#sentVideo());
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#pc.getStats();
  }

  /** Idempotent; no event follows. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#pc.close();
  }

  #sound(): RTCRtpTransceiver | undefined {
    return this.#pc.getTransceivers().find(({ receiver }) => receiver.track.kind === 'audio');
  }

  #sentVideo(): RTCRtpTransceiver | undefined {
    const wanted = receivedVideo(this.#pc.remoteDescription?.sdp ?? '');
    return wanted === undefined ? undefined : this.#pc.getTransceivers().find(({ mid }) => mid === wanted);
  }

  #channel(name: string): RTCDataChannel {
    const channel = this.#pc.createDataChannel(name);
    channel.binaryType = 'arraybuffer';
    channel.onopen = () => this.#tell({ type: 'channel', channel });
    return channel;
  }

  #changed(): void {
    const state = this.#pc.connectionState;
    if (state === 'connected') this.#tell({ type: 'connected' });
    if (state === 'disconnected') this.#tell({ type: 'interrupted' });
    // What failed while the way was there is DTLS.
    if (state === 'failed') this.#tell({ type: this.#pc.iceConnectionState === 'failed' ? 'cut' : 'lost' });
  }

  #tell(event: ConnectionEvent): void {
    if (!this.#closed) this.#on(event);
  }
}

const sending = (transceiver: RTCRtpTransceiver | undefined): RTCRtpSender | undefined =>
  transceiver?.currentDirection?.startsWith('send') === true ? transceiver.sender : undefined;

function peerConnection(stunServers: readonly StunServer[]): RTCPeerConnection {
  try {
    return new RTCPeerConnection({
      bundlePolicy: 'max-bundle',
      iceServers: stunServers.map(({ urls, username, password }) => ({
        urls,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { credential: password }),
      })),
    });
  } catch (cause) {
    throw new FarpaneError('bad_reply', { cause });
  }
}
