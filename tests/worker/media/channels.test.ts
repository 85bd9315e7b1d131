import { setTimeout } from 'node:timers/promises';
import { observer, type types } from 'mediasoup';
import { expect, test } from 'vitest';
import { type Client, openClient } from './support/browser.ts';
import { recordPeer } from './support/host.ts';
import { useMedia } from './support/use-media.ts';

const soon = { timeout: 15_000, interval: 50 };
let router: types.Router;

observer.on('newworker', (worker) => {
  worker.observer.on('newrouter', (made) => {
    router = made;
  });
});
const setup = useMedia();

const open = async (client: Client) => await client.channelStates();

test('[DC1] control messages go both ways, without a stream and without media', async () => {
  const { peer, states, control } = await recordPeer(setup.room);
  const client = await openClient(setup.browser);
  expect(await client.connect(peer)).toBe('accepted');
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  await client.send(0, '{"type":"input::key","data":{"code":4,"pressed":true}}');
  await expect.poll(() => control, soon).toEqual(['{"type":"input::key","data":{"code":4,"pressed":true}}']);
  peer.sendControl('notice', { text: 'hé' });
  await expect.poll(() => client.messages(), soon).toEqual(['control {"type":"notice","data":{"text":"hé"}}']);
  expect(states).toEqual(['connected']);
  await client.page.close();
});

test('[DC2] named channels have the even ids after control, and what they carry does not mix', async () => {
  const { peer, control } = await recordPeer(setup.room, { dataChannels: ['one', 'two'] });
  const client = await openClient(setup.browser, ['one', 'two']);
  await client.connect(peer);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open', 'one 2 open', 'two 4 open']);
  await client.send(1, 'for the application');
  await client.send(0, 'for us');
  await expect.poll(() => control, soon).toEqual(['for us']);
  peer.sendControl('notice', {});
  await expect.poll(() => client.messages(), soon).toEqual(['control {"type":"notice","data":{}}']);
  await client.page.close();
});

test('[DC3] each channel that the client opens is acknowledged, once', async () => {
  const consumers: types.DataConsumer[] = [];
  router.observer.on('newtransport', (transport) => {
    transport.observer.on('newdataconsumer', (consumer) => consumers.push(consumer));
  });
  const { peer } = await recordPeer(setup.room, { dataChannels: ['one'] });
  const client = await openClient(setup.browser, ['one']);
  await client.connect(peer);
  // Nothing else is ever sent here, so what was sent on a stream is its acknowledgement.
  const sent = async () => {
    const outgoing = consumers.filter(({ type }) => type === 'sctp');
    const stats = await Promise.all(outgoing.map(async (consumer) => (await consumer.getStats())[0]));
    return outgoing.map(({ sctpStreamParameters }, index) => `${sctpStreamParameters?.streamId}: ${stats[index]?.messagesSent}`);
  };
  await expect.poll(sent, soon).toEqual(['0: 1', '1: 0', '2: 1', '3: 0']);
  await client.page.close();
});

test('[DC7] the host hears once that the client has opened its control channel, and what it says then arrives', async () => {
  let opened = 0;
  const { peer } = await recordPeer(setup.room, {
    dataChannels: ['one'],
    onControlOpen: () => {
      opened += 1;
      peer.sendControl('welcome', {});
    },
  });
  const client = await openClient(setup.browser, ['one']);
  await client.connect(peer);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open', 'one 2 open']);
  await expect.poll(() => client.messages(), soon).toEqual(['control {"type":"welcome","data":{}}']);
  expect(opened).toBe(1);
  await client.page.close();
});

test('[DC4] binary, empty and oversized control messages are dropped, logged once each, and harm nothing', async () => {
  const { peer, control } = await recordPeer(setup.room);
  const client = await openClient(setup.browser);
  await client.connect(peer);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  await client.page.evaluate(() => {
    for (const channel of globalThis.client.channels) {
      for (const data of [new Uint8Array(3), new Uint8Array(3)]) channel.send(data);
      for (const data of ['', '', 'x'.repeat(65_537), 'x'.repeat(65_537), 'good']) channel.send(data);
    }
  });
  await expect.poll(() => control, soon).toEqual(['good']);
  const reasons = setup.media.lines.filter((line) => line.includes('control.dropped')).map((line) => JSON.parse(line).reason);
  expect(reasons.toSorted()).toEqual(['binary', 'empty', 'too long']);
  await client.page.close();
});

test('[DC13] of a message that the next makes up for the host hears how much waits for the client, and where it was not taken', async () => {
  const { peer } = await recordPeer(setup.room);
  await expect(peer.sendPassing('place', {})).rejects.toThrow();
  const client = await openClient(setup.browser);
  await client.connect(peer);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  const waiting: number[] = [];
  for (let x = 0; x < 20; x += 1) waiting.push(await peer.sendPassing('place', { x }));
  await expect.poll(async () => (await client.messages()).length, soon).toBe(20);
  expect((await client.messages()).at(-1)).toBe('control {"type":"place","data":{"x":19}}');
  // Nobody is behind here.
  expect(Math.max(...waiting)).toBeLessThan(2048);
  peer.close();
  await expect(peer.sendPassing('place', {})).rejects.toThrow();
  await client.page.close();
});

test('[DC5] a client that is the DTLS server uses the odd ids', async () => {
  const { peer, control } = await recordPeer(setup.room, { dataChannels: ['one'] });
  const client = await openClient(setup.browser, ['one']);
  const answer = await client.answer(peer.offer().replaceAll('a=setup:actpass', 'a=setup:active'));
  expect(answer).toContain('a=setup:passive');
  expect(await peer.applyAnswer(answer)).toBe('accepted');
  await client.addCandidates(peer.candidates());
  await expect.poll(() => open(client), soon).toEqual(['control 1 open', 'one 3 open']);
  await client.send(0, 'hello');
  await expect.poll(() => control, soon).toEqual(['hello']);
  peer.sendControl('notice', {});
  await expect.poll(() => client.messages(), soon).toEqual(['control {"type":"notice","data":{}}']);
  await client.page.close();
});

test('[DC6] the data channels open as soon as the client is connected', async () => {
  const { peer } = await recordPeer(setup.room);
  const client = await openClient(setup.browser);
  const opening = client.page.evaluate(async () => {
    const { connection, channels } = globalThis.client;
    const at = async (target: EventTarget, type: string, is: () => boolean): Promise<number> =>
      await new Promise((resolve) => {
        target.addEventListener(type, () => is() && resolve(performance.now()));
      });
    const times = [at(connection, 'connectionstatechange', () => connection.connectionState === 'connected')];
    for (const channel of channels) times.push(at(channel, 'open', () => true));
    const [connected = 0, open = 0] = await Promise.all(times);
    return open - connected;
  });
  const answer = await client.answer(peer.offer());
  // A slow way to the host. What the client sent meanwhile would be lost, and SCTP repeats its INIT only after 1 s (RFC 9260 section 16).
  await setTimeout(300);
  await peer.applyAnswer(answer);
  await client.addCandidates(peer.candidates());
  expect(await opening).toBeLessThan(700);
  await client.page.close();
});
