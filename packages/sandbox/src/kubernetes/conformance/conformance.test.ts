import { describe, expect, test } from 'vitest';
import { replayTrace } from './replay-trace.ts';
import { readTrace, traceNames } from './trace-format.ts';

describe('the sandbox answers as Kubernetes 1.36.2 did', () => {
  const names = traceNames().filter((name) => !name.startsWith('00-'));
  test('all traces are there', () => {
    expect(names).toHaveLength(21);
  });

  test.each(names)('%s', async (name) => {
    const report = await replayTrace(readTrace(name));
    const { differences, compared, invariantsChecked, skipped } = report;
    process.stdout.write(
      `${name}: ${compared} exchanges, ${invariantsChecked} invariants, ${skipped.length} skipped\n`,
    );
    for (const { what, why } of skipped) process.stdout.write(`  skipped ${what}: ${why}\n`);
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });
});
