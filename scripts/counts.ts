import { readFileSync } from 'node:fs';

/** What one runner did. */
export interface Counts {
  files: number;
  passed: number;
  failed: number;
  /** The tests, or files, that failed, by name. */
  failures: string[];
  skipped: { name: string; reason: string }[];
}

interface VitestReport {
  testResults: {
    name: string;
    status: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

/**
 * Reads the counts of a JSON report; a file that could not even be loaded counts as one failure. Null when there is no report that
 * can be read: the runner died before it wrote one.
 */
export function readCounts(file: string): Counts | null {
  const report = readReport(file);
  if (report === null) return null;
  const counts: Counts = {
    files: report.testResults.length,
    passed: 0,
    failed: 0,
    failures: [],
    skipped: [],
  };
  for (const { name, status, assertionResults } of report.testResults) {
    if (status === 'failed' && assertionResults.length === 0) fail(counts, name);
    for (const one of assertionResults) {
      if (one.status === 'passed') counts.passed += 1;
      else if (one.status === 'failed') fail(counts, `${name}: ${one.fullName}`);
      else
        counts.skipped.push({
          name: `${name}: ${one.fullName}`,
          reason: reasonIn(one.fullName),
        });
    }
  }
  return counts;
}

function fail(counts: Counts, name: string): void {
  counts.failed += 1;
  counts.failures.push(name);
}

/** A test that may be skipped says in its name what it needs: `a real kubectl (needs kubectl)`. */
function reasonIn(name: string): string {
  const needed = /\(needs ([^)]+)\)/.exec(name)?.[1];
  return needed ? `${needed} is not here` : 'its name gives no reason';
}

function readReport(file: string): VitestReport | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch {
    return null;
  }
}
