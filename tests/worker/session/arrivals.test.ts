import { expect, test } from 'vitest';
import type { Scope, Span } from '#shared/trace.ts';
import { Arrivals } from '#worker/session/arrivals.ts';

/** A place in a trace that takes down what begins and ends there. */
function recording() {
  const told: string[] = [];
  const scope: Scope = {
    carrier: undefined,
    isRecording: true,
    start: (name): Span => {
      told.push(`begin ${name}`);
      return { scope, set: () => undefined, end: () => told.push(`end ${name}`) };
    },
  };
  return { scope, told };
}

const whole = ['begin connect', 'end connect', 'begin first frame', 'end first frame'];

test('[TR9] a client’s way is two spans: until it is connected, and from there to its first frame', () => {
  const { scope, told } = recording();
  const arrivals = new Arrivals();
  arrivals.begin('p1', scope);
  arrivals.connected('p1');
  // Broken and back again, before anything was seen.
  arrivals.connected('p1');
  arrivals.firstFrame('p1');
  arrivals.firstFrame('p1');
  expect(told).toEqual(whole);
});

test('[TR9] a further answer, for another codec, begins no other; who left and comes again does', () => {
  const { scope, told } = recording();
  const arrivals = new Arrivals();
  arrivals.begin('p1', scope);
  arrivals.connected('p1');
  arrivals.begin('p1', scope);
  arrivals.firstFrame('p1');
  expect(told).toEqual(whole);
  arrivals.begin('p1', scope);
  arrivals.gone('p1');
  arrivals.connected('p1');
  arrivals.begin('p1', scope);
  expect(told.slice(4)).toEqual(['begin connect', 'begin connect']);
});
