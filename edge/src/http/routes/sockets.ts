import { Hono } from 'hono';
import { configOf } from '#edge/config.ts';
import type { HttpEnv } from '#edge/http/access/auth.ts';
import { limit } from '#edge/http/access/limits.ts';
import { getOnly } from '#edge/http/access/methods.ts';
import { roomNamed } from '#edge/objects.ts';
import { refuseSocket } from '#edge/room/sockets.ts';
import { AppError } from '#shared/errors.ts';
import { SessionId } from '#shared/ids.ts';

/** The ends of a session's sockets that other gateways serve, and why they are not served here. */
const notHere = {
  master: 'Hosts do not come by this address: this gateway reaches them over its own bus. Clients use "slave".',
  adb: 'The application of this session has no ADB.',
} as const;

/** The signalling socket's upgrade, under both spellings of its path. The token in its query is for the room to check. */
export const sockets = new Hono<HttpEnv>({ strict: false });

sockets.get('/:sessions{sessions?}/:id/sockets/:end{slave|master|adb}', getOnly, async (c) => {
  configOf(c.env);
  if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') {
    throw new AppError('invalid_request', { message: 'This address is for WebSockets only.' });
  }
  await limit(c, 'UPGRADES');
  const end = c.req.param('end');
  if (end === 'master' || end === 'adb') {
    return refuseSocket(new AppError('invalid_request', { message: notHere[end] }).toWire());
  }
  const id = SessionId.safeParse(c.req.param('id'));
  if (!id.success) return refuseSocket(new AppError('not_found', { message: 'There is no such session.' }).toWire());
  return await roomNamed(c.env, id.data).fetch(c.req.raw);
});
