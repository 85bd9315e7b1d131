import type { types } from 'mediasoup';
import { maxControlLength } from '#shared/control.ts';
import type { Logger } from '#shared/log.ts';

export interface ChannelsOptions {
  transport: types.WebRtcTransport;
  /** Where the messages of a client come out. */
  direct: types.DirectTransport;
  /** A data producer that never sends: a way out to a stream has to be a consumer of something. */
  silence: types.DataProducer;
  /** `even` where the client began the DTLS handshake, else `odd` (RFC 8832 section 6). */
  ids: 'even' | 'odd';
  /** Named channels besides `control`, in the order in which the client creates them. */
  names: readonly string[];
  onControl: (message: string) => void;
  /** The client has opened `control`. */
  onControlOpen: () => void;
  log: Logger;
}

export interface Channels {
  /** Sends text on `control`. What can't be sent now (no channel yet, or a full buffer) is dropped and logged. */
  sendControl(text: string): void;
}

/** Payload protocol identifiers of SCTP (RFC 8831 section 8, RFC 8832 section 8.1). */
const ppid = { dcep: 50, text: 51, emptyText: 56 } as const;
/** DATA_CHANNEL_OPEN and DATA_CHANNEL_ACK (RFC 8832 section 8.2.1). */
const dcep = { open: 3, ack: Buffer.of(2) } as const;

/**
 * The data channels of a client. The client creates all of them, `control` first, and browsers number them in that order: 0, 2, 4, …,
 * or 1, 3, 5, … where the client is the DTLS server. Which id is which is hence known before the first message.
 */
export async function openChannels(options: ChannelsOptions): Promise<Channels> {
  const { transport, direct, silence, ids, names, log } = options;
  const offset = ids === 'even' ? 0 : 1;
  const streams = ['control', ...names].map((name, index) => ({ name, streamId: 2 * index + offset }));
  const drops = new Map<string, number>();
  const drop = (reason: string): void => {
    const count = (drops.get(reason) ?? 0) + 1;
    drops.set(reason, count);
    if (count === 1) log.warn('control.dropped', { reason });
  };

  const outgoing = await takeStreams(
    transport,
    silence,
    streams.map(({ streamId }) => streamId),
  );
  const control = outgoing[0];
  if (control === undefined) throw new Error('there is no stream for control');

  for (const [index, { name, streamId }] of streams.entries()) {
    const incoming = await transport.produceData({ sctpStreamParameters: { streamId, ordered: true }, label: name });
    const messages = await direct.consumeData({ dataProducerId: incoming.id });
    messages.on('message', (payload, id) => {
      if (id === ppid.dcep) {
        if (payload[0] !== dcep.open) return;
        send(outgoing[index], dcep.ack, ppid.dcep, drop);
        if (name === 'control') options.onControlOpen();
      } else if (name === 'control') {
        if (payload.length > maxControlLength) drop('too long');
        else if (id === ppid.text) options.onControl(payload.toString('utf8'));
        else drop(id === ppid.emptyText ? 'empty' : 'binary');
      }
    });
  }
  return { sendControl: (text) => send(control, text, ppid.text, drop) };
}

/**
 * Opens the ways out to these streams of the association. mediasoup numbers them 0, 1, 2, … by itself; those in between are opened
 * too, and never used, so that the others get the ids that they need.
 */
async function takeStreams(
  transport: types.WebRtcTransport,
  silence: types.DataProducer,
  wanted: readonly number[],
): Promise<types.DataConsumer[]> {
  const taken: types.DataConsumer[] = [];
  const last = Math.max(...wanted);
  for (let id = 0; id <= last; id += 1) {
    const consumer = await transport.consumeData({ dataProducerId: silence.id, ordered: true });
    if (wanted.includes(consumer.sctpStreamParameters?.streamId ?? -1)) taken.push(consumer);
  }
  return taken;
}

function send(
  consumer: types.DataConsumer | undefined,
  message: string | Buffer,
  id: number,
  drop: (reason: string) => void,
): void {
  if (consumer === undefined || consumer.closed) drop('channel closed');
  else consumer.send(message, id).catch((error: unknown) => drop(error instanceof Error ? error.message : String(error)));
}
