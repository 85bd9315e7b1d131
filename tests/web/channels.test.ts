import { expect, test } from 'vitest';
import { Channels } from '#web/client/channels.ts';

/** A data channel whose buffer empties when it is told to. */
class SlowChannel extends EventTarget {
  readonly label = 'foo';
  readyState: RTCDataChannelState = 'open';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  readonly sent: string[] = [];

  send(data: string | ArrayBuffer | ArrayBufferView): void {
    this.sent.push(String(data).slice(0, 10));
    this.bufferedAmount += String(data).length;
  }

  empty(): void {
    this.bufferedAmount = 0;
    this.dispatchEvent(new Event('bufferedamountlow'));
  }

  close(): void {
    this.readyState = 'closed';
    this.dispatchEvent(new Event('close'));
  }
}

function open(): { channel: SlowChannel; channels: Channels; say: (type: string, data?: object) => void } {
  const channel = new SlowChannel();
  const channels = new Channels();
  channels.opened(channel);
  const say = (type: string, data: object = {}) =>
    channels.take({ type: `channel::${type}`, data: JSON.stringify({ name: 'foo', ...data }) });
  return { channel, channels, say };
}

/** Whether it has come about by now. */
async function settled(work: Promise<void>): Promise<string> {
  const now = new Promise<string>((resolve) => setTimeout(resolve, 0, 'waits'));
  return await Promise.race([
    now,
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof Error ? error.message : '?'),
    ),
  ]);
}

const large = 'x'.repeat(2 * 1024 * 1024);

test('[AS10] a message waits while the buffer of the browser is full, and those after it too', async () => {
  const { channel, channels } = open();
  await channels.write('foo', large);
  const second = channels.write('foo', 'second');
  const third = channels.write('foo', 'third');
  expect(await settled(second)).toBe('waits');
  channel.empty();
  await Promise.all([second, third]);
  expect(channel.sent).toEqual(['x'.repeat(10), 'second', 'third']);
});

test('[AS10] a message waits while the host asks to', async () => {
  const { channel, channels, say } = open();
  say('pause');
  const written = channels.write('foo', 'late');
  expect(await settled(written)).toBe('waits');
  say('resume');
  await written;
  expect(channel.sent).toEqual(['late']);
});

test('[AS10] nothing is written to a channel that is closed, has failed, or never was', async () => {
  const { channel, channels, say } = open();
  const why = 'The application does not read.';
  say('pause');
  const failing = channels.write('foo', 'x');
  say('failed', { message: why });
  expect(await settled(failing)).toBe(why);
  expect(await settled(channels.write('bar', 'x'))).toBe('The data channel is closed.');
  // A reconnection has another channel of that name.
  channels.opened(channel);
  await channels.write('foo', large);
  const waiting = channels.write('foo', 'x');
  channel.close();
  expect(await settled(waiting)).toBe('The data channel is closed.');
  channels.take({ type: 'channel::pause', data: '{' });
  channels.take({ type: 'channel::pause', data: {} });
});
