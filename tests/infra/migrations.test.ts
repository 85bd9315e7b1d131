import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';
import { z } from 'zod';
import { config } from '#infra/config.ts';
import { decode } from '#shared/decode.ts';

const names = z.array(z.string()).default([]);
const Settings = z.object({
  migrations: z.array(
    z.object({
      tag: z.string(),
      new_sqlite_classes: names,
      new_classes: names,
      renamed_classes: z.array(z.object({ from: z.string(), to: z.string() })).default([]),
      deleted_classes: names,
    }),
  ),
  durable_objects: z.object({ bindings: z.array(z.object({ class_name: z.string() })) }),
});

/** The platform remembers the last tag that it has seen, and does what stands behind it: each step once, and none that moves up. */
test('[IN19] the migrations of the Durable Objects are numbered in order, and make each class that is bound once', () => {
  const settings = readConfig({ config: resolve(config.root, 'wrangler.toml') });
  const { migrations, durable_objects: objects } = decode(Settings, settings, 'wrangler.toml');
  expect(migrations.map(({ tag }) => tag)).toEqual(migrations.map((_, index) => `v${index + 1}`));
  const made: string[] = [];
  const take = (name: string): void => {
    const at = made.indexOf(name);
    expect(at, `${name} is there to be renamed or deleted`).toBeGreaterThanOrEqual(0);
    made.splice(at, 1);
  };
  for (const step of migrations) {
    made.push(...step.new_sqlite_classes, ...step.new_classes);
    for (const { from, to } of step.renamed_classes) {
      take(from);
      made.push(to);
    }
    for (const name of step.deleted_classes) take(name);
  }
  expect(made.toSorted()).toEqual(objects.bindings.map(({ class_name: name }) => name).toSorted());
});
