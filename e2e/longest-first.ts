import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { waitingFiles } from './waiting-files.ts';

/** The files that wait longest, longest first. */
const longest = [
  ...[...waitingFiles.map((file) => file.replace('.test.ts', '')), 'every-way', 'accessible', 'plans'],
  ...['one-click-rollback', 'another-target', 'incident', 'run-commands', 'restart', 'press'],
  ...['trusted-triggers', 'ways-killed', 'takeover', 'database-killed', 'failed-step', 'slots'],
];

/** Begins with the longest files: one that began last would be waited for alone. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

function place({ moduleId }: TestSpecification): number {
  const at = longest.findIndex((name) => moduleId.includes(`/${name}.`));
  return at === -1 ? longest.length : at;
}
