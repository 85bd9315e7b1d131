import { maxMessageBytes } from '#worker/channel-message.ts';
import type { Source } from '#worker/media/ingest.ts';
import type { ChosenStream } from '#worker/media/sdp/choose.ts';
import { writeAnswer } from '#worker/media/sdp/client-answer.ts';
import type { ClientOffer } from '#worker/media/sdp/client-offer.ts';
import type { CandidateLine } from '#worker/media/sdp/offer.ts';
import { BasePeer } from './base-peer.ts';
import { clientCapabilities, longestMid } from './client-capabilities.ts';
import type { AnsweringPeer, ClientOptions } from './peer.ts';
import { type PeerSite, PeerTransport, type Sent } from './peer-transport.ts';

/** A stream for a client that offered, and where it comes from. */
export interface AnsweredStream {
  stream: ChosenStream;
  source: Source;
}

export interface AnswerPeerOptions extends ClientOptions {
  offer: ClientOffer;
  /** Sound and video, as far as the client gets them. */
  streams: readonly AnsweredStream[];
}

/** Makes the end of a client that offered; it can connect as soon as it has the answer. */
export async function answerPeer(options: AnswerPeerOptions, site: PeerSite): Promise<AnsweringPeer> {
  const { offer, streams } = options;
  const transport = await PeerTransport.open(options, site);
  try {
    const sends: Sent[] = [];
    for (const each of streams) sends.push(await send(transport, each, site));
    transport.accept(sends);
    const hasChannels = offer.lines.some(({ use }) => use === 'data');
    await transport.connect(offer.dtlsRole, offer.fingerprint, hasChannels);
    const { sessionId, ice, iceCandidates, fingerprint, sctpPort } = transport;
    const answer = writeAnswer({
      offer,
      sessionId,
      ice,
      candidates: iceCandidates,
      fingerprint,
      streams: sends,
      data: { sctpPort, maxMessageBytes },
    });
    transport.onceClosed(site.onClosed);
    return new AnsweredPeer(options.id, transport, answer, firstLine(offer));
  } catch (error) {
    transport.close();
    throw error;
  }
}

class AnsweredPeer extends BasePeer implements AnsweringPeer {
  readonly answer: string;
  readonly #line: CandidateLine;

  constructor(id: string, transport: PeerTransport, answer: string, line: CandidateLine) {
    super(id, transport);
    this.answer = answer;
    this.#line = line;
  }

  protected override line(): CandidateLine {
    return this.#line;
  }
}

async function send(transport: PeerTransport, { stream, source }: AnsweredStream, { outlet }: PeerSite): Promise<Sent> {
  const capabilities = clientCapabilities(outlet.router.rtpCapabilities, stream);
  // A mid that is too long for a packet is only in the description.
  const sent = await transport.consume(source, capabilities, stream.mid.slice(0, longestMid));
  const [codec, ...others] = sent.rtpParameters.codecs;
  if (codec === undefined) throw new Error('a stream without a codec');
  const codecs = [{ ...codec, parameters: stream.parameters }, ...others];
  return { ...sent, mid: stream.mid, rtpParameters: { ...sent.rtpParameters, codecs } };
}

/** The m-line whose candidates the client goes by: the first that is answered (RFC 9143 section 7.3.2). */
function firstLine({ lines }: ClientOffer): CandidateLine {
  const sdpMLineIndex = lines.findIndex(({ use }) => use !== 'none');
  const line = lines[sdpMLineIndex];
  if (line === undefined || line.use === 'none') throw new Error('an offer without an m-line');
  return { sdpMid: line.mid, sdpMLineIndex };
}
