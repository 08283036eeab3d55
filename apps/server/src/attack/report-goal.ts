import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../../test-results');

/** One line of `test-results/attack.jsonl`: what was tried, how often it got through of how often, and how often it may. */
export function reportGoal(line: {
  goal: string;
  what: string;
  count: number;
  of: number;
  bound: number;
}): void {
  mkdirSync(folder, { recursive: true });
  appendFileSync(join(folder, 'attack.jsonl'), `${JSON.stringify(line)}\n`);
}
