import { type Browser, chromium, type Page } from 'playwright-core';
import type { Candidate } from '#shared/signal.ts';
import { chromiumOptions, soundWithoutClick } from '#tests/support/chromium.ts';
import type { OfferingPeer } from '#worker/media/room.ts';

export const launchBrowser = (): Promise<Browser> => chromium.launch(chromiumOptions([soundWithoutClick]));

/** What the page keeps. */
interface PageClient {
  connection: RTCPeerConnection;
  channels: RTCDataChannel[];
  messages: string[];
  /** Stream ids, by the kind of their track. */
  streams: Record<string, string>;
}

declare global {
  var client: PageClient;
}

/** A client in a page of its own: it creates its channels first, then applies the offer, as the public protocol has it. */
export async function openClient(
  browser: Browser,
  channelNames: string[] = [],
  { channels: hasChannels = true }: { channels?: boolean } = {},
): Promise<Client> {
  const page = await browser.newPage();
  const all = hasChannels ? ['control', ...channelNames] : [];
  await page.evaluate((names) => {
    const connection = new RTCPeerConnection();
    const messages: string[] = [];
    const streams: Record<string, string> = {};
    const channels = names.map((name) => connection.createDataChannel(name));
    for (const channel of channels) channel.onmessage = ({ data }) => messages.push(`${channel.label} ${data}`);
    connection.ontrack = ({ track, streams: [stream] }) => {
      streams[track.kind] = stream?.id ?? '';
      const element = document.createElement(track.kind === 'video' ? 'video' : 'audio');
      element.srcObject = new MediaStream([track]);
      document.body.append(element);
      void element.play();
    };
    globalThis.client = { connection, channels, messages, streams };
  }, all);
  return new Client(page);
}

export interface ReceivedStats {
  framesDecoded: number;
  keyFramesDecoded: number;
  /** Mean time that a frame waited. Milliseconds. */
  jitterBufferMs: number;
  packets: number;
  /** Sum of squares of the sound's level, over time. */
  audioEnergy: number;
}

export class Client {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The answer to an offer. `wantVideo: false`: the page stops the video that it could have. */
  async answer(offer: string, options: { wantVideo?: boolean } = {}): Promise<string> {
    return await this.page.evaluate(
      async ({ sdp, wantVideo }) => {
        const { connection } = globalThis.client;
        await connection.setRemoteDescription({ type: 'offer', sdp });
        if (!wantVideo) {
          for (const transceiver of connection.getTransceivers())
            if (transceiver.receiver.track.kind === 'video') transceiver.stop();
        }
        const answer = await connection.createAnswer();
        await connection.setLocalDescription(answer);
        return answer.sdp ?? '';
      },
      { sdp: offer, wantVideo: options.wantVideo ?? true },
    );
  }

  /** The page's own offer: it wants to receive, besides the channels that it has made. */
  async offer(options: { audio?: boolean; video?: boolean; camera?: boolean } = {}): Promise<string> {
    return await this.page.evaluate(async ({ audio, video, camera }) => {
      const { connection } = globalThis.client;
      if (audio) connection.addTransceiver('audio', { direction: 'recvonly' });
      if (camera) connection.addTransceiver('video', { direction: 'sendonly' });
      if (video) connection.addTransceiver('video', { direction: 'recvonly' });
      await connection.setLocalDescription(await connection.createOffer());
      return connection.localDescription?.sdp ?? '';
    }, options);
  }

  async takeAnswer(sdp: string): Promise<void> {
    await this.page.evaluate((answer) => globalThis.client.connection.setRemoteDescription({ type: 'answer', sdp: answer }), sdp);
  }

  /** The directions of the m-lines as they came to be, in their order. */
  async directions(): Promise<(string | null)[]> {
    return await this.page.evaluate(() =>
      globalThis.client.connection.getTransceivers().map(({ currentDirection }) => currentDirection),
    );
  }

  /** Takes the candidates of the peer. */
  async addCandidates(candidates: readonly Candidate[]): Promise<void> {
    await this.page.evaluate(async (all) => {
      for (const candidate of all) await globalThis.client.connection.addIceCandidate(candidate);
    }, candidates);
  }

  /** Answers the offer, by default the peer's own, and takes its candidates once that was applied, as rooms have it. */
  async connect(
    peer: OfferingPeer,
    options: { offer?: string; wantVideo?: boolean } = {},
  ): Promise<'accepted' | 'refused-video'> {
    const { offer = peer.offer(), ...how } = options;
    const result = await peer.applyAnswer(await this.answer(offer, how));
    await this.addCandidates(peer.candidates());
    return result;
  }

  async stats(): Promise<ReceivedStats> {
    return await this.page.evaluate(async () => {
      const sum = { framesDecoded: 0, keyFramesDecoded: 0, jitterBufferMs: 0, packets: 0, audioEnergy: 0 };
      for (const report of (await globalThis.client.connection.getStats()).values()) {
        if (report.type !== 'inbound-rtp') continue;
        if (report.kind === 'audio') sum.audioEnergy += report.totalAudioEnergy ?? 0;
        else {
          sum.framesDecoded += report.framesDecoded ?? 0;
          sum.keyFramesDecoded += report.keyFramesDecoded ?? 0;
          sum.packets += report.packetsReceived ?? 0;
          sum.jitterBufferMs = (1000 * report.jitterBufferDelay) / Math.max(1, report.jitterBufferEmittedCount);
        }
      }
      return sum;
    });
  }

  async channelStates(): Promise<string[]> {
    return await this.page.evaluate(() =>
      globalThis.client.channels.map(({ label, id, readyState }) => `${label} ${id} ${readyState}`),
    );
  }

  async messages(): Promise<string[]> {
    return await this.page.evaluate(() => globalThis.client.messages);
  }

  async send(channel: number, text: string): Promise<void> {
    await this.page.evaluate(({ index, data }) => globalThis.client.channels[index]?.send(data), { index: channel, data: text });
  }
}

/** The offer as it would be of a codec that no browser has. */
export const withUnknownVideoCodec = (offer: string): string =>
  offer
    .replace(/(m=video \d+ \S+) [\d ]+/, '$1 126')
    .replace(/a=rtpmap:\d+ (H264|VP8)\/90000/, 'a=rtpmap:126 unheard-of/90000')
    .replace(/a=(rtpmap|fmtp|rtcp-fb):1(00|01|02|03) .*\r\n/g, '');

/** The offer as it would be of a codec for sound that no browser has. */
export const withUnknownAudioCodec = (offer: string): string => offer.replace('opus/48000/2', 'unheard-of/48000/2');
