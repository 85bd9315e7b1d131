import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  emptySlots,
  hasFree,
  loadWithout,
  occupy,
  release,
  reservationMs,
  reserve,
  type Slots,
  used,
  vacate,
} from '#worker/host/slots.ts';

const reserved = (slots: Slots, session: string, now: number): Slots => {
  const next = reserve(slots, session, now);
  if (next === null) throw new Error('full');
  return next;
};

test('[SL1] a full host refuses', () => {
  const full = reserved(emptySlots(1), 'a', 0);
  expect(reserve(full, 'b', 0)).toBeNull();
  expect(occupy(full, 'b', 0)).toBeNull();
});

test('[SL2] asked again for the same session, it is the same slot', () => {
  const once = reserved(emptySlots(2), 'a', 0);
  expect(used(reserved(once, 'a', 1))).toBe(1);
  const running = occupy(once, 'a', 1);
  expect(running && used(reserved(running, 'a', 2))).toBe(1);
});

test('[SL3] a reservation that was not used in time is free again', () => {
  const slots = reserved(emptySlots(1), 'a', 0);
  expect(reserve(slots, 'b', reservationMs - 1)).toBeNull();
  expect(reserve(slots, 'b', reservationMs)).not.toBeNull();
});

test('[SL4] a session that runs keeps its slot when its reservation is given back', () => {
  const running = occupy(emptySlots(1), 'a', 0);
  expect(running && hasFree(release(running, 'a'))).toBe(false);
  expect(running && hasFree(vacate(running, 'a'))).toBe(true);
});

test('[SL5] the load that is told leaves the session’s own slot out', () => {
  const slots = reserved(reserved(emptySlots(4), 'a', 0), 'b', 0);
  expect(loadWithout(slots, 'a')).toBe(0.25);
  expect(loadWithout(slots, 'c')).toBe(0.5);
});

test('[SL1] no order of events ever takes more slots than there are', () => {
  const session = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const event = fc.record({ what: fc.constantFrom('reserve', 'release', 'occupy', 'vacate'), session, after: fc.nat(3000) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(event, { maxLength: 60 }), (total, events) => {
      let slots = emptySlots(total);
      let now = 0;
      for (const { what, session: id, after } of events) {
        now += after;
        if (what === 'reserve') slots = reserve(slots, id, now) ?? slots;
        else if (what === 'occupy') slots = occupy(slots, id, now) ?? slots;
        else slots = what === 'release' ? release(slots, id) : vacate(slots, id);
        expect(used(slots)).toBeLessThanOrEqual(total);
        expect([...slots.reserved.keys()].filter((key) => slots.running.has(key))).toEqual([]);
      }
    }),
  );
});
