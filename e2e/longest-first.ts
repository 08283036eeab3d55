import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { waitingFiles } from './waiting-files.ts';

/** The files that wait longest, longest first. */
const longest = [
  ...[...waitingFiles.map((file) => file.replace('.test.ts', '')), 'every-way', 'plans', 'accessible'],
  ...['one-click-rollback', 'incident', 'press', 'another-target', 'run-commands'],
  ...['ways-killed', 'takeover', 'failed-step'],
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
