import { expect, test } from 'vitest';
import { createTail } from '#worker/process/tail.ts';

test('[PR5] the last lines are kept, however they are cut into chunks', () => {
  const tail = createTail({ maxLines: 2 });
  for (const chunk of ['one\ntw', 'o\nthr', 'ee\nfo', 'ur']) tail.push(chunk);
  expect(tail.lines()).toEqual(['two', 'three', 'four']);
  expect(tail.last()).toBe('four');
});

test('[PR5] blank lines are no last line, and long ones are cut', () => {
  const tail = createTail({ maxLength: 5 });
  expect(tail.last()).toBe('');
  tail.push('abcdefgh\n\n  \n');
  expect(tail.last()).toBe('abcde');
});
