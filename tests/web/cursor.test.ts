import { expect, test } from 'vitest';
import { cssCursor } from '#web/client/cursor.ts';

const shape = { kind: 'image', png: 'AAAA', hotX: 4, hotY: 7 } as const;

test('[CU6] the pointer is as large as it would be in the picture, and held at the same spot', () => {
  const plain = 'url("data:image/png;base64,AAAA") 4 7, auto';
  expect(cssCursor(shape, 1, 640)).toEqual([plain, plain]);
  expect(cssCursor(shape, 0.5, 640)).toEqual(['image-set(url("data:image/png;base64,AAAA") 2.000x) 2 4, auto', plain]);
  // Of a display twice as wide as the picture.
  expect(cssCursor({ ...shape, displayWidth: 1280 }, 1, 640)).toEqual([
    'image-set(url("data:image/png;base64,AAAA") 2.000x) 2 4, auto',
    plain,
  ]);
  // Before there is a picture.
  expect(cssCursor(shape, Number.NaN, 0)).toEqual([plain, plain]);
  expect(cssCursor({ kind: 'hidden' }, 1, 640)[0]).toBe('none');
  expect(cssCursor({ kind: 'in-picture' }, 1, 640)[0]).toBe('none');
  expect(cssCursor({ kind: 'not-yours' }, 1, 640)[0]).toBe('');
});
