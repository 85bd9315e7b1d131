import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import type { Candidate } from '#shared/signal.ts';
import { type Channels, openChannels } from './channels.ts';
import { ConnectionState, type PeerState } from './connection.ts';
import { orMediaFailed } from './failure.ts';
import type { Ingest } from './ingest.ts';
import { type Answer, type OfferedSection, readAnswer } from './sdp/answer.ts';
import { bundleLine, describeCandidate, type OfferedStream, writeOffer } from './sdp/offer.ts';

export interface PeerOptions {
  id: string;
  video: Ingest | null;
  audio: Ingest | null;
  /** Named channels besides `control`, in the order in which the client creates them. */
  dataChannels: readonly string[];
  /** The text of a message on the control channel, not yet parsed, of at most `maxControlLength` bytes. */
  onControl: (message: string) => void;
  /**
   * `connected`: media flows. `disconnected`: the client is silent, and may come back (`connected` again). `closed`: it is gone for
   * good, by its own doing or because the media server died; once, and not after `close()`.
   */
  onState: (state: PeerState) => void;
}

/** One client of a session. */
export interface Peer {
  readonly id: string;
  /** The SDP offer that awaits an answer, or was answered last. Plain text, without candidates. */
  offer(): string;
  /**
   * Where the client reaches the peer: to be told when its answer was applied, not before. A client that connects earlier finds no one
   * to speak SCTP with, and tries again only after a second.
   */
  candidates(): Candidate[];
  /**
   * Applies the client's answer. `refused-video`: the client can't take video of this codec, and has all the rest: offer it another
   * codec with {@link offerVideo}.
   *
   * @throws AppError `bad_sdp` that says what is wrong with it; a further answer may follow. `wrong_state` after one was accepted.
   */
  applyAnswer(sdp: string): Promise<'accepted' | 'refused-video'>;
  /**
   * Offers video of another codec after `refused-video`, on the same connection.
   *
   * @returns the further offer. @throws AppError `wrong_state` while there is video, or an offer without an answer; `bad_sdp` where
   * the client takes no sound either: then the refused m-line was the bundle's first, and browsers lose the connection when it is
   * offered anew (tried with Chromium 156).
   */
  offerVideo(video: Ingest): Promise<string>;
  /** Sends `{type, data}` on the control channel; dropped, and logged once, where the channel is not open. */
  sendControl(type: string, data: unknown): void;
  /** Ends the client's connection at once, seen by the client as such. Idempotent. */
  close(): void;
}

export interface PeerMedia extends PeerOptions {
  router: types.Router;
  server: types.WebRtcServer;
  direct: types.DirectTransport;
  silence: types.DataProducer;
  capabilities: types.RtpCapabilities;
  /** @throws AppError where the ingest is of another room. */
  producerOf: (ingest: Ingest) => types.Producer;
  log: Logger;
  /** The transport has closed, for whatever reason. */
  onClosed: () => void;
}

/** The m-line of the data channels. */
const dataMid = 'data';
/** The largest message on any data channel, in bytes. */
const maxMessageBytes = 256 * 1024;
/** After so long without a check from the client it counts as disconnected. Seconds. Browsers check every 2 to 6 s (RFC 7675). */
const iceConsentSeconds = 10;

/** Makes the transport of a client and what is sent on it, paused until the client is connected. */
export async function createPeer(media: PeerMedia): Promise<Peer> {
  const transport = await media.router.createWebRtcTransport({
    webRtcServer: media.server,
    enableUdp: true,
    enableTcp: true,
    preferUdp: true,
    enableSctp: true,
    maxSendMessageSize: maxMessageBytes,
    maxReceiveMessageSize: maxMessageBytes,
    iceConsentTimeout: iceConsentSeconds,
  });
  try {
    const sends: Sent[] = [];
    if (media.audio !== null) sends.push(await consume(transport, media, media.audio));
    if (media.video !== null) sends.push(await consume(transport, media, media.video));
    transport.observer.once('close', media.onClosed);
    return new ConnectablePeer(media, transport, sends);
  } catch (error) {
    transport.close();
    throw error;
  }
}

interface Sent extends OfferedStream {
  consumer: types.Consumer;
}

async function consume(transport: types.WebRtcTransport, media: PeerMedia, ingest: Ingest): Promise<Sent> {
  const producer = media.producerOf(ingest);
  // A mid names its codec, so that an offer of another codec after a refused one does not reuse a mid that has ended (RFC 8829
  // section 5.2.2).
  const mid = mediaCodec(producer.rtpParameters).name.toLowerCase();
  const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities: media.capabilities, paused: true, mid });
  return { kind: producer.kind, mid, rtpParameters: consumer.rtpParameters, consumer };
}

class ConnectablePeer implements Peer {
  readonly #media: PeerMedia;
  readonly #transport: types.WebRtcTransport;
  readonly #sessionId = String(randomInt(2 ** 47));
  #sends: readonly Sent[];
  #accepted: readonly Sent[] = [];
  #version = 1;
  /** `refused`: answered, but for the video. */
  #stage: 'offered' | 'refused' | 'accepted' = 'offered';
  /** Mids that the client refused with its last answer. */
  #refused: ReadonlySet<string> = new Set();
  #channels: Channels | null = null;
  #connected = false;

  constructor(media: PeerMedia, transport: types.WebRtcTransport, sends: readonly Sent[]) {
    this.#media = media;
    this.#transport = transport;
    this.#sends = sends;
  }

  get id(): string {
    return this.#media.id;
  }

  offer(): string {
    const transport = this.#transport;
    return writeOffer({
      sessionId: this.#sessionId,
      version: this.#version,
      ice: transport.iceParameters,
      fingerprint: sha256(transport.dtlsParameters.fingerprints),
      streams: this.#sends,
      data: { mid: dataMid, sctpPort: transport.sctpParameters?.port ?? 5000, maxMessageBytes },
    });
  }

  candidates(): Candidate[] {
    const line = bundleLine([...this.#sends.map(({ mid }) => mid), dataMid], this.#refused);
    return this.#transport.iceCandidates.map((candidate) => describeCandidate(candidate, line));
  }

  async applyAnswer(sdp: string): Promise<'accepted' | 'refused-video'> {
    if (this.#stage !== 'offered') throw new AppError('wrong_state', { message: 'This offer was answered already.' });
    const answer = readAnswer(sdp, [...this.#sends.map(asOffered), { kind: 'application', mid: dataMid }]);
    const refused = this.#sends.some(({ kind, mid }) => kind === 'video' && answer.refused.has(mid));
    this.#stage = refused ? 'refused' : 'accepted';
    this.#accepted = this.#sends.filter(({ mid }) => answer.accepted.has(mid));
    this.#refused = answer.refused;
    // What a further answer says of the transport is what the first one said: nothing of it is offered anew.
    if (this.#channels === null) await orMediaFailed(this.#connect(answer));
    if (this.#connected) this.#resume();
    return refused ? 'refused-video' : 'accepted';
  }

  async offerVideo(video: Ingest): Promise<string> {
    if (this.#stage !== 'refused') throw new AppError('wrong_state', { message: 'The client has refused no video.' });
    if (this.#accepted.length === 0) {
      throw new AppError('bad_sdp', {
        message: 'The client does not take this video codec, and without sound no other can be offered.',
      });
    }
    const sent = await orMediaFailed(consume(this.#transport, this.#media, video));
    for (const { kind, consumer } of this.#sends) if (kind === 'video') consumer.close();
    this.#sends = [...this.#sends.filter(({ kind }) => kind !== 'video'), sent];
    this.#version += 1;
    this.#stage = 'offered';
    return this.offer();
  }

  sendControl(type: string, data: unknown): void {
    this.#channels?.sendControl(JSON.stringify({ type, data }));
  }

  close(): void {
    this.#transport.close();
  }

  async #connect(answer: Answer): Promise<void> {
    const { direct, silence, dataChannels, onControl, onState, log } = this.#media;
    const transport = this.#transport;
    const state = new ConnectionState(transport, (next) => {
      log.info('peer-state', { state: next });
      this.#connected = next === 'connected';
      if (this.#connected) this.#resume();
      onState(next);
      if (next === 'closed') transport.close();
    });
    this.#channels = await openChannels({
      transport,
      direct,
      silence,
      ids: answer.setup === 'active' ? 'even' : 'odd',
      names: dataChannels,
      onControl,
      log,
    });
    const { algorithm, value } = answer.fingerprint;
    await transport.connect({
      dtlsParameters: { role: answer.setup === 'active' ? 'client' : 'server', fingerprints: [{ algorithm, value }] },
    });
    state.update();
  }

  /** Starts to send. A consumer that is resumed asks for a keyframe by itself. */
  #resume(): void {
    for (const { consumer } of this.#accepted) {
      if (!consumer.paused || consumer.closed) continue;
      consumer.resume().catch((error: unknown) => this.#media.log.warn('consumer-not-resumed', { error }));
    }
  }
}

function asOffered({ kind, mid, rtpParameters }: Sent): OfferedSection {
  const codec = mediaCodec(rtpParameters);
  const others = rtpParameters.codecs
    .map(({ payloadType }) => payloadType)
    .filter((payloadType) => payloadType !== codec.payloadType);
  return { kind, mid, codec, otherPayloadTypes: others };
}

/** The codec itself, which mediasoup puts before its RTX. */
function mediaCodec({ codecs: [codec] }: types.RtpParameters): { payloadType: number; name: string } {
  if (codec === undefined) throw new Error('a stream without a codec');
  return { payloadType: codec.payloadType, name: codec.mimeType.slice(codec.mimeType.indexOf('/') + 1) };
}

function sha256(fingerprints: readonly types.DtlsFingerprint[]): types.DtlsFingerprint {
  const found = fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  if (found === undefined) throw new Error('the media server has no SHA-256 fingerprint');
  return found;
}
