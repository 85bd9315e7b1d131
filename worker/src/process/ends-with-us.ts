/**
 * The command line of a program that the kernel ends (SIGTERM) when this process dies, however it dies: PR_SET_PDEATHSIG of
 * prctl(2), which outlives the exec. For `spawn(...endsWithUs('Xvfb', words), options)`. Not from a worker thread: the kernel
 * means the thread that starts it.
 */
export const endsWithUs = (command: string, words: readonly string[] = []): [command: string, words: string[]] => [
  'setpriv',
  ['--pdeathsig', 'TERM', '--', command, ...words],
];
