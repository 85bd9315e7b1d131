import { expect, onTestFinished, test, vi } from 'vitest';
import { askedCodecs } from '#web/client/codecs.ts';
import { readHostMessage, sendControl } from '#web/client/control.ts';
import { FarpaneError } from '#web/client/errors.ts';
import { withIce, withSoundRepair, withStereo } from '#web/client/sdp.ts';
import { rejoinDelaysMs, type SessionEvent, type SessionState, step } from '#web/client/state.ts';
import { readStats } from '#web/client/stats.ts';
import { searchDelayMs, WaySearch } from '#web/client/way-search.ts';
import { tokenOf } from '#web/player/remembered.ts';

const lost = (code: 'connection_lost' | 'replaced' | 'application_failed') =>
  ({ type: 'lost', error: new FarpaneError(code) }) satisfies SessionEvent;

function run(events: readonly SessionEvent[], mayRejoin: boolean): SessionState {
  return events.reduce<SessionState>((state, event) => step(state, event, { mayRejoin }).state, { name: 'idle' });
}

const playing: SessionEvent[] = [{ type: 'begin' }, { type: 'granted' }, { type: 'answered' }, { type: 'picture' }];

test('[CL9] a session goes from idle to playing', () => {
  const names = playing.map((_, i) => run(playing.slice(0, i + 1), false).name);
  expect(names).toEqual(['creating', 'signalling', 'connecting', 'playing']);
});

test('[CL19] who waits in line sees its place, goes on when it has a slot, and comes back to its place', () => {
  const waiting: SessionEvent[] = [...playing.slice(0, 2), { type: 'queued', place: 2 }];
  expect(run(waiting, true)).toEqual({ name: 'waiting', place: 2 });
  expect(run([...waiting, { type: 'queued', place: 1 }], true)).toEqual({ name: 'waiting', place: 1 });
  expect(run([...waiting, { type: 'queued', place: 0 }], true)).toEqual({ name: 'signalling' });
  expect(run([...playing, { type: 'queued', place: 0 }], true)).toEqual({ name: 'playing' });
  expect(run([...waiting, lost('connection_lost'), { type: 'granted' }, { type: 'queued', place: 1 }], true)).toEqual({
    ...{ name: 'waiting', place: 1 },
  });
});

test('[CL10] an interruption may pass by itself', () => {
  expect(run([...playing, { type: 'interrupted' }], true)).toEqual({ name: 'reconnecting', attempt: 0 });
  expect(run([...playing, { type: 'interrupted' }, { type: 'recovered' }], true)).toEqual({ name: 'playing' });
});

test('[CL42] a browser without H.264 asks for what it has where the page prefers nothing', () => {
  expect(askedCodecs([], ['VP8', 'VP9', 'AV1'])).toEqual(['VP8', 'VP9', 'AV1']);
  expect(askedCodecs([], ['H264', 'VP8'])).toEqual([]);
  expect(askedCodecs(['AV1'], ['VP8', 'AV1'])).toEqual(['AV1']);
  expect(askedCodecs(['VP9'], ['H264', 'VP9'])).toEqual(['VP9']);
});

test('[CL40] another way is looked for often at first, then ever less, until it is there', () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const looks: boolean[] = [];
  const search = new WaySearch((isFirst) => looks.push(isFirst));
  search.start();
  search.start();
  vi.advanceTimersByTime(10_000);
  expect(looks).toEqual([true, false, false, false, false]);
  search.stop();
  vi.advanceTimersByTime(60_000);
  expect([looks.length, search.isOn]).toEqual([5, false]);
  search.start();
  expect(looks.at(-1)).toBe(true);
  search.stop();
  expect([5, 6, 7, 8, 100].map(searchDelayMs)).toEqual([2500, 5000, 10_000, 15_000, 15_000]);
});

test('[CL11] a lost way is tried again, ever more slowly, and in the end given up', () => {
  const delays: number[] = [];
  let state = run(playing, true);
  for (let i = 0; i < rejoinDelaysMs.length; i += 1) {
    const next = step(state, lost('connection_lost'), { mayRejoin: true });
    state = next.state;
    for (const effect of next.effects) if (effect.type === 'rejoin') delays.push(effect.delayMs);
  }
  expect(delays).toEqual(rejoinDelaysMs);
  expect(step(state, lost('connection_lost'), { mayRejoin: true }).state.name).toBe('failed');
  expect(step(state, { type: 'picture' }, { mayRejoin: true }).state.name).toBe('playing');
});

test('[CL28] another connection takes the place of one that plays, where there is a way back', () => {
  const renewed = step(run(playing, true), { type: 'renew' }, { mayRejoin: true });
  expect(renewed).toEqual({
    state: { name: 'reconnecting', attempt: 1 },
    effects: [{ type: 'drop' }, { type: 'rejoin', delayMs: 0 }],
  });
  expect(run([...playing, { type: 'renew' }], false)).toEqual({ name: 'playing' });
  expect(run([...playing.slice(0, 3), { type: 'renew' }], true)).toEqual({ name: 'connecting' });
  expect(run([...playing, { type: 'renew' }, { type: 'granted' }, { type: 'answered' }, { type: 'picture' }], true)).toEqual({
    ...{ name: 'playing' },
  });
});

test('[CL12] what can not be joined, and what failed for good, is not tried again', () => {
  expect(run([...playing, lost('connection_lost')], false).name).toBe('failed');
  expect(run([...playing, lost('application_failed')], true).name).toBe('failed');
  expect(run([...playing, lost('replaced')], true)).toEqual({ name: 'ended', reason: 'replaced' });
  expect(run([...playing, { type: 'over', reason: 'left' }, lost('connection_lost'), { type: 'begin' }], true).name).toBe(
    'ended',
  );
});

test('[CL13] a number and a sentence become the failure that they mean', () => {
  expect(FarpaneError.fromNumber(404, 'No host can take this application now.').code).toBe('no_host');
  expect(FarpaneError.fromNumber(404, 'No host offers this application.').code).toBe('unknown_application');
  expect(FarpaneError.fromNumber(404, 'No such session.')).toMatchObject({ code: 'not_found', message: 'No such session.' });
  expect(FarpaneError.fromClose(4411, '', '')?.code).toBe('session_ended');
  expect(FarpaneError.fromClose(4502, 'capture_failed', 'The encoder died.')).toMatchObject({
    code: 'capture_failed',
    message: 'The encoder died.',
  });
  expect(FarpaneError.fromClose(1006, '', '')).toBeUndefined();
  expect(FarpaneError.fromSignal('The application has ended.').code).toBe('application_exited');
  expect(FarpaneError.fromSignal('Something else.')).toMatchObject({ code: 'unavailable', message: 'Something else.' });
  expect(FarpaneError.fromNumber(599, '').code).toBe('unavailable');
});

test('[CL6] an answer asks for stereo once, in the format of Opus only', () => {
  const sdp =
    'm=audio 9 x 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:96 VP8/90000\r\n';
  expect(withStereo(sdp)).toContain('a=fmtp:111 minptime=10;useinbandfec=1;stereo=1\r\na=rtpmap:96');
  expect(withStereo(withStereo(sdp))).toBe(withStereo(sdp));
  expect(withStereo('a=rtpmap:97 opus/48000/2\r\n')).toBe('a=rtpmap:97 opus/48000/2\r\na=fmtp:97 stereo=1\r\n');
  expect(withStereo('a=rtpmap:96 VP8/90000\r\n')).toBe('a=rtpmap:96 VP8/90000\r\n');
});

test('[CL24] an answer asks for lost sound where the offer has it, once, and for Opus only', () => {
  const answer = 'm=audio 9 x 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\na=rtpmap:96 VP8/90000\r\n';
  const offer = `${answer}a=rtcp-fb:111 nack\r\na=rtcp-fb:111 transport-cc\r\n`;
  const asks = withSoundRepair(answer, offer);
  expect(asks).toContain('a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 nack\r\na=fmtp:111');
  expect(withSoundRepair(asks, offer)).toBe(asks);
  expect(withSoundRepair(answer, `${answer}a=rtcp-fb:111 nack pli\r\na=rtcp-fb:96 nack\r\n`)).toBe(answer);
  expect(withSoundRepair('a=rtpmap:96 VP8/90000\r\n', offer)).toBe('a=rtpmap:96 VP8/90000\r\n');
});

test('[CL14] movements are left out while the channel is busy; presses never are', () => {
  const sent: string[] = [];
  const channel = { readyState: 'open', bufferedAmount: 1_000_000, send: (text: string) => void sent.push(text) } as const;
  sendControl(channel, { type: 'input::mouse-move', data: { rx: 1, ry: 1 } });
  sendControl(channel, { type: 'input::key', data: { code: 4, pressed: false } });
  sendControl({ ...channel, readyState: 'closed' }, { type: 'input::key', data: { code: 4, pressed: true } });
  expect(sent).toEqual(['{"type":"input::key","data":{"code":4,"pressed":false}}']);
});

test('[CL15] what the host says is handed on, and what is no message is not', () => {
  expect(readHostMessage('{"type":"show-ime","data":"{}"}')).toEqual({ type: 'show-ime', data: '{}' });
  expect([readHostMessage('{'), readHostMessage('{"data":1}'), readHostMessage(new ArrayBuffer(1))]).toEqual(
    Array(3).fill(undefined),
  );
});

test('[CL16] figures are read of the reports, rates between two readings', () => {
  const at = (seconds: number, video: object) => [
    { id: 'v', type: 'inbound-rtp', kind: 'video', timestamp: seconds * 1000, codecId: 'c', ...video },
    { id: 'c', type: 'codec', timestamp: 0, mimeType: 'video/H264' },
    { id: 't', type: 'transport', timestamp: 0, selectedCandidatePairId: 'p' },
    { id: 'p', type: 'candidate-pair', timestamp: 0, currentRoundTripTime: 0.012, localCandidateId: 'l' },
    { id: 'l', type: 'local-candidate', timestamp: 0, candidateType: 'relay' },
    'not a report',
  ];
  const size = { frameWidth: 640, frameHeight: 360, framesPerSecond: 60 };
  const counts = {
    bytesReceived: 1000,
    jitterBufferDelay: 1,
    jitterBufferEmittedCount: 10,
    packetsReceived: 100,
    packetsLost: 50,
  };
  const first = readStats(at(1, counts), undefined);
  expect(first.stats).toMatchObject({ bitrateKbps: undefined, bufferMs: 100 });
  const later = {
    bytesReceived: 126_000,
    jitterBufferDelay: 1.2,
    jitterBufferEmittedCount: 60,
    packetsReceived: 199,
    packetsLost: 51,
  };
  const second = readStats(at(2, { ...size, ...later }), first.sample);
  expect(second.stats).toMatchObject({ width: 640, height: 360, fps: 60, codec: 'H264', roundTripMs: 12, relayed: true });
  expect(second.stats).toMatchObject({ bitrateKbps: 1000, packetsLost: 51, lossPercent: 1 });
  expect(second.stats.bufferMs).toBeCloseTo(4);
  const third = readStats(at(3, { ...later, packetsReceived: 209, packetsLost: 41 }), second.sample);
  expect(third.stats).toMatchObject({ bufferMs: undefined, lossPercent: 0 });
});

test('[PY9] the token is read of the address', () => {
  expect([tokenOf('#token=a%2Bb'), tokenOf('#x=1'), tokenOf('')]).toEqual(['a+b', undefined, undefined]);
});

test('[CL22] a description gets other credentials of ICE, as a further one of its session, without the old candidates', () => {
  const sdp = [
    ...['v=0', 'o=- 9223372036854775 1 IN IP4 127.0.0.1', 's=-', 't=0 0'],
    ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=ice-ufrag:old', 'a=ice-pwd:older', 'a=candidate:1 1 udp 1 127.0.0.1 1 typ host'],
    ...['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=ice-ufrag:old', 'a=ice-pwd:older', 'a=end-of-candidates', ''],
  ].join('\r\n');
  expect(withIce(sdp, { ufrag: 'new', pwd: 'newer' }).split('\r\n')).toEqual([
    ...['v=0', 'o=- 9223372036854775 2 IN IP4 127.0.0.1', 's=-', 't=0 0'],
    ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=ice-ufrag:new', 'a=ice-pwd:newer'],
    ...['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=ice-ufrag:new', 'a=ice-pwd:newer', ''],
  ]);
});
