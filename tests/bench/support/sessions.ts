import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import { SessionPostData } from '#shared/gateway.ts';
import type { BenchGateway } from './gateway.ts';
import type { Load } from './load.ts';

const Created = z.object({ metadata: SessionPostData });

/** Creates a session on a host of the bench. @returns the address of its socket. */
export async function createSession(gateway: BenchGateway, load: Load): Promise<string> {
  const body = JSON.stringify({ app: gateway.hosts.app, region: gateway.hosts.region, idle_time_min: 0 });
  const { status, body: answer } = await load.post('/1.0/sessions', body, {
    authorization: `Macaroon root=${gateway.token}`,
    'content-type': 'application/json',
  });
  if (status !== 201) throw new Error(`A session was refused with ${status}: ${answer}`);
  return decodeJson(Created, answer, 'answer').metadata.url;
}
