import { PeerConnection, RtcpReceivingSession, type Track } from 'node-datachannel';
import { decode } from '#shared/decode.ts';
import { Signalling } from '#tests/e2e/signalling.ts';
import { FrameClock } from './frame-clock.ts';
import { ToReceivers } from './receivers.ts';

/**
 * Clients that receive and do not decode, many in one process: WebRTC by libdatachannel, so that what they take of the machine is
 * little beside what the host takes for them.
 */

/** What is referred to by nothing is closed. */
const kept: { connection: PeerConnection; track: Track | null; socket: Signalling }[] = [];
const clocks: FrameClock[] = [];

/** Connects by the address of a signalling socket. Resolves when the first packet has come. */
async function receive(url: string, fps: number): Promise<void> {
  const socket = await Signalling.open(url);
  await socket.ask('{"type":"discover"}');
  const settings = { type: 'settings', api_version: 2, enable_speaker: false, video: { preferred_decoder_codecs: ['H264'] } };
  const offer = await socket.ask(JSON.stringify(settings));
  if (offer.type !== 'offer') throw new Error(`There came no offer, but ${JSON.stringify(offer)}.`);
  const connection = new PeerConnection('receiver', { iceServers: [] });
  const receiver: (typeof kept)[number] = { connection, track: null, socket };
  kept.push(receiver);
  const clock = new FrameClock(fps);
  clocks.push(clock);
  const { promise: flowing, resolve } = Promise.withResolvers<void>();
  connection.createDataChannel('control');
  connection.onTrack((track) => {
    receiver.track = track;
    track.setMediaHandler(new RtcpReceivingSession());
    track.onMessage((packet) => {
      clock.take(packet, performance.now());
      resolve();
    });
  });
  const answer = new Promise<string>((done) => connection.onLocalDescription((sdp, type) => type === 'answer' && done(sdp)));
  connection.setRemoteDescription(Buffer.from(offer.sdp, 'base64').toString('latin1'), 'offer');
  const reply = await socket.ask(JSON.stringify({ type: 'answer', sdp: Buffer.from(await answer, 'latin1').toString('base64') }));
  if (reply.type !== 'candidate') throw new Error(`There came no candidate, but ${JSON.stringify(reply)}.`);
  connection.addRemoteCandidate(Buffer.from(reply.candidate, 'base64').toString('latin1'), reply.sdpMid);
  await flowing;
}

process.on('message', async (raw) => {
  const message = decode(ToReceivers, raw, 'message');
  if (message.type === 'frames') {
    process.send?.({ id: message.id, frames: clocks.map((clock) => clock.restart()) });
    return;
  }
  try {
    await receive(message.url, message.fps);
    process.send?.({ id: message.id, frames: [] });
  } catch (error) {
    process.send?.({ id: message.id, frames: [], error: String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
