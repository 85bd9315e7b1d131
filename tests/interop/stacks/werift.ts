import { RTCPeerConnection, useOPUS, useVP8 } from 'werift';
import { listen, say } from './process.ts';
import { startRtpDecoder } from './rtp-decoder.ts';

/** werift: WebRTC in TypeScript. It has no decoders. */

const connection = new RTCPeerConnection({
  codecs: { audio: [useOPUS()], video: [useVP8()] },
  iceServers: [],
  iceUseIpv6: false,
});
const control = connection.createDataChannel('control');
control.stateChanged.subscribe((state) => {
  if (state === 'open') say({ opened: true });
});
control.onMessage.subscribe((data) => say({ heard: String(data) }));

listen(async (message) => {
  if ('send' in message) return control.send(message.send);
  if ('candidate' in message) return await connection.addIceCandidate(message);
  const decoder = startRtpDecoder(message.offer);
  connection.onTrack.subscribe((track) => {
    const take = track.kind === 'video' ? decoder.video : decoder.sound;
    track.onReceiveRtp.subscribe((packet) => take(packet.serialize()));
  });
  await connection.setRemoteDescription({ type: 'offer', sdp: message.offer });
  const answer = await connection.createAnswer();
  await connection.setLocalDescription(answer);
  say({ answer: connection.localDescription?.sdp ?? '' });
});
