import { z } from 'zod';

export interface Tally {
  passed: number;
  failed: number;
}

/** The report of vitest's JSON reporter, as far as it is counted. */
export const VitestReport = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/**
 * Counts a run of vitest. A file that failed without a test that did (it could not be loaded, a hook threw) is one failure;
 * so is a test that was skipped, and a run that failed, or left no report, with no failure that it names.
 */
export function tally(report: z.output<typeof VitestReport> | undefined, exitCode: number): Tally {
  let passed = 0;
  let failed = 0;
  for (const file of report?.testResults ?? []) {
    const good = file.assertionResults.filter(({ status }) => status === 'passed').length;
    const bad = file.assertionResults.length - good;
    passed += good;
    failed += bad === 0 && file.status !== 'passed' ? 1 : bad;
  }
  if (failed === 0 && (exitCode !== 0 || report === undefined)) failed = 1;
  return { passed, failed };
}
