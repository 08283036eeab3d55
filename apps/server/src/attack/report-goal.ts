import { appendFileSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect } from 'vitest';

/** What an attack came to: `count` of what must not happen, in `of` attempts, where at most `bound` are let. */
export interface AttackedGoal {
  /** As `docs/security-tests.md` names it: "S7". */
  goal: string;
  what: string;
  count: number;
  of: number;
  bound: number;
}

const goalsFile = join(import.meta.dirname, '../../../../test-results/attack.jsonl');

/** Appends one JSON line, with the name of the test's file, to `test-results/attack.jsonl`, which `npm run test:attack` reads. */
export function reportGoal(goal: AttackedGoal): void {
  mkdirSync(dirname(goalsFile), { recursive: true });
  appendFileSync(
    goalsFile,
    `${JSON.stringify({ ...goal, file: basename(expect.getState().testPath ?? '') })}\n`,
  );
}
