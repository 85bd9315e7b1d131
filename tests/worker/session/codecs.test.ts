import { expect, test } from 'vitest';
import { offerOrder } from '#worker/session/codecs.ts';

test('[SE9] a client’s preferred codec is offered first', () => {
  expect(offerOrder(['VP8'], ['H264', 'VP8'])).toEqual(['VP8', 'H264']);
  expect(offerOrder(['AV1', 'VP8', 'H264'], ['H264', 'VP8'])).toEqual(['VP8', 'H264']);
});

test('[SE9] a preference that can’t be met costs nothing', () => {
  expect(offerOrder(['AV1'], ['H264', 'VP8'])).toEqual(['H264', 'VP8']);
  expect(offerOrder([], ['VP8'])).toEqual(['VP8']);
});
