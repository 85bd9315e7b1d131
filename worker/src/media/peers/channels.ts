import type { types } from 'mediasoup';
import { maxControlLength } from '#shared/control.ts';
import type { Logger } from '#shared/log.ts';
import type { ChannelMessage } from '#worker/channel-message.ts';
import { OutgoingStream, ppid } from './outgoing.ts';
import { openedLabel, StreamNames } from './stream-names.ts';

/** What is told of a client's channels. Control messages: text, not yet parsed, of at most `maxControlLength` bytes. */
export interface ChannelCallbacks {
  onControl: (message: string) => void;
  /** The client has opened `control`: what is sent on it arrives. */
  onControlOpen: () => void;
  /** The client has opened one of its named channels. */
  onChannelOpen: (name: string) => void;
  /** A message on a named channel: each once, in their order. */
  onMessage: (name: string, message: ChannelMessage) => void;
}

export interface ChannelsOptions extends ChannelCallbacks {
  transport: types.WebRtcTransport;
  /** Where the messages of a client come out. */
  direct: types.DirectTransport;
  /** A data producer that never sends: a way out to a stream has to be a consumer of something. */
  silence: types.DataProducer;
  /** `even` where the client began the DTLS handshake, else `odd` (RFC 8832 section 6). */
  ids: 'even' | 'odd';
  /** Named channels besides `control`, in the order in which the client creates them. */
  names: readonly string[];
  log: Logger;
}

export interface Channels {
  /** Sends text on `control`. What can't be sent now (no channel yet, or a full buffer) is dropped and logged. */
  sendControl(text: string): void;
  /** Sends text on `control`. @returns how many bytes of it wait for the client. @throws Error where it was not accepted. */
  sendPassing(text: string): Promise<number>;
  /** Sends on a named channel. Resolves when there is room for the next message. @throws Error where it was not accepted. */
  send(name: string, message: ChannelMessage): Promise<void>;
}

/** DATA_CHANNEL_ACK (RFC 8832 section 5.2). */
const acknowledgement = Buffer.of(2);

/** The data channels of a client. The client creates all of them, `control` first: see {@link StreamNames}. */
export async function openChannels(options: ChannelsOptions): Promise<Channels> {
  const { transport, direct, silence, ids, names, log } = options;
  const streams = new StreamNames(['control', ...names], ids);
  const drop = dropping(log);
  const hearing = streams.ids.map(async (streamId) => {
    const incoming = await transport.produceData({ sctpStreamParameters: { streamId, ordered: true } });
    return [streamId, await direct.consumeData({ dataProducerId: incoming.id })] as const;
  });
  const [outgoing, incoming] = await Promise.all([takeStreams(transport, silence, streams.ids), Promise.all(hearing)]);

  for (const [streamId, messages] of incoming) {
    messages.on('message', (payload, id) => {
      if (id === ppid.dcep) {
        const label = openedLabel(payload);
        if (label === undefined) return;
        streams.learn(streamId, label);
        outgoing.get(streamId)?.sendNow(acknowledgement, ppid.dcep).catch(drop);
      }
      const name = streams.nameOf(streamId);
      if (name === undefined) drop('channel that was not told of');
      else hear(options, name, payload, id, drop);
    });
  }
  const wayOf = (name: string): OutgoingStream | undefined => outgoing.get(streams.idOf(name) ?? -1);
  const wayTo = (name: string): OutgoingStream => {
    const way = wayOf(name);
    if (way === undefined) throw new Error(`there is no channel '${name}'`);
    return way;
  };
  return {
    sendControl: (text) => void wayOf('control')?.sendNow(text, ppid.text).catch(drop),
    sendPassing: async (text) => await wayTo('control').sendNow(text, ppid.text),
    send: async (name, message) => await wayTo(name).send(message),
  };
}

/** Hands on what came on a channel. `id`: of its payload protocol. */
function hear(callbacks: ChannelCallbacks, name: string, payload: Buffer, id: number, drop: (reason: string) => void): void {
  if (id === ppid.dcep) {
    if (name === 'control') callbacks.onControlOpen();
    else callbacks.onChannelOpen(name);
  } else if (name === 'control') {
    if (payload.length > maxControlLength) drop('too long');
    else if (id === ppid.text) callbacks.onControl(payload.toString('utf8'));
    else drop(id === ppid.emptyText ? 'empty' : 'binary');
  } else {
    const message = readMessage(payload, id);
    if (message === undefined) drop('unknown kind of payload');
    else callbacks.onMessage(name, message);
  }
}

/** Counts what is dropped, and logs each reason once. */
function dropping(log: Logger): (reason: unknown) => void {
  const drops = new Set<string>();
  return (reason) => {
    const text = reason instanceof Error ? reason.message : String(reason);
    if (drops.has(text)) return;
    drops.add(text);
    log.warn('control.dropped', { reason: text });
  };
}

/** Empty messages have a byte, as SCTP has none without (RFC 8831 section 6.6). */
function readMessage(payload: Buffer, id: number): ChannelMessage | undefined {
  switch (id) {
    case ppid.text:
      return { kind: 'text', data: payload };
    case ppid.binary:
      return { kind: 'binary', data: payload };
    case ppid.emptyText:
      return { kind: 'text', data: Buffer.alloc(0) };
    case ppid.emptyBinary:
      return { kind: 'binary', data: Buffer.alloc(0) };
    default:
      return undefined;
  }
}

/** Opens the ways out to all streams of these ids, which mediasoup numbers by itself in the order of the calls: 0, 1, 2, … */
async function takeStreams(
  transport: types.WebRtcTransport,
  silence: types.DataProducer,
  { length }: readonly number[],
): Promise<ReadonlyMap<number, OutgoingStream>> {
  const open = async (): Promise<[number, OutgoingStream]> => {
    const consumer = await transport.consumeData({ dataProducerId: silence.id, ordered: true });
    return [consumer.sctpStreamParameters?.streamId ?? -1, new OutgoingStream(consumer)];
  };
  return new Map(await Promise.all(Array.from({ length }, open)));
}
