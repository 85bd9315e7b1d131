import { expect, test } from 'vitest';
import { tally } from '#infra/test/tally.ts';

const file = (status: string, ...tests: string[]) => ({ status, assertionResults: tests.map((each) => ({ status: each })) });

test('[IN9] every test counts', () => {
  const report = { testResults: [file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed')] };
  expect(tally(report, 1)).toEqual({ passed: 3, failed: 1 });
  expect(tally({ testResults: [file('passed', 'passed')] }, 0)).toEqual({ passed: 1, failed: 0 });
});

test('[IN9] a file that could not be loaded is a failure', () => {
  expect(tally({ testResults: [file('passed', 'passed'), file('failed')] }, 1)).toEqual({ passed: 1, failed: 1 });
});

test('[IN9] a file whose tests all passed and that failed all the same is a failure', () => {
  expect(tally({ testResults: [file('failed', 'passed')] }, 1)).toEqual({ passed: 1, failed: 1 });
});

test('[IN9] a test that was skipped has not passed', () => {
  expect(tally({ testResults: [file('passed', 'passed', 'pending')] }, 0)).toEqual({ passed: 1, failed: 1 });
});

test('[IN9] a run that crashed is a failure, with and without a report', () => {
  expect(tally({ testResults: [file('passed', 'passed')] }, 1)).toEqual({ passed: 1, failed: 1 });
  expect(tally(undefined, 0)).toEqual({ passed: 0, failed: 1 });
  expect(tally(undefined, 139)).toEqual({ passed: 0, failed: 1 });
});
