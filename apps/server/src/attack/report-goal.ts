import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../../test-results');

/** What an attack found, one line of JSON for each goal in `test-results/attack.jsonl`. */
export function reportGoal(goal: {
  goal: string;
  what: string;
  count: number;
  of: number;
  bound: number;
}): void {
  mkdirSync(folder, { recursive: true });
  appendFileSync(join(folder, 'attack.jsonl'), `${JSON.stringify(goal)}\n`);
}
