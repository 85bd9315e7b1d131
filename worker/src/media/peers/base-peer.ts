import type { ChannelMessage } from '#worker/channel-message.ts';
import type { CandidateLine } from '#worker/media/sdp/offer.ts';
import type { LinkReport } from './link.ts';
import type { IceRestart, Peer, PeerFigures } from './peer.ts';
import type { PeerTransport } from './peer-transport.ts';

/** What a client's end does by its transport alone, whoever of the two has offered. */
export abstract class BasePeer implements Peer {
  readonly id: string;
  protected readonly transport: PeerTransport;

  constructor(id: string, transport: PeerTransport) {
    this.id = id;
    this.transport = transport;
  }

  /** The m-line that stands for all. */
  protected abstract line(): CandidateLine;

  sendControl(type: string, data: unknown): void {
    this.transport.sendControl(type, data);
  }

  sendPassing(type: string, data: unknown): Promise<number> {
    return this.transport.sendPassing(type, data);
  }

  async send(channel: string, message: ChannelMessage): Promise<void> {
    await this.transport.send(channel, message);
  }

  restartIce(): Promise<IceRestart> {
    return this.transport.restartIce(this.line());
  }

  figures(): Promise<PeerFigures | null> {
    return this.transport.figures();
  }

  link(): Promise<LinkReport> {
    return this.transport.link();
  }

  halt(on: boolean): Promise<void> {
    return this.transport.halt(on);
  }

  refresh(): Promise<void> {
    return this.transport.refresh();
  }

  setMaxKbps(kbps: number): Promise<void> {
    return this.transport.setMaxKbps(kbps);
  }

  close(): void {
    this.transport.close();
  }
}
