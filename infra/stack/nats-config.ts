import { eventStream, hostBucket, hostEvents, placementGroup, subjectToken } from '#shared/subjects.ts';

export interface NatsConfig {
  ip: string;
  /** Clients of NATS's own protocol: people with the `nats` tool. */
  port: number;
  websocketPort: number;
  storeDir: string;
  users: readonly NatsUser[];
}

/** A user and what it may do. Anything that is not named is denied. */
export interface NatsUser {
  name: string;
  password: string;
  publish: readonly string[];
  subscribe: readonly string[];
  /** It may answer a message that it got, once, wherever the answer goes. */
  allowResponses: boolean;
}

/** The edge: calls every host, owns the stream and the bucket. */
export function edgeUser(password: string): NatsUser {
  return {
    name: 'edge',
    password,
    publish: ['farpane.v1.place.>', 'farpane.v1.host.>', '$JS.API.>', '$JS.ACK.>', `$KV.${hostBucket.name}.>`],
    subscribe: ['_INBOX.>'],
    allowResponses: false,
  };
}

/**
 * A host: takes calls for placement as a member of their group only, and its own calls; reports events in its own name; writes its own key.
 * Answers come to an inbox of its own, so that it can't read those of others: it connects with `inboxPrefix:`
 * {@link hostInbox}. It may create the stream and the bucket, which changes nothing where they are, and see what they are.
 */
export function hostUser(id: string, password: string): NatsUser {
  const own = subjectToken(id);
  const kvStream = `KV_${hostBucket.name}`;
  return {
    name: `host-${id}`,
    password,
    publish: [
      hostEvents(id),
      `$KV.${hostBucket.name}.${own}`,
      '$JS.API.INFO',
      ...[kvStream, eventStream.name].flatMap((stream) => [`$JS.API.STREAM.CREATE.${stream}`, `$JS.API.STREAM.INFO.${stream}`]),
      `$JS.API.DIRECT.GET.${kvStream}.$KV.${hostBucket.name}.${own}`,
    ],
    subscribe: [`farpane.v1.place.> ${placementGroup}`, `farpane.v1.host.${own}.>`, `${hostInbox(id)}.>`],
    allowResponses: true,
  };
}

/** The prefix of the subjects at which a host takes answers. */
export const hostInbox = (id: string): string => `_INBOX_${subjectToken(id)}`;

/** The text of nats-server's configuration. A JSON string is a string of it too. */
export function natsConfig({ ip, port, websocketPort, storeDir, users }: NatsConfig): string {
  const quote = (text: string): string => JSON.stringify(text);
  const listOf = (subjects: readonly string[]): string => `[${subjects.map(quote).join(', ')}]`;
  const user = ({ name, password, publish, subscribe, allowResponses }: NatsUser): string => `    {
      user: ${quote(name)}, password: ${quote(password)}
      permissions: {
        publish: { allow: ${listOf(publish)} }
        subscribe: { allow: ${listOf(subscribe)} }
        ${allowResponses ? 'allow_responses: true' : ''}
      }
    }`;
  return `# Written by infra/stack/nats-config.ts at each start.
listen: ${quote(`${ip}:${port}`)}
server_name: "farpane"

websocket {
  listen: ${quote(`${ip}:${websocketPort}`)}
  no_tls: true
  # nats.ws can't read compressed frames.
  compression: false
}

jetstream {
  store_dir: ${quote(storeDir)}
  max_memory_store: 64MB
  max_file_store: 256MB
}

authorization {
  users: [
${users.map(user).join('\n')}
  ]
}
`;
}
