import type { Call, Reply } from './site.ts';

export const token = 'fp_good';
export const sessionId = '0123456789abcdefghij';
export const socketUrl = 'ws://127.0.0.1:9/1.0/sessions/0123456789abcdefghij/sockets/slave?token=once';

export const unauthorized: Reply = { status: 401, error: 'A valid token is needed.' };

/** A session as the gateway shows it. */
export const shown = (status: string, message = '') => ({
  id: sessionId,
  app: 'doom',
  region: 'home',
  cluster_id: 'host-1',
  container_id: 'c1',
  joinable: true,
  status,
  status_message: message,
});

/** As a host tells of them that has the next version of one to be tried. */
const applications = [
  { name: 'doom', versions: [1, 2, 3].map((version) => ({ version, published: version < 3 })) },
  { name: 'desktop', versions: [{ version: 1, published: true }] },
];

/** A gateway with two applications, where all goes well but for the calls that `otherwise` answers. */
export function gateway(otherwise: (call: Call) => Reply | undefined = () => undefined): (call: Call) => Reply {
  return (call) => {
    const other = otherwise(call);
    if (other !== undefined) return other;
    if (call.token !== token) return unauthorized;
    const { method, path } = call;
    if (path === '/1.0/applications') return { status: 200, metadata: applications };
    const grant = { url: socketUrl, stun_servers: [] };
    if (method === 'POST' && path === '/1.0/sessions') {
      return { status: 201, metadata: { ...grant, id: sessionId, region: 'home', status: 'created', joinable: true } };
    }
    if (method === 'POST' && path.endsWith('/join')) return { status: 200, metadata: grant };
    if (method === 'DELETE') return { status: 200 };
    return { status: 200, metadata: shown('active') };
  };
}
