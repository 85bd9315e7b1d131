import { expect, test } from 'vitest';
import { cssCursor } from '#web/client/cursor.ts';

const shape = { kind: 'image', png: 'AAAA', hotX: 4, hotY: 7 } as const;

test('[CU6] the pointer is as large as it would be in the picture, and held at the same spot', () => {
  const plain = 'url("data:image/png;base64,AAAA") 4 7, auto';
  expect(cssCursor(shape, 1)).toEqual([plain, plain]);
  expect(cssCursor(shape, 0.5)).toEqual(['image-set(url("data:image/png;base64,AAAA") 2.000x) 2 4, auto', plain]);
  // Before there is a picture.
  expect(cssCursor(shape, Number.NaN)).toEqual([plain, plain]);
  expect(cssCursor({ kind: 'hidden' }, 1)[0]).toBe('none');
  expect(cssCursor({ kind: 'in-picture' }, 1)[0]).toBe('none');
  expect(cssCursor({ kind: 'not-yours' }, 1)[0]).toBe('');
});
