/** What the system's codes of failure mean to a person, and what to do. */
const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of this path is a file, not a folder',
  EISDIR: 'is a folder, not a file',
  EEXIST: 'there is a file of this name already',
  ENOTEMPTY: 'the folder is not empty',
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  EROFS: 'the file system can only be read',
  ENOSPC: 'no space is left there: make room, then try again',
  EDQUOT: 'the quota of this user is used up: make room, then try again',
  EFBIG: 'the file would be too large',
  EMFILE: 'too many files are open: raise the limit (ulimit -n)',
  ENFILE: 'too many files are open on this machine',
  ENOMEM: 'no memory is left',
  ELOOP: 'the symbolic links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the device can’t be read or written',
  EADDRINUSE: 'the port is taken: end what listens there, or choose another one',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name can’t be looked up now: is there a network?',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was closed',
  EHOSTUNREACH: 'there is no way to this address',
  ENETUNREACH: 'there is no way to this address',
  ETIMEDOUT: 'there was no answer',
};

/**
 * Says a failure of the system in plain words, as `/etc/x: this user has no permission`.
 *
 * @param subject what failed, where the error does not say it: reading a folder has no path.
 * @returns undefined where it is none that has words here: a mistake of the program, most likely.
 */
export function describeSystemFailure(error: unknown, subject?: string): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const said = words[error.code];
  if (said === undefined) return undefined;
  const where = subject ?? subjectOf(error);
  return where === undefined ? said : `${where}: ${said}`;
}

function subjectOf(error: object): string | undefined {
  if ('path' in error && typeof error.path === 'string') return error.path;
  if ('address' in error && typeof error.address === 'string') {
    return 'port' in error && typeof error.port === 'number' ? `${error.address}, port ${error.port}` : error.address;
  }
  return 'hostname' in error && typeof error.hostname === 'string' ? error.hostname : undefined;
}
