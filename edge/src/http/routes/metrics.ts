import { Hono } from 'hono';
import { type HttpEnv, needMetricsToken } from '#edge/http/access/auth.ts';
import { recorder } from '#edge/http/measure.ts';
import { countHosts, countSessions } from '#edge/metrics/census.ts';
import { readTotals } from '#edge/metrics/recorder.ts';
import { metricsText, metricsType } from '#edge/metrics/text.ts';

/** `/metrics`, for Prometheus. */
export const metrics = new Hono<HttpEnv>({ strict: false });

metrics.get('/metrics', needMetricsToken, async (c) => {
  // What this isolate has not told yet counts too.
  await recorder.flush(c.env);
  const [{ accounts, sessions }, fleet, { inFlight, series }] = await Promise.all([
    countSessions(c.env),
    countHosts(c.env),
    readTotals(c.env),
  ]);
  const text = metricsText({ accounts, sessions, fleet, inFlight, series });
  return c.body(text, 200, { 'content-type': metricsType, 'cache-control': 'no-store' });
});
