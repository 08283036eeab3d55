import type { TestResult } from './run-tests.ts';

/** A test that passed is a line, one that failed says of every slot what was expected and what came. */
export function resultLines({ name, place, failures }: TestResult): string[] {
  if (failures.length === 0) return [`ok    ${name}`];
  return [`FAIL  ${name} (${place})`, ...failures.flatMap(failureLines)];
}

function failureLines({ place, at, of, expected, got, sentence }: TestResult['failures'][number]): string[] {
  return [
    `      at ${at}, ${of} (${place})`,
    `        expected  ${expected}`,
    `        got       ${got}`,
    ...(sentence === '' ? [] : [`        ${sentence}`]),
  ];
}

export function summaryLine(results: readonly TestResult[]): string {
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const counted = (count: number) => `${count} test${count === 1 ? '' : 's'}`;
  return failed === 0
    ? `${counted(results.length)} passed.`
    : `${counted(failed)} of ${results.length} failed.`;
}
