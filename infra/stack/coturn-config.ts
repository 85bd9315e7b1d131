export interface CoturnConfig {
  /** The address that it listens at and relays from. */
  ip: string;
  port: number;
  /** Relays take ports from here … */
  minPort: number;
  /** … to here, inclusive. */
  maxPort: number;
  secret: string;
  /** The hosts' media addresses: what a relay may reach though it is private. */
  peers: readonly string[];
  pidFile: string;
  userDatabase: string;
}

/** The addresses that are no one's on the public Internet (IANA's special-purpose registries): a relay reaches none of them. */
const denied = [
  '0.0.0.0-0.255.255.255',
  '10.0.0.0-10.255.255.255',
  '100.64.0.0-100.127.255.255',
  '127.0.0.0-127.255.255.255',
  '169.254.0.0-169.254.255.255',
  '172.16.0.0-172.31.255.255',
  '192.0.0.0-192.0.0.255',
  '192.0.2.0-192.0.2.255',
  '192.88.99.0-192.88.99.255',
  '192.168.0.0-192.168.255.255',
  '198.18.0.0-198.19.255.255',
  '198.51.100.0-198.51.100.255',
  '203.0.113.0-203.0.113.255',
  '240.0.0.0-255.255.255.255',
  '::-::1',
  '64:ff9b::-64:ff9b::ffff:ffff',
  '::ffff:0.0.0.0-::ffff:255.255.255.255',
  '100::-100::ffff:ffff:ffff:ffff',
  '2001::-2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff',
  '2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
];

export const isLoopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1';

/**
 * The text of turnserver.conf: short-lived credentials made of a shared secret (draft-uberti-behave-turn-rest), nothing but
 * media relayed. An allowed peer goes before a denied range.
 */
export function coturnConfig(config: CoturnConfig): string {
  return `# Written by infra/stack/coturn-config.ts at each start.
listening-ip=${config.ip}
relay-ip=${config.ip}
listening-port=${config.port}
min-port=${config.minPort}
max-port=${config.maxPort}
realm=farpane
fingerprint
use-auth-secret
static-auth-secret=${config.secret}
userdb=${config.userDatabase}
pidfile=${config.pidFile}
log-file=stdout
simple-log
no-tls
no-dtls
no-cli
no-multicast-peers
no-software-attribute
stale-nonce=600
user-quota=16
${config.peers.map((ip) => `allowed-peer-ip=${ip}\n`).join('')}${config.peers.some(isLoopback) ? 'allow-loopback-peers\n' : ''}${denied.map((range) => `denied-peer-ip=${range}\n`).join('')}`;
}
