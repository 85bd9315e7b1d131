/** A network for a row of the table. `delayMs`: there and back. */
export interface NetworkConditions {
  loss: number;
  delayMs: number;
  mbps: number;
}

/** A good network, and how each of its three properties gets worse; then bad ones in more than one way. */
export const networks: readonly NetworkConditions[] = [
  { loss: 0, delayMs: 20, mbps: 20 },
  ...[0.01, 0.02, 0.05, 0.1].map((loss) => ({ loss, delayMs: 20, mbps: 20 })),
  ...[50, 100, 200].map((delayMs) => ({ loss: 0, delayMs, mbps: 20 })),
  ...[8, 4, 2, 1, 0.5].map((mbps) => ({ loss: 0, delayMs: 20, mbps })),
  { loss: 0.05, delayMs: 100, mbps: 20 },
  { loss: 0.05, delayMs: 200, mbps: 20 },
  { loss: 0.05, delayMs: 100, mbps: 2 },
  { loss: 0.02, delayMs: 50, mbps: 1 },
  { loss: 0.1, delayMs: 200, mbps: 0.5 },
];
