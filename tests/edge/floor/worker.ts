import { DurableObject } from 'cloudflare:workers';
import type { Env } from '#edge/env.ts';
import edge from '#edge/index.ts';
import { decodeJson } from '#shared/decode.ts';
import { SessionPost } from '#shared/gateway.ts';
import { newSessionId } from '#shared/ids.ts';

/**
 * The Worker as it is deployed, with one route more: the floor that benches hold creations against. It validates the same body
 * and inserts one row into a new Durable Object, and nothing else.
 */
export * from '#edge/index.ts';

interface FloorEnv extends Env {
  readonly FLOOR: DurableObjectNamespace<Floor>;
}

/** One row, in an object of its own. */
export class Floor extends DurableObject<FloorEnv> {
  constructor(ctx: DurableObjectState, env: FloorEnv) {
    super(ctx, env);
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID');
  }

  async insert(id: string, body: string): Promise<void> {
    this.ctx.storage.sql.exec('INSERT INTO rows VALUES (?, ?)', id, body);
  }
}

export default {
  async fetch(request: Request, env: FloorEnv, context: ExecutionContext): Promise<Response> {
    if (new URL(request.url).pathname !== '/floor') return edge.fetch(request, env, context);
    const post = decodeJson(SessionPost, new Uint8Array(await request.arrayBuffer()), 'body');
    const id = newSessionId();
    await env.FLOOR.get(env.FLOOR.idFromName(id)).insert(id, JSON.stringify(post));
    return Response.json({ type: 'sync', status: 'success', status_code: 201, metadata: { id } }, { status: 201 });
  },
} satisfies ExportedHandler<FloorEnv>;
