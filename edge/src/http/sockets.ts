import { Hono } from 'hono';
import { configOf } from '#edge/config.ts';
import { roomNamed } from '#edge/objects.ts';
import { refuseSocket } from '#edge/room/sockets.ts';
import { AppError } from '#shared/errors.ts';
import { SessionId } from '#shared/ids.ts';
import type { HttpEnv } from './auth.ts';

/** The signalling socket's upgrade, under both spellings of its path. The token in its query is for the room to check. */
export const sockets = new Hono<HttpEnv>({ strict: false });

sockets.get('/:sessions{sessions?}/:id/sockets/slave', async (c) => {
  configOf(c.env);
  if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') {
    throw new AppError('invalid_request', { message: 'This address is for WebSockets only.' });
  }
  const id = SessionId.safeParse(c.req.param('id'));
  if (!id.success) return refuseSocket(new AppError('not_found', { message: 'There is no such session.' }).toWire());
  return await roomNamed(c.env, id.data).fetch(c.req.raw);
});
