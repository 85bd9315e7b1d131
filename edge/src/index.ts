import { app } from './http/app.ts';

export { Account } from './account/account.ts';
export { Line } from './line/line.ts';
export { Link } from './link/link.ts';
export { Metrics } from './metrics/metrics.ts';
export { Registry } from './registry/registry.ts';
export { SessionRoom } from './room/room.ts';

export default app;
