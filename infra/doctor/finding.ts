/** What was found of one thing. */
export interface Finding {
  name: string;
  /** `absent`: it is not here, and nothing needs it. */
  state: 'ok' | 'missing' | 'absent';
  /** The version, or what went wrong. */
  detail: string;
  /** What to do about it. */
  mend?: string;
}

export const ok = (name: string, detail = ''): Finding => ({ name, state: 'ok', detail });
export const absent = (name: string, detail = ''): Finding => ({ name, state: 'absent', detail });
export const missing = (name: string, detail: string, mend: string): Finding => ({ name, state: 'missing', detail, mend });

/** One line a finding, and one below it that says how to mend it. */
export const describeFinding = ({ name, state, detail, mend }: Finding): string =>
  [
    `  ${state.padEnd(8)} ${name.padEnd(24)} ${detail}`.trimEnd(),
    ...(mend === undefined ? [] : [`${' '.repeat(11)}to mend: ${mend}`]),
  ].join('\n');
