import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What passes needs no words.
    silent: 'passed-only',
    projects: [
      {
        test: {
          name: 'node',
          // One project after the other: whole stacks and browsers need the machine for themselves.
          sequence: { groupOrder: 1 },
          include: ['tests/{shared,web,worker,infra}/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              cf: false,
              bindings: {
                NATS_URL: inject('natsUrl'),
                NATS_USER: '',
                NATS_PASSWORD: '',
                TURN_HOSTS: 'turn.example.com:3478',
                TURN_SECRET: 'turn-secret',
                ADMIN_SECRET: 'admin-secret',
                TOKEN_SECRET: 'token-secret',
                METRICS_TOKEN: 'metrics-token',
                LOG_LEVEL: 'error',
              },
            },
          })),
        ],
        test: {
          name: 'edge',
          sequence: { groupOrder: 2 },
          include: ['tests/edge/**/*.test.ts'],
          globalSetup: ['tests/support/nats-global.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 3 },
          include: ['tests/{e2e,interop}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
