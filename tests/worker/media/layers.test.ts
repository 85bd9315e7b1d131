import { expect, test } from 'vitest';
import { type Client, openClient } from './support/browser.ts';
import { recordAnswer, recordPeer } from './support/host.ts';
import { startSender } from './support/sender.ts';
import { useMedia } from './support/use-media.ts';

const setup = useMedia();
const patient = { timeout: 20_000, interval: 50 };

const frames = async (client: Client): Promise<number> => (await client.stats()).framesDecoded;
/** The width of what the page shows. Pixels. */
const width = (client: Client): Promise<number> => client.page.evaluate(() => document.querySelector('video')?.videoWidth ?? 0);

test.each(['H264', 'VP8'] as const)(
  '[MD21] a %s lane carries the main stream or the low one, and its peer sees one stream',
  async (codec) => {
    const { room } = setup;
    const main = await room.openIngest(codec);
    await using _main = startSender(main);
    const [lane, other] = await Promise.all([room.openLane(main), room.openLane(main)]);
    const [client, neighbour] = await Promise.all([openClient(setup.browser), openClient(setup.browser)]);
    const [{ peer }, { peer: next }] = await Promise.all([recordPeer(room, { video: lane }), recordPeer(room, { video: other })]);
    await Promise.all([client.connect(peer), neighbour.connect(next)]);
    await expect.poll(() => width(client), patient).toBe(320);
    await expect.poll(() => lane.mainKbps(), patient).toBeGreaterThan(50);

    // There is none yet: the main one goes on.
    await lane.choose('low');
    const before = await frames(client);
    await expect.poll(() => frames(client), patient).toBeGreaterThan(before + 15);
    expect(lane.carried).toBe('main');

    const low = await room.openLow(main);
    await using lowSender = startSender(low, { width: 160, height: 90 });
    const carries = async (layer: 'main' | 'low'): Promise<void> => {
      await expect
        .poll(async () => {
          await lane.choose(layer);
          return lane.carried;
        }, patient)
        .toBe(layer);
    };
    await carries('low');
    await expect.poll(() => width(client), patient).toBe(160);
    expect([other.carried, await width(neighbour)]).toEqual(['main', 320]);
    await carries('main');
    await expect.poll(() => width(client), patient).toBe(320);

    // One that ends while it is carried is followed by the main one, and another one may follow that.
    await carries('low');
    await expect.poll(() => width(client), patient).toBe(160);
    await lowSender.close();
    low.close();
    await expect.poll(() => width(client), patient).toBe(320);
    await using _again = startSender(await room.openLow(main), { width: 160, height: 90 });
    await carries('low');
    await expect.poll(() => width(client), patient).toBe(160);
    expect(await frames(neighbour)).toBeGreaterThan(30);
  },
  60_000,
);

test('[MD22] a client that offered gets a lane too, and one that has ended is not given out any more', async () => {
  const { room } = setup;
  const main = await room.openIngest('VP8');
  await using _main = startSender(main);
  await using _low = startSender(await room.openLow(main), { width: 160, height: 90 });
  const lane = await room.openLane(main);
  const client = await openClient(setup.browser);
  const { peer } = await recordAnswer(room, await client.offer({ video: true }), { video: [lane] });
  await client.takeAnswer(peer.answer);
  await expect.poll(() => width(client), patient).toBe(320);
  await expect
    .poll(async () => {
      await lane.choose('low');
      return await width(client);
    }, patient)
    .toBe(160);
  lane.close();
  await expect(recordPeer(room, { video: lane })).rejects.toMatchObject({ code: 'internal' });
  main.close();
  await expect(room.openLane(main)).rejects.toMatchObject({ code: 'internal' });
}, 60_000);
