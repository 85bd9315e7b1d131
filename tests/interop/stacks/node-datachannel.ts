import { PeerConnection, RtcpReceivingSession, type Track } from 'node-datachannel';
import { listen, say } from './process.ts';
import { startRtpDecoder } from './rtp-decoder.ts';

/** node-datachannel: libdatachannel in Node. It has no decoders. */

const connection = new PeerConnection('interop', { iceServers: [] });
/** Kept: what is not referred to is closed. */
const tracks: Track[] = [];
const control = connection.createDataChannel('control');
control.onOpen(() => say({ opened: true }));
control.onMessage((data) => say({ heard: String(data) }));
connection.onLocalDescription((sdp, type) => {
  if (type === 'answer') say({ answer: sdp });
});

listen((message) => {
  if ('send' in message) return void control.sendMessage(message.send);
  if ('candidate' in message) return connection.addRemoteCandidate(message.candidate, message.sdpMid);
  const decoder = startRtpDecoder(message.offer);
  connection.onTrack((track) => {
    tracks.push(track);
    track.setMediaHandler(new RtcpReceivingSession());
    const take = track.type() === 'video' ? decoder.video : decoder.sound;
    track.onMessage((packet) => take(packet));
  });
  connection.setRemoteDescription(message.offer, 'offer');
});
