import wrtc from '@roamhq/wrtc';
import { listen, say, sayPicture, saySound } from './process.ts';

/** @roamhq/wrtc: libwebrtc, as browsers have it, in Node. Its decoders are VP8, VP9 and AV1. */

const { RTCPeerConnection, nonstandard } = wrtc;
const connection = new RTCPeerConnection();
const control = connection.createDataChannel('control');
control.onopen = () => say({ opened: true });
control.onmessage = ({ data }) => say({ heard: String(data) });
connection.ontrack = ({ track }) => {
  if (track.kind === 'video') {
    new nonstandard.RTCVideoSink(track).onframe = ({ frame: { data, width } }: { frame: { data: Uint8Array; width: number } }) =>
      sayPicture(data, { width, stride: width });
  } else {
    new nonstandard.RTCAudioSink(track).ondata = ({ samples }: { samples: Int16Array }) => saySound(samples);
  }
};

listen(async (message) => {
  if ('send' in message) return control.send(message.send);
  if ('candidate' in message) return await connection.addIceCandidate(message);
  await connection.setRemoteDescription({ type: 'offer', sdp: message.offer });
  const answer = await connection.createAnswer();
  await connection.setLocalDescription(answer);
  say({ answer: answer.sdp ?? '' });
});
