import { expect } from 'vitest';

/** The value of a metric on a page; undefined where it is not there. `name`: with its labels, as the page has them. */
export async function metricOn(address: string, name: string, bearer = ''): Promise<number | undefined> {
  const response = await fetch(address, { headers: { authorization: `Bearer ${bearer}` } });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}
