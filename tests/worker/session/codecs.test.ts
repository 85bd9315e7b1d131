import { expect, test } from 'vitest';
import { codecChoice, offerOrder } from '#worker/session/streams/codecs.ts';

const none = new Set<string>();
const choice = { usual: ['H264', 'VP8'], onRequest: ['VP9'] } as const;

test('[SE9] a client’s preferred codec is offered first', () => {
  expect(offerOrder(['VP8'], choice, none)).toEqual(['VP8', 'H264', 'VP9']);
  expect(offerOrder(['AV1', 'VP9', 'H264'], choice, none)).toEqual(['VP9', 'H264', 'VP8']);
});

test('[SE9] a preference that can’t be met costs nothing', () => {
  expect(offerOrder(['AV1'], choice, none)).toEqual(['H264', 'VP8', 'VP9']);
  expect(offerOrder([], { usual: ['VP8'], onRequest: [] }, none)).toEqual(['VP8']);
});

test('[EN9] a client without a preference is offered what is encoded already; one that has one is not held to it', () => {
  expect(offerOrder([], choice, new Set(['OPUS', 'VP8']))).toEqual(['VP8', 'H264', 'VP9']);
  expect(offerOrder([], choice, new Set(['VP9']))).toEqual(['VP9', 'H264', 'VP8']);
  expect(offerOrder(['AV1', 'VP8'], choice, new Set(['VP9']))).toEqual(['VP8', 'VP9', 'H264']);
});

test('[EN10] what costs a processor much is offered on request only, and nothing costs hardware much', () => {
  const software = (['H264', 'VP8', 'VP9', 'AV1'] as const).map((codec) => ({ codec, vendor: 'software' as const }));
  expect(codecChoice(software)).toEqual({ usual: ['H264', 'VP8'], onRequest: ['VP9', 'AV1'] });
  const nvidia = [
    { codec: 'H264', vendor: 'nvidia' },
    { codec: 'AV1', vendor: 'nvidia' },
    { codec: 'VP8', vendor: 'software' },
    { codec: 'VP9', vendor: 'software' },
  ] as const;
  expect(codecChoice(nvidia)).toEqual({ usual: ['H264', 'AV1', 'VP8'], onRequest: ['VP9'] });
});

test('[EN10] the configuration limits the codecs, and those that it leaves are meant', () => {
  const software = (['H264', 'VP8', 'VP9'] as const).map((codec) => ({ codec, vendor: 'software' as const }));
  expect(codecChoice(software, ['VP8', 'VP9'])).toEqual({ usual: ['VP8'], onRequest: ['VP9'] });
  expect(codecChoice(software, ['VP9', 'AV1'])).toEqual({ usual: ['VP9'], onRequest: [] });
  expect(codecChoice(software, ['AV1'])).toEqual({ usual: [], onRequest: [] });
});

test('[EN10] a codec that the media server does not carry is none of a session', () => {
  expect(codecChoice([{ codec: 'H265', vendor: 'nvidia' }])).toEqual({ usual: [], onRequest: [] });
});
