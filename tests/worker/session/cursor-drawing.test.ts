import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawingOf, type Onlookers } from '#worker/session/desks/cursor-drawing.ts';

const [owner, guest, other] = ['0000000000o0', '0000000000g0', '0000000000x0'] as const;
const image = { kind: 'image', png: 'AAAA', hotX: 1, hotY: 2 } as const;
const hidden = { kind: 'hidden' } as const;

const decide = (some: Partial<Onlookers>) =>
  drawingOf({
    ...{ there: [owner, guest], controller: owner, local: new Set([owner]), remote: new Set([guest]), shape: image },
    ...some,
  });

test('[CU3] the pointer is in the picture unless the client in control draws it itself', () => {
  expect(decide({ there: [owner] }).inPicture).toBe(false);
  expect(decide({ there: [owner], local: new Set() }).inPicture).toBe(true);
  expect(decide({ there: [owner], local: new Set(), remote: new Set([owner]) }).inPicture).toBe(true);
  expect(decide({ there: [] }).inPicture).toBe(true);
});

test('[CU7] where all draw it, who is in control draws its own and the others that one’s', () => {
  const both = { local: new Set([owner, guest]), remote: new Set([owner, guest]) };
  const drawing = decide(both);
  expect(drawing.inPicture).toBe(false);
  expect([...drawing.local]).toEqual([
    [owner, image],
    [guest, { kind: 'not-yours' }],
  ]);
  expect([...drawing.remote]).toEqual([
    [owner, hidden],
    [guest, image],
  ]);
  expect(drawing.followers).toEqual([guest]);
  const handed = decide({ ...both, controller: guest });
  expect([handed.inPicture, handed.followers]).toEqual([false, [owner]]);
  expect(handed.local.get(guest)).toEqual(image);
  // Nobody is in control: it is another’s for all of them.
  expect(decide({ ...both, controller: null })).toMatchObject({ inPicture: false, followers: [owner, guest] });
  // There is none to be drawn, and none to be told of.
  const none = decide({ shape: hidden });
  expect([none.inPicture, none.followers, none.remote.get(guest)]).toEqual([false, [], hidden]);
});

test('[CU4] one who watches and does not draw it puts it back into the picture for all', () => {
  for (const drawing of [
    decide({ there: [owner, guest, other] }),
    decide({ local: new Set() }),
    decide({ remote: new Set() }),
    decide({ controller: guest }),
    decide({ shape: { kind: 'in-picture' } }),
  ]) {
    expect([drawing.inPicture, drawing.followers]).toEqual([true, []]);
    expect([...drawing.remote.values()].every(({ kind }) => kind === 'hidden')).toBe(true);
    expect([...drawing.local.values()].every(({ kind }) => kind === 'in-picture' || kind === 'not-yours')).toBe(true);
  }
});

test('[CU4] nobody who is there sees two pointers, and nobody sees none', () => {
  const ids = fc.subarray([owner, guest, other]);
  const shapes = fc.constantFrom<Onlookers['shape']>(image, hidden, { kind: 'in-picture' });
  fc.assert(
    fc.property(ids, ids, ids, fc.nat(3), shapes, (there, local, remote, index, shape) => {
      const controller = there[index] ?? null;
      const drawing = drawingOf({ there, controller, local: new Set(local), remote: new Set(remote), shape });
      for (const peer of there) {
        const own = drawing.local.get(peer)?.kind === 'image';
        const others = drawing.remote.get(peer)?.kind === 'image';
        const seen = Number(drawing.inPicture) + Number(own) + Number(others);
        expect(seen).toBe(!drawing.inPicture && shape.kind === 'hidden' ? 0 : 1);
        expect(drawing.followers.includes(peer)).toBe(others);
      }
    }),
  );
});
