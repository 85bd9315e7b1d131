import { expect, onTestFinished, test, vi } from 'vitest';
import { type CursorPlace, maxCursorLength } from '#shared/control/cursor.ts';
import type { Cursor } from '#worker/input/cursor/cursor.ts';
import { CursorDesk } from '#worker/session/desks/cursor-desk.ts';
import type { RunningState } from '#worker/session/state.ts';

const [owner, guest, second] = ['0000000000o0', '0000000000g0', '0000000000s0'] as const;
const arrow: Cursor = { png: Buffer.from('arrow'), width: 16, height: 16, hotX: 1, hotY: 2 };
const image = { kind: 'image', png: Buffer.from('arrow').toString('base64'), hotX: 1, hotY: 2, displayWidth: 100 };

function open() {
  const room = { controller: owner as string | null, guests: [] as string[], width: 100 };
  const told: [string, unknown][] = [];
  /** What clients were told of the pointer of others. */
  const remote: [string, string, unknown][] = [];
  const pointer = { shown: true };
  let onPlace: ((place: CursorPlace) => void) | null = null;
  const desk = new CursorDesk({
    state: (): RunningState => ({
      phase: 'running',
      deadlines: { firstPeerMs: null, idleMs: null, peerGraceMs: 1000 },
      owner: { id: owner, connection: 'connected' },
      guests: room.guests.map((id) => ({ id, connection: 'connected', role: 'control', keeps: false })),
      controller: room.controller,
      wasKept: true,
      seen: true,
    }),
    displayWidth: () => room.width,
    tell: (peer, type, data) => {
      if (type === 'cursor::shape') told.push([peer, JSON.parse(data)]);
      else remote.push([peer, type, JSON.parse(data)]);
    },
    tellPassing: async (peer, type, data) => {
      remote.push([peer, type, JSON.parse(data)]);
      return 0;
    },
    followPointer: (follow) => {
      expect(onPlace).toBeNull();
      onPlace = follow;
      return () => {
        onPlace = null;
      };
    },
    showPointer: (on) => {
      pointer.shown = on;
    },
  });
  desk.changed(arrow);
  onTestFinished(() => desk.close());
  return {
    ...{ room, told, remote, pointer, desk },
    /** The pointer has moved; as far as anybody has it told. */
    move: (x: number) => onPlace?.({ x, y: 5, width: 100, height: 50 }),
    isFollowed: () => onPlace !== null,
  };
}

test('[CU3] the pointer is in the picture until the client in control draws it, and again when it does not', () => {
  const { told, pointer, desk } = open();
  expect(pointer.shown).toBe(true);
  desk.set(owner, 'local', true);
  expect(pointer.shown).toBe(false);
  expect(told).toEqual([[owner, image]]);
  desk.changed(null);
  desk.changed(null);
  expect(told.slice(1)).toEqual([[owner, { kind: 'hidden' }]]);
  desk.set(owner, 'local', false);
  expect(pointer.shown).toBe(true);
  desk.changed(arrow);
  expect(told).toHaveLength(2);
});

test('[CU4] where others watch who do not draw it, the pointer is in the picture, and nobody draws a second one', () => {
  const { room, told, pointer, desk } = open();
  desk.set(owner, 'local', true);
  room.guests = [guest];
  desk.settle();
  expect(pointer.shown).toBe(true);
  expect(told.at(-1)).toEqual([owner, { kind: 'in-picture' }]);
  desk.set(guest, 'local', true);
  expect(told.at(-1)).toEqual([guest, { kind: 'not-yours' }]);
  room.controller = guest;
  desk.settle();
  expect(told.slice(-2)).toEqual([
    [owner, { kind: 'not-yours' }],
    [guest, { kind: 'in-picture' }],
  ]);
  room.guests = [];
  room.controller = owner;
  desk.remove(guest);
  expect(pointer.shown).toBe(false);
  expect(told.at(-1)).toEqual([owner, image]);
});

test('[CU5] a shape that browsers do not take stays in the picture', () => {
  const { told, pointer, desk } = open();
  desk.set(owner, 'local', true);
  for (const large of [
    { ...arrow, width: 129 },
    { ...arrow, png: Buffer.alloc(maxCursorLength) },
  ]) {
    desk.changed(large);
    expect(pointer.shown).toBe(true);
    expect(told.at(-1)).toEqual([owner, { kind: 'in-picture' }]);
    desk.changed(arrow);
    expect(pointer.shown).toBe(false);
  }
});

test('[CU7] guests who draw it are told its shape and its place, and one who does not puts it back into the picture', async () => {
  const { room, told, remote, pointer, desk, move, isFollowed } = open();
  const shape = (of: unknown) => ['cursor::remote-shape', of] as const;
  const place = (x: number) => ['cursor::remote-place', { x, y: 5, width: 100, height: 50 }] as const;
  const hidden = { kind: 'hidden' };
  desk.set(owner, 'local', true);
  room.guests = [guest];
  desk.settle();
  expect([pointer.shown, isFollowed()]).toEqual([true, false]);
  desk.set(guest, 'remote', true);
  expect([pointer.shown, isFollowed()]).toEqual([false, true]);
  expect(told.at(-1)).toEqual([owner, image]);
  move(1);
  expect(remote).toEqual([
    [guest, ...shape(image)],
    [guest, ...place(1)],
  ]);
  // A second one is told at once where it is.
  room.guests = [guest, second];
  desk.settle();
  expect([pointer.shown, isFollowed(), remote.at(-1)]).toEqual([true, false, [guest, ...shape(hidden)]]);
  desk.set(second, 'remote', true);
  move(2);
  const both = [guest, second].map((peer) => [peer, ...place(2)]);
  await vi.waitFor(() => expect(remote.slice(-2).toSorted()).toEqual(both));
  desk.set(second, 'remote', true);
  await vi.waitFor(() =>
    expect(remote.slice(-2)).toEqual([
      [second, ...shape(image)],
      [second, ...place(2)],
    ]),
  );
  // The pointer is gone, and comes back.
  desk.changed(null);
  expect([pointer.shown, isFollowed(), remote.at(-1)]).toEqual([false, false, [second, ...shape(hidden)]]);
  desk.changed(arrow);
  expect(isFollowed()).toBe(true);
  // Control is handed to one that draws its own, and the owner draws that one’s.
  room.controller = guest;
  desk.settle();
  expect([pointer.shown, isFollowed()]).toEqual([true, false]);
  desk.set(guest, 'local', true);
  desk.set(owner, 'remote', true);
  expect([pointer.shown, isFollowed()]).toEqual([false, true]);
  expect(told.slice(-1)).toEqual([[guest, image]]);
  expect(remote.at(-1)).toEqual([owner, ...shape(image)]);
  desk.remove(guest);
  room.controller = owner;
  room.guests = [];
  desk.remove(second);
  expect([pointer.shown, isFollowed()]).toEqual([false, false]);
});

test('[CU6] a client is told the pointer anew when the display has another size', () => {
  const { room, told, desk } = open();
  desk.set(owner, 'local', true);
  room.width = 200;
  desk.settle();
  desk.settle();
  expect(told.slice(1)).toEqual([[owner, { ...image, displayWidth: 200 }]]);
});
