import type { types } from 'mediasoup';
import { AppError } from '#shared/errors.ts';
import type { Candidate } from '#shared/signal.ts';
import { maxMessageBytes } from '#worker/channel-message.ts';
import { peerCapabilities } from '#worker/media/codecs.ts';
import { orMediaFailed } from '#worker/media/failure.ts';
import type { Source } from '#worker/media/ingest.ts';
import { type Answer, type OfferedSection, readAnswer } from '#worker/media/sdp/answer.ts';
import { bundleLine, type CandidateLine, type OfferedStream, writeOffer } from '#worker/media/sdp/offer.ts';
import type { UpLink, UpLinkName } from '#worker/media/uplink.ts';
import { BasePeer } from './base-peer.ts';
import type { OfferingPeer, PeerOptions } from './peer.ts';
import { type PeerSite, PeerTransport, type Sent } from './peer-transport.ts';
import { cameraLine, microphoneLine, sentParameters } from './up-lines.ts';

/** The m-line of the data channels. */
const dataMid = 'data';

/** Makes the end of a client that is offered to, and what is sent to it. */
export async function createPeer(options: PeerOptions, site: PeerSite): Promise<OfferingPeer> {
  const capabilities = peerCapabilities(site.outlet.router.rtpCapabilities);
  const transport = await PeerTransport.open(options, site);
  try {
    const taken = [options.audio, options.video].filter((source) => source !== null);
    const sends = await Promise.all(taken.map((source) => transport.consume(source, capabilities)));
    transport.onceClosed(site.onClosed);
    return new ConnectablePeer({ id: options.id, transport, capabilities, sends, takes: options.takes });
  } catch (error) {
    transport.close();
    throw error;
  }
}

interface Parts {
  id: string;
  transport: PeerTransport;
  capabilities: types.RtpCapabilities;
  sends: readonly Sent[];
  takes: PeerOptions['takes'];
}

class ConnectablePeer extends BasePeer implements OfferingPeer {
  readonly upLinks = new Map<UpLinkName, UpLink>();
  readonly #takes: PeerOptions['takes'];
  readonly #capabilities: types.RtpCapabilities;
  #sends: readonly Sent[];
  #accepted: readonly Sent[] = [];
  #version = 1;
  /** `refused`: answered, but for the video. */
  #stage: 'offered' | 'refused' | 'accepted' = 'offered';
  /** Mids that the client refused with its last answer. */
  #refused: ReadonlySet<string> = new Set();
  #connecting = false;

  constructor({ id, transport, capabilities, sends, takes }: Parts) {
    super(id, transport);
    this.#takes = takes;
    this.#capabilities = capabilities;
    this.#sends = sends;
  }

  offer(): string {
    const { sessionId, ice, fingerprint, sctpPort } = this.transport;
    return writeOffer({
      sessionId,
      version: this.#version,
      ice,
      fingerprint,
      streams: this.#lines(),
      data: { mid: dataMid, sctpPort, maxMessageBytes },
    });
  }

  candidates(): Candidate[] {
    return this.transport.candidates(this.line());
  }

  async applyAnswer(sdp: string): Promise<'accepted' | 'refused-video'> {
    if (this.#stage !== 'offered') throw new AppError('wrong_state', { message: 'This offer was answered already.' });
    const answer = readAnswer(sdp, [...this.#lines().map(asOffered), { kind: 'application', mid: dataMid }]);
    const refused = this.#sends.some(({ kind, mid }) => kind === 'video' && answer.refused.has(mid));
    this.#stage = refused ? 'refused' : 'accepted';
    this.#accepted = this.#sends.filter(({ mid }) => answer.accepted.has(mid));
    this.#refused = answer.refused;
    // What a further answer says of the transport is what the first one said: nothing of it is offered anew.
    if (!this.#connecting) {
      this.#connecting = true;
      await orMediaFailed(this.transport.connect(answer.setup === 'active' ? 'client' : 'server', answer.fingerprint, true));
    }
    this.transport.accept(this.#accepted);
    await this.#takeUpLinks(answer);
    return refused ? 'refused-video' : 'accepted';
  }

  async offerVideo(video: Source): Promise<string> {
    if (this.#stage !== 'refused') throw new AppError('wrong_state', { message: 'The client has refused no video.' });
    if (this.#accepted.length === 0) {
      throw new AppError('bad_sdp', {
        message: 'The client does not take this video codec, and without sound no other can be offered.',
      });
    }
    // Its mid names its codec, for an offer after a refused one must not reuse a mid that has ended (RFC 8829 section 5.2.2).
    const sent = await orMediaFailed(this.transport.consume(video, this.#capabilities));
    for (const { kind, consumer } of this.#sends) if (kind === 'video') consumer.close();
    this.#sends = [...this.#sends.filter(({ kind }) => kind !== 'video'), sent];
    this.#version += 1;
    this.#stage = 'offered';
    return this.offer();
  }

  protected override line(): CandidateLine {
    return bundleLine([...this.#lines().map(({ mid }) => mid), dataMid], this.#refused);
  }

  /**
   * All m-lines of media, in their order: sound, the client's camera, the picture. There are clients that put their camera on the first
   * m-line of video on which they may send.
   */
  #lines(): OfferedStream[] {
    const video = this.#sends.filter(({ kind }) => kind === 'video');
    return [...this.#soundLines(), ...(this.#takes.camera ? [cameraLine(this.#capabilities)] : []), ...video];
  }

  #soundLines(): OfferedStream[] {
    const sound = this.#sends.filter(({ kind }) => kind === 'audio');
    if (!this.#takes.microphone) return sound;
    if (sound.length === 0) return [microphoneLine(this.#capabilities)];
    return sound.map((sent): OfferedStream => ({ ...sent, direction: 'sendrecv' }));
  }

  /** Takes what the client has agreed to send, unless it was taken with an answer before. */
  async #takeUpLinks({ sending }: Answer): Promise<void> {
    for (const line of this.#lines()) {
      const accepted = sending.get(line.mid);
      const name = line.kind === 'audio' ? 'microphone' : 'camera';
      if (accepted === undefined || this.upLinks.has(name)) continue;
      this.upLinks.set(name, await orMediaFailed(this.transport.receive(line.kind, sentParameters(line, accepted))));
    }
  }
}

/** What only helps another codec: retransmissions. */
const isAuxiliary = (mimeType: string): boolean => /\/rtx$/i.test(mimeType);

function asOffered({ kind, mid, direction = 'sendonly', rtpParameters: { codecs } }: OfferedStream): OfferedSection {
  const named = codecs.map(({ payloadType, mimeType }) => ({ payloadType, name: mimeType.slice(mimeType.indexOf('/') + 1) }));
  const isMedia = (_: unknown, index: number): boolean => !isAuxiliary(codecs[index]?.mimeType ?? '');
  const media = named.filter(isMedia);
  const others = named.filter((each) => !media.includes(each)).map(({ payloadType }) => payloadType);
  return { kind, mid, direction, codecs: media, otherPayloadTypes: others };
}
