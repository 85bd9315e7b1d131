import { describe } from 'vitest';
import { busContract } from '#tests/contract/bus.ts';
import { MemoryBus } from '#tests/support/memory-bus.ts';

describe('the bus in memory', () => {
  busContract(async () => ({ bus: new MemoryBus(), settled: async () => undefined, close: async () => undefined }));
});
