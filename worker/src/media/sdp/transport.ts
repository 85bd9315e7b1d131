import { type Description, quote, refuse, type Section, type Subject } from './parse.ts';

/** RFC 8122 section 5, with the length of each hash. */
const fingerprintBytes = { 'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 } as const;

type FingerprintAlgorithm = keyof typeof fingerprintBytes;

/** What a client says of its end of the one transport. Its candidates are not needed: it begins all checks, for this server is ICE-lite. */
export interface ClientTransport {
  setup: string;
  fingerprint: { algorithm: FingerprintAlgorithm; value: string };
}

/**
 * Reads the parameters of the one transport: each of `sections` that repeats them must say the same.
 *
 * @throws AppError `bad_sdp` where something is missing, malformed or told twice.
 */
export function readTransport(description: Description, sections: readonly Section[], subject: Subject): ClientTransport {
  const one = (what: string, read: (of: Description | Section) => string | undefined): string => {
    const values = new Set(sections.map((section) => read(section) ?? read(description)).filter((value) => value !== undefined));
    const [value] = values;
    if (value === undefined) throw refuse(`The ${subject} lacks a=${what}.`);
    if (values.size > 1) throw refuse(`The ${subject}'s m-lines differ in a=${what}; they share one transport.`);
    return value;
  };
  const iceCharacters = /^[A-Za-z0-9+/=_-]+$/;
  const ufrag = one('ice-ufrag', ({ iceUfrag }) => iceUfrag);
  if (ufrag.length < 4 || ufrag.length > 256 || !iceCharacters.test(ufrag)) {
    throw refuse(`The ${subject}'s a=ice-ufrag is not valid.`);
  }
  const pwd = one('ice-pwd', ({ icePwd }) => icePwd);
  if (pwd.length < 22 || pwd.length > 256 || !iceCharacters.test(pwd)) throw refuse(`The ${subject}'s a=ice-pwd is not valid.`);
  const setup = one('setup', (of) => of.setup);
  const fingerprint = one('fingerprint', (of) => of.fingerprint && `${of.fingerprint.type} ${of.fingerprint.hash}`);
  return { setup, fingerprint: readFingerprint(fingerprint, subject) };
}

function readFingerprint(line: string, subject: Subject): ClientTransport['fingerprint'] {
  const [type = '', hash = ''] = line.split(' ');
  const algorithm = type.toLowerCase();
  if (!isAlgorithm(algorithm)) {
    const known = Object.keys(fingerprintBytes).join(', ');
    throw refuse(`The ${subject}'s a=fingerprint uses ${quote(type)}; known are ${known}.`);
  }
  const bytes = hash.split(':');
  if (bytes.length !== fingerprintBytes[algorithm] || !bytes.every((byte) => /^[0-9A-Fa-f]{2}$/.test(byte))) {
    const length = fingerprintBytes[algorithm];
    throw refuse(`The ${subject}'s a=fingerprint is not ${length} bytes in hexadecimal, with colons between.`);
  }
  return { algorithm, value: hash.toUpperCase() };
}

const isAlgorithm = (name: string): name is FingerprintAlgorithm => Object.hasOwn(fingerprintBytes, name);
