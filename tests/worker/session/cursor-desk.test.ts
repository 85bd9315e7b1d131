import { expect, test } from 'vitest';
import { maxCursorLength } from '#shared/control/cursor.ts';
import type { Cursor } from '#worker/input/cursor/cursor.ts';
import { CursorDesk } from '#worker/session/desks/cursor-desk.ts';
import type { RunningState } from '#worker/session/state.ts';

const [owner, guest] = ['0000000000o0', '0000000000g0'] as const;
const arrow: Cursor = { png: Buffer.from('arrow'), width: 16, height: 16, hotX: 1, hotY: 2 };
const image = { kind: 'image', png: Buffer.from('arrow').toString('base64'), hotX: 1, hotY: 2 };

function open() {
  const room = { controller: owner as string | null, guests: [] as string[] };
  const told: [string, unknown][] = [];
  const pointer = { shown: true };
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
    tell: (peer, type, data) => {
      expect(type).toBe('cursor::shape');
      told.push([peer, JSON.parse(data)]);
    },
    showPointer: (on) => {
      pointer.shown = on;
    },
  });
  desk.changed(arrow);
  return { room, told, pointer, desk };
}

test('[CU3] the pointer is in the picture until the client in control draws it, and again when it does not', () => {
  const { told, pointer, desk } = open();
  expect(pointer.shown).toBe(true);
  desk.set(owner, true);
  expect(pointer.shown).toBe(false);
  expect(told).toEqual([[owner, image]]);
  desk.changed(null);
  desk.changed(null);
  expect(told.slice(1)).toEqual([[owner, { kind: 'hidden' }]]);
  desk.set(owner, false);
  expect(pointer.shown).toBe(true);
  desk.changed(arrow);
  expect(told).toHaveLength(2);
});

test('[CU4] where others watch, the pointer is in the picture, and nobody draws a second one', () => {
  const { room, told, pointer, desk } = open();
  desk.set(owner, true);
  room.guests = [guest];
  desk.settle();
  expect(pointer.shown).toBe(true);
  expect(told.at(-1)).toEqual([owner, { kind: 'in-picture' }]);
  desk.set(guest, true);
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
  desk.set(owner, true);
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
