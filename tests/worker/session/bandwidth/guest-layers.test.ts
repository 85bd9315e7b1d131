import { expect, onTestFinished, test } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import type { Ingest, Lane, Layer } from '#worker/media/room.ts';
import { GuestLayers } from '#worker/session/bandwidth/guest-layers.ts';

/** A lane that carries at once what is chosen, as far as there is such a stream. */
function openLane(low: ReadonlySet<unknown>): Lane {
  let carried: Layer = 'main';
  return {
    codec: 'H264',
    choose: async (layer) => {
      carried = low.size > 0 ? layer : 'main';
    },
    get carried() {
      return carried;
    },
    mainKbps: async () => 3000,
    close: () => undefined,
  };
}

const wayIn = (codec: Ingest['codec']): Ingest => ({
  ...{ codec, port: 0, ssrc: 0, payloadType: 0, playoutDelayExtensionId: null },
  ...{ onKeyframeRequest: () => undefined, renew: async () => undefined, close: () => undefined },
});

test('[MT15] guests on the low stream, low streams and moves are counted, and who is gone is no longer on it', async () => {
  const coded = new Set<string>();
  const lanes = new Map(['first', 'second', 'good'].map((peer) => [peer, openLane(coded)] as const));
  let leader = 'owner';
  const layers = new GuestLayers({
    codecs: ['H264', 'VP9'],
    lanes: (codec) => (codec === 'H264' ? lanes : new Map()),
    leader: () => leader,
    link: async (peer) => ({
      availableKbps: null,
      sentBytes: 0,
      receivedBytes: 0,
      loss: peer === 'good' ? 0 : 0.3,
      roundTripMs: 20,
    }),
    halt: async () => undefined,
    low: {
      acquire: async (codec) => {
        coded.add(codec);
        return wayIn(codec);
      },
      release: (codec) => void coded.delete(codec),
    },
    log: jsonLogger(() => undefined, 'error'),
  });
  onTestFinished(() => layers.close());
  expect(layers.figures).toEqual({ guestsOnLow: 0, lowStreams: 0, moves: { low: 0, main: 0 } });
  layers.start();
  const figures = () => layers.figures;
  const patient = { timeout: 20_000, interval: 20 };
  await expect.poll(figures, patient).toEqual({ guestsOnLow: 2, lowStreams: 1, moves: { low: 2, main: 0 } });
  // Whoever is given control gets the main stream at once.
  leader = 'first';
  await expect.poll(figures, patient).toEqual({ guestsOnLow: 1, lowStreams: 1, moves: { low: 2, main: 1 } });
  lanes.delete('second');
  await expect.poll(figures, patient).toEqual({ guestsOnLow: 0, lowStreams: 0, moves: { low: 2, main: 1 } });
  lanes.clear();
  await expect.poll(() => coded.size).toBe(0);
  expect(figures().moves, 'what was counted stays').toEqual({ low: 2, main: 1 });
});
