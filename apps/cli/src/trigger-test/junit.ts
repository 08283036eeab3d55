import { resultLines } from './result-lines.ts';
import type { TestResult } from './run-tests.ts';

/** The results as CI systems read them: https://github.com/testmoapp/junitxml */
export function junitReport(results: readonly TestResult[]): string {
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const counts = `tests="${results.length}" failures="${failed}" errors="0"`;
  const cases = results.map((one) => testCase(one));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="lastgood test" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(result: TestResult): string {
  const [file = '', line = ''] = result.place.split(/:(?=\d+$)/);
  const named = `name="${escaped(result.name)}" classname="${escaped(file)}" file="${escaped(file)}" line="${line}"`;
  const [first] = result.failures;
  if (!first) return `    <testcase ${named}/>`;
  const message = `at ${first.at}, ${first.of}: expected ${first.expected}, got ${first.got}`;
  const text = escaped(resultLines(result).join('\n'));
  return `    <testcase ${named}>\n      <failure message="${escaped(message)}">${text}</failure>\n    </testcase>`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that no XML may hold are replaced: https://www.w3.org/TR/xml/#charsets */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
    .replace(/[&<>"]/g, (one) => entities[one] ?? one);
}
