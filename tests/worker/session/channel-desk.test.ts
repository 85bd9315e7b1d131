import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { openFolder } from '#tests/worker/instance/sockets/support.ts';
import { type Client, openClient } from '#tests/worker/media/support/browser.ts';
import { recordPeer } from '#tests/worker/media/support/host.ts';
import { useMedia } from '#tests/worker/media/support/use-media.ts';
import { encodeMessage, MessageReader } from '#worker/instance/sockets/framing.ts';
import type { OfferingPeer } from '#worker/media/room.ts';
import { ChannelDesk } from '#worker/session/desks/channel-desk.ts';

const setup = useMedia();
const soon = { timeout: 30_000, interval: 50 };

/** A room, the sockets of an instance, and the desk between them. */
async function openDesk(settings: { framing?: 'raw' | 'length'; names?: string[] } = {}) {
  const { room } = setup;
  const folder = await openFolder();
  const peers = new Map<string, OfferingPeer>();
  const told: string[] = [];
  const desk = await ChannelDesk.open({
    sockets: folder.folder,
    settings: { framing: settings.framing ?? 'raw', names: settings.names ?? [] },
    send: async (id, channel, message) => {
      const peer = peers.get(id);
      if (peer === undefined) throw new Error('gone');
      await peer.send(channel, message);
    },
    tell: (peer, type, data) => told.push(`${peer} ${type} ${data}`),
    log: jsonLogger(() => undefined, 'error'),
  });
  return {
    ...folder,
    desk,
    told,
    /** A browser with these channels, as the owner or as a guest. */
    async come(id: string, names: string[], { owner = true } = {}): Promise<Client> {
      const { peer } = await recordPeer(room, {
        id,
        dataChannels: names,
        onChannelOpen: (name) => desk.opened(id, name),
        onMessage: (name, message) => desk.hear(id, name, message),
      });
      peers.set(id, peer);
      if (owner) await desk.add(id, names);
      const client = await openClient(setup.browser, names);
      await client.page.evaluate(() => {
        const heard: { text: boolean; base64: string }[] = [];
        for (const channel of globalThis.client.channels) {
          channel.binaryType = 'arraybuffer';
          channel.onmessage = ({ data }) => {
            const text = typeof data === 'string';
            const bytes = text ? new TextEncoder().encode(data) : new Uint8Array(data);
            heard.push({ text, base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) });
          };
        }
        Object.assign(globalThis, { heard });
      });
      await client.connect(peer);
      await expect.poll(() => client.channelStates(), soon).toEqual(expect.arrayContaining([expect.stringMatching(/ open$/)]));
      return client;
    },
    leave(id: string): void {
      peers.get(id)?.close();
      peers.delete(id);
      desk.remove(id);
    },
  };
}

interface Heard {
  text: boolean;
  bytes: Buffer;
}

/** What the page has heard on its named channels since it was asked last. */
async function heardBy({ page }: Client): Promise<Heard[]> {
  const heard = await page.evaluate(() => {
    const all = (globalThis as unknown as { heard: { text: boolean; base64: string }[] }).heard;
    return all.splice(0);
  });
  return heard.map(({ text, base64 }) => ({ text, bytes: Buffer.from(base64, 'base64') }));
}

/** Bytes that no compression or repetition could hide a loss in. */
function noise(length: number): Buffer {
  let state = 12_345;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >> 16) & 255;
    }),
  );
}

/** Has the page send bytes as messages of this size, as fast as its buffer takes them. */
const sendAll = ({ page }: Client, bytes: Buffer, size: number): Promise<void> =>
  page.evaluate(
    async ({ base64, size: most }) => {
      const all = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const channel = globalThis.client.channels[1];
      for (let at = 0; at < all.length; at += most) {
        while ((channel?.bufferedAmount ?? 0) > 500_000) await new Promise((resolve) => setTimeout(resolve, 5));
        channel?.send(all.subarray(at, at + most));
      }
    },
    { base64: bytes.toString('base64'), size },
  );

test('[AS1] a megabyte goes both ways through a socket, byte for byte', async () => {
  const room = await openDesk();
  const client = await room.come('00000000000a', ['foo']);
  const application = await room.join('webrtc_data_foo');
  const bytes = noise(1_000_000);
  await sendAll(client, bytes, 16_000);
  await expect.poll(() => application.bytes().length, soon).toBe(bytes.length);
  expect(application.bytes().equals(bytes)).toBe(true);
  application.socket.write(bytes);
  const parts: Buffer[] = [];
  await expect
    .poll(async () => {
      parts.push(...(await heardBy(client)).map((message) => message.bytes));
      return parts.reduce((sum, part) => sum + part.length, 0);
    }, soon)
    .toBe(bytes.length);
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  await client.page.close();
});

test('[AS1] messages keep their bounds and kinds in both ways, empty and large ones too', async () => {
  const room = await openDesk({ framing: 'length' });
  const client = await room.come('00000000000a', ['foo']);
  const application = await room.join('webrtc_data_foo');
  await client.page.evaluate(() => {
    const channel = globalThis.client.channels[1];
    for (const data of ['hé', '', new Uint8Array(0), new Uint8Array([1, 2, 255]), 'x'.repeat(200_000)]) {
      channel?.send(data as string);
    }
  });
  const read = () => {
    // The first message of the framing says that a client is there.
    const all = application.bytes().subarray(5);
    return [...new MessageReader('length').push(all)].map(({ kind, data }) => `${kind} ${data.length}`);
  };
  await expect.poll(read, soon).toEqual(['text 3', 'text 0', 'binary 0', 'binary 3', 'text 200000']);
  const back = [
    { kind: 'text', data: Buffer.from('hé') },
    { kind: 'binary', data: Buffer.alloc(0) },
    { kind: 'text', data: Buffer.alloc(0) },
    { kind: 'binary', data: noise(262_144) },
    { kind: 'binary', data: Buffer.of(7) },
  ] as const;
  for (const message of back) application.socket.write(encodeMessage('length', message));
  const heard: Heard[] = [];
  await expect
    .poll(async () => {
      heard.push(...(await heardBy(client)));
      return heard.length;
    }, soon)
    .toBe(back.length);
  expect(heard.map(({ text, bytes }) => ({ kind: text ? 'text' : 'binary', data: bytes }))).toEqual(back);
  await client.page.close();
});

test('[AS4] what the application says waits for a client, and goes on with the next one', async () => {
  const room = await openDesk({ names: ['foo'] });
  const application = await room.join('webrtc_data_foo');
  application.socket.write('before anyone');
  const first = await room.come('00000000000a', ['foo']);
  const words = async (client: Client) => (await heardBy(client)).map(({ bytes }) => bytes.toString());
  await expect.poll(() => words(first), soon).toEqual(['before anyone']);
  room.leave('00000000000a');
  application.socket.write('to the next');
  const second = await room.come('00000000000b', ['foo']);
  await expect.poll(() => words(second), soon).toEqual(['to the next']);
  await second.send(1, 'from the next');
  await expect.poll(() => application.bytes().toString(), soon).toBe('from the next');
  await Promise.all([first.page.close(), second.page.close()]);
});

test('[AS5] a client is asked to pause while the application reads nothing, and to go on when it does', async () => {
  const room = await openDesk();
  const client = await room.come('00000000000a', ['foo']);
  const bytes = noise(3_000_000);
  await sendAll(client, bytes, 60_000);
  await expect.poll(() => room.told, soon).toEqual(['00000000000a channel::pause {"name":"foo"}']);
  const application = await room.join('webrtc_data_foo');
  await expect.poll(() => application.bytes().length, soon).toBe(bytes.length);
  expect(application.bytes().equals(bytes)).toBe(true);
  expect(room.told).toEqual(['00000000000a channel::pause {"name":"foo"}', '00000000000a channel::resume {"name":"foo"}']);
  await client.page.close();
});

test('[AS6] only the channels of the owner reach the application', async () => {
  const room = await openDesk();
  const owner = await room.come('00000000000a', ['foo']);
  const guest = await room.come('00000000000b', ['foo'], { owner: false });
  const application = await room.join('webrtc_data_foo');
  await guest.send(1, 'guest ');
  await owner.send(1, 'owner');
  await expect.poll(() => application.bytes().toString(), soon).toBe('owner');
  application.socket.write('answer');
  await expect.poll(async () => (await heardBy(owner)).length, soon).toBe(1);
  expect(await heardBy(guest)).toEqual([]);
  await Promise.all([owner.page.close(), guest.page.close()]);
});

test('[AS8] the folder tells which channels there are, and there is an end to them', async () => {
  const room = await openDesk({ names: ['always'], framing: 'length' });
  const described = async () => JSON.parse(await readFile(join(room.directory, 'channels.json'), 'utf8'));
  expect(await described()).toEqual({ framing: 'length', channels: ['always'] });
  for (let i = 0; i < 5; i += 1)
    await room.desk.add(
      '00000000000a',
      [0, 1, 2, 3, 4].map((each) => `name-${i}-${each}`),
    );
  const { channels } = await described();
  expect(channels).toHaveLength(16);
  expect(channels.slice(0, 3)).toEqual(['always', 'name-0-0', 'name-0-1']);
  await room.join('webrtc_data_name-0-0');
});
