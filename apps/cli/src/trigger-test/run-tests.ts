import { acceptTrial } from '@lastgood/domain/trial/accept-trial';
import { checkTrial, type TrialFailure } from '@lastgood/domain/trial/check-trial';
import { readTriggerSet } from '@lastgood/domain/trial/find-triggers';
import type { TriggerSet } from '@lastgood/domain/trigger/trigger-set';
import { UsageError } from '../command-line/usage-error.ts';
import { faultLines, type TestDocument } from './test-documents.ts';

export interface TestResult {
  name: string;
  /** `file:12` */
  place: string;
  failures: (TrialFailure & { place: string })[];
}

/** Runs the tests of all documents over the trigger sets of all of them. Throws `UsageError` with everything that is wrong there. */
export function runTests(documents: readonly TestDocument[]): TestResult[] {
  const faults: string[] = [];
  const sets = documents.flatMap((one): TriggerSet[] => {
    if (one.kind !== 'TriggerSet') return [];
    const { name } = one.content;
    const read =
      typeof name === 'string' && name !== ''
        ? readTriggerSet(name, one.content, '')
        : [{ path: '', message: 'name is missing' }];
    if (!Array.isArray(read)) return [read];
    faults.push(...faultLines(one, read));
    return [];
  });
  const tests = documents.flatMap((one) => {
    if (one.kind !== 'TriggerTest' || faults.length > 0) return [];
    const accepted = acceptTrial(one.content, sets);
    if (!Array.isArray(accepted)) return [{ one, accepted }];
    faults.push(...faultLines(one, accepted));
    return [];
  });
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return tests.map(({ one, accepted }) => ({
    name: accepted.name,
    place: one.placeOf(''),
    failures: checkTrial(accepted).map((failure) => ({ ...failure, place: one.placeOf(failure.path) })),
  }));
}
