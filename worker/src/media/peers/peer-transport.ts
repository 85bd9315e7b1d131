import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import type { Logger } from '#shared/log.ts';
import type { Candidate } from '#shared/signal.ts';
import { type ChannelMessage, maxMessageBytes } from '#worker/channel-message.ts';
import { orMediaFailed } from '#worker/media/failure.ts';
import type { Source } from '#worker/media/ingest.ts';
import type { Outlet } from '#worker/media/outlet.ts';
import { type CandidateLine, describeCandidate, type OfferedStream } from '#worker/media/sdp/offer.ts';
import type { ClientTransport } from '#worker/media/sdp/transport.ts';
import { type UpLink, upLinkOf } from '#worker/media/uplink.ts';
import { type Channels, openChannels } from './channels.ts';
import { ConnectionState } from './connection.ts';
import { figuresOf } from './figures.ts';
import { onceFirstFrame } from './first-frame.ts';
import { type LinkReport, readLink } from './link.ts';
import { buffered } from './outgoing.ts';
import type { ClientOptions, IceRestart, PeerFigures } from './peer.ts';

/** What a peer needs of its room. */
export interface PeerSite {
  outlet: Outlet;
  server: types.WebRtcServer;
  log: Logger;
  /** The transport has closed, for whatever reason. */
  onClosed: () => void;
}

/** What is sent on an m-line. */
export interface Sent extends OfferedStream {
  consumer: types.Consumer;
}

/** After so long without a check from the client it counts as disconnected. Seconds. Browsers check every 2 to 6 s (RFC 7675). */
const iceConsentSeconds = 10;
/** What a link is taken to carry until that is known. */
const startKbps = 3000;
/** How much further than what is sent at most a link is probed: an estimate is always a little below the truth. */
const probedPart = 1.15;

/** The server's end of a client's connection: what is sent on it is paused until the client is connected. */
export class PeerTransport {
  /** For `o=` of the session descriptions. */
  readonly sessionId = String(randomInt(2 ** 47));
  readonly #transport: types.WebRtcTransport;
  readonly #client: ClientOptions;
  readonly #site: PeerSite;
  #accepted: readonly Sent[] = [];
  #channels: Channels | null = null;
  #connected = false;

  private constructor(transport: types.WebRtcTransport, client: ClientOptions, site: PeerSite) {
    this.#transport = transport;
    this.#client = client;
    this.#site = site;
  }

  static async open(client: ClientOptions, site: PeerSite): Promise<PeerTransport> {
    const transport = await site.outlet.router.createWebRtcTransport({
      webRtcServer: site.server,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      enableSctp: true,
      maxSendMessageSize: maxMessageBytes,
      maxReceiveMessageSize: maxMessageBytes,
      initialAvailableOutgoingBitrate: startKbps * 1000,
      sctpDefaultStreamBufferedAmountLowThreshold: buffered.lowBytes,
      iceConsentTimeout: iceConsentSeconds,
    });
    const opened = new PeerTransport(transport, client, site);
    // The media server does what it is asked in that order: what follows need not wait for it.
    opened.setMaxKbps(client.maxKbps).catch((error: unknown) => site.log.warn('peer.not-limited', { error }));
    return opened;
  }

  get ice(): types.IceParameters {
    return this.#transport.iceParameters;
  }

  get fingerprint(): types.DtlsFingerprint {
    const found = this.#transport.dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
    if (found === undefined) throw new Error('the media server has no SHA-256 fingerprint');
    return found;
  }

  get sctpPort(): number {
    return this.#transport.sctpParameters?.port ?? 5000;
  }

  get iceCandidates(): types.IceCandidate[] {
    return this.#transport.iceCandidates;
  }

  candidates(line: CandidateLine): Candidate[] {
    return this.#transport.iceCandidates.map((candidate) => describeCandidate(candidate, line));
  }

  /** Makes what is sent of a source. `mid`: of its m-line; by default the codec's name. */
  async consume(source: Source, rtpCapabilities: types.RtpCapabilities, mid?: string): Promise<Sent> {
    const producer = await this.#site.outlet.producerOf(source);
    const name = mid ?? source.codec.toLowerCase();
    // Of sound too: without RTX, for which it has no payload type, what was lost is sent again as it was.
    const enableRtx = true;
    const consumer = await this.#transport.consume({
      producerId: producer.id,
      rtpCapabilities,
      paused: true,
      mid: name,
      enableRtx,
    });
    return { kind: producer.kind, mid: name, rtpParameters: consumer.rtpParameters, consumer };
  }

  /** Takes what the client sends on an m-line. */
  async receive(kind: types.MediaKind, rtpParameters: types.RtpParameters): Promise<UpLink> {
    return upLinkOf(this.#site.outlet.router, await this.#transport.produce({ kind, rtpParameters }));
  }

  /** The client takes these: they begin when it is connected. */
  accept(sent: readonly Sent[]): void {
    this.#accepted = sent;
    this.#watchFirstFrame();
    if (this.#connected) this.#resume();
  }

  /**
   * Lets the client connect.
   *
   * @param role the client's part in DTLS. @param hasChannels whether it has an m-line for data channels.
   */
  async connect(role: 'client' | 'server', fingerprint: ClientTransport['fingerprint'], hasChannels: boolean): Promise<void> {
    const { dataChannels, onState, onControl, onControlOpen, onChannelOpen, onMessage } = this.#client;
    const { outlet, log } = this.#site;
    const transport = this.#transport;
    const state = new ConnectionState(transport, (next) => {
      log.info('peer.state', { state: next });
      this.#connected = next === 'connected';
      if (this.#connected) this.#resume();
      onState(next);
      if (next === 'closed') transport.close();
    });
    if (hasChannels) {
      this.#channels = await openChannels({
        transport,
        direct: outlet.direct,
        silence: outlet.silence,
        ids: role === 'client' ? 'even' : 'odd',
        names: dataChannels,
        onControl,
        onControlOpen,
        onChannelOpen,
        onMessage,
        log,
      });
    }
    const { algorithm, value } = fingerprint;
    await transport.connect({ dtlsParameters: { role, fingerprints: [{ algorithm, value }] } });
    state.update();
  }

  async restartIce(line: CandidateLine): Promise<IceRestart> {
    const { usernameFragment, password } = await orMediaFailed(this.#transport.restartIce());
    return { ufrag: usernameFragment, pwd: password, candidates: this.candidates(line) };
  }

  link(): Promise<LinkReport> {
    const video = this.#accepted.find(({ kind }) => kind === 'video');
    return orMediaFailed(readLink(this.#transport, video?.consumer));
  }

  async halt(on: boolean): Promise<void> {
    await orMediaFailed(Promise.all(this.#videos().map((consumer) => (on ? consumer.pause() : consumer.resume()))));
  }

  async refresh(): Promise<void> {
    await orMediaFailed(Promise.all(this.#videos().map((consumer) => consumer.requestKeyFrame())));
  }

  async setMaxKbps(kbps: number): Promise<void> {
    await orMediaFailed(this.#transport.setMaxOutgoingBitrate(Math.round(kbps * 1000 * probedPart)));
  }

  sendControl(type: string, data: unknown): void {
    this.#channels?.sendControl(JSON.stringify({ type, data }));
  }

  async sendPassing(type: string, data: unknown): Promise<number> {
    if (this.#channels === null) throw new Error('there are no channels yet');
    return await this.#channels.sendPassing(JSON.stringify({ type, data }));
  }

  async send(channel: string, message: ChannelMessage): Promise<void> {
    if (this.#channels === null) throw new Error('there are no channels yet');
    await this.#channels.send(channel, message);
  }

  onceClosed(listener: () => void): void {
    this.#transport.observer.once('close', listener);
  }

  figures(): Promise<PeerFigures | null> {
    return figuresOf(
      this.#transport,
      this.#accepted.map(({ consumer }) => consumer),
    );
  }

  close(): void {
    this.#transport.close();
  }

  #videos(): types.Consumer[] {
    return this.#accepted.filter(({ kind, consumer }) => kind === 'video' && !consumer.closed).map(({ consumer }) => consumer);
  }

  #watchFirstFrame(): void {
    const { onFirstFrame } = this.#client;
    const video = this.#accepted.find(({ kind }) => kind === 'video');
    if (onFirstFrame !== undefined && video !== undefined) onceFirstFrame(video.consumer, onFirstFrame, this.#site.log);
  }

  /**
   * Starts to send. A consumer that is resumed asks for a keyframe by itself; but where nothing has come of its stream yet, mediasoup drops
   * that without a word, so who fills the stream must not wait for it.
   */
  #resume(): void {
    for (const { consumer } of this.#accepted) {
      if (!consumer.paused || consumer.closed) continue;
      consumer.resume().then(
        () => this.#client.onSending(),
        (error: unknown) => this.#site.log.warn('peer.not-resumed', { error }),
      );
    }
  }
}
