import { expect, test } from 'vitest';
import { table } from '#infra/account/table.ts';

test('[IN18] columns are as wide as they must be, numbers to the right, and nothing trails', () => {
  expect(
    table([
      { NAME: 'a', N: 1, LAST: 'x' },
      { NAME: 'longer', N: 100, LAST: '' },
    ]),
  ).toBe('NAME      N  LAST\na         1  x\nlonger  100\n');
  expect(table([])).toBe('');
});
