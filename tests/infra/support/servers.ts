import { startNats } from '#tests/support/nats-server.ts';
import { startPulse } from '#tests/support/pulse.ts';
import { startXvfb } from '#tests/support/xvfb.ts';

/** Starts what tests start on their own, says that it runs, and waits to be killed. */
const [, display] = await Promise.all([startNats(), startXvfb({ width: 64, height: 64 }), startPulse()]);
display.run('sleep', '600');
process.send?.('started');
