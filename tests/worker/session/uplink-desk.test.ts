import { expect, test, vi } from 'vitest';
import type { PeerId } from '#shared/ids.ts';
import { jsonLogger } from '#shared/log.ts';
import type { UpLink } from '#worker/media/room.ts';
import { takenPeer, UpLinkDesk, type UpLinkUse } from '#worker/session/desks/uplink-desk.ts';

test('[SN5] the application hears who is in control, while it records, where that client may send its microphone', () => {
  const able = new Set(['aaaaaaaaaaaa', 'bbbbbbbbbbbb']);
  expect(takenPeer(true, 'aaaaaaaaaaaa', able)).toBe('aaaaaaaaaaaa');
  expect(takenPeer(true, 'cccccccccccc', able)).toBeNull();
  expect(takenPeer(true, null, able)).toBeNull();
  expect(takenPeer(false, 'aaaaaaaaaaaa', able)).toBeNull();
});

/** What a desk does, in order: what it says to clients, and what it plays and ends. */
function desk(controller: () => PeerId | null) {
  const told: string[] = [];
  let want: (wanted: boolean) => void = () => undefined;
  let fail: (reason: string) => void = () => undefined;
  const use: UpLinkUse = {
    name: 'camera',
    ask: { type: 'open-camera', data: '{}' },
    end: { type: 'close-camera' },
    watch: async (onChange) => {
      want = onChange;
      return { close: async () => void told.push('not watched') };
    },
    play: async ({ payloadType }, onEnd) => {
      fail = onEnd;
      told.push(`play ${payloadType}`);
      return { stop: async () => void told.push('stop') };
    },
  };
  const log = jsonLogger(() => undefined, 'error');
  const made = new UpLinkDesk({ use, controller, tell: (peer, type) => told.push(`${peer} ${type}`), log });
  const upLink = (payloadType: number): UpLink => ({
    deliver: async () => ({ payloadType, close: () => told.push(`end ${payloadType}`) }),
  });
  return { desk: made, told, upLink, want: (wanted: boolean) => want(wanted), fail: (reason: string) => fail(reason) };
}

const ann = 'aaaaaaaaaaaa';
const bob = 'bbbbbbbbbbbb';

test('[CA8] control that is handed over closes one camera and opens the other, and so do clients that go and the session’s end', async () => {
  let controller: PeerId | null = ann;
  const { desk: made, told, upLink, want } = desk(() => controller);
  made.add(ann, upLink(1));
  made.add(bob, upLink(2));
  want(true);
  await vi.waitFor(() => expect(told).toEqual(['play 1', `${ann} open-camera`]));
  controller = bob;
  made.settle();
  const second = ['end 1', 'stop', `${ann} close-camera`, 'play 2', `${bob} open-camera`];
  await vi.waitFor(() => expect(told.slice(2)).toEqual(second));
  told.splice(2);
  made.remove(bob);
  await vi.waitFor(() => expect(told.slice(2)).toEqual(['end 2', 'stop', `${bob} close-camera`]));
  controller = ann;
  made.settle();
  await vi.waitFor(() => expect(told.slice(5)).toEqual(['play 1', `${ann} open-camera`]));
  await made.close();
  expect(told.slice(7)).toEqual(['end 1', 'stop', `${ann} close-camera`, 'not watched']);
});

test('[CA9] what can’t be decoded is tried again', async () => {
  const { desk: made, told, upLink, want, fail } = desk(() => ann);
  made.add(ann, upLink(1));
  want(true);
  await vi.waitFor(() => expect(told).toHaveLength(2));
  fail('exited with code 1');
  const again = ['end 1', 'stop', `${ann} close-camera`, 'play 1', `${ann} open-camera`];
  await vi.waitFor(() => expect(told.slice(2)).toEqual(again), { timeout: 5000 });
  await made.close();
});
