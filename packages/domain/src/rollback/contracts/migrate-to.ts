import { namedLoss, notAccepted } from '../accepted-loss.ts';
import { rowsInWords } from '../loss.ts';
import { changedByOthers, type StepContract, workLimits } from './step-contract.ts';

/** The schema version a database must be at. */
export interface MigrationTarget {
  database: string;
  from: string;
  to: string;
  /** Relations whose rows may be lost: the command named them. */
  acceptedLoss: string[];
}

/** What reversing one migration comes to, as far as it can be known beforehand. */
export interface Reversal {
  /** Why it cannot be reversed, after its version: "has no down block"; null when it can. */
  irreversible: string | null;
  /** What it would take away rows by without a loss query that counts them: "DROP TABLE coupons (12 rows)". */
  undeclared: string[];
  /** Relation to rows that it would lose, by the declared query of each; null where that could not be counted. */
  loss: Record<string, number | null>;
}

/** One version that going back takes away. */
export interface Downgrade extends Reversal {
  from: string;
  to: string;
}

/** A database as a plan must know it. */
export interface DatabaseSeen extends Pick<MigrationSeen, 'head' | 'dirty' | 'running'> {
  /** One after the other, newest first; empty at the target, null where the target is none of the versions it has gone through. */
  path: Downgrade[] | null;
  /** What reversing the one that was named as coming takes, applied or not; absent where none was. */
  coming?: Reversal;
}

/** `irreversible`, `undeclared` and `loss` are those of the step's own version; of none where it is not at it. */
export interface MigrationSeen extends Reversal {
  /** The schema version the database says it is at. */
  head: string;
  /** A migration ended half way. */
  dirty: boolean;
  /** The operation that is migrating now; null when nobody is. */
  running: string | null;
  /** Sessions of the application's role. */
  sessions: number;
  /** Where a person finds who holds them, such as the name of the database's own list. */
  sessionsHint: string;
}

/** Never while traffic flows: an open session of the application is a refusal, whatever the plan says about the writers. */
export const migrateTo: StepContract<'migrate-to', MigrationTarget, MigrationSeen> = {
  kind: 'migrate-to',
  isDone: (step, seen) => seen.head === step.to && !seen.dirty && seen.running === null,
  refusal(step, seen, operation) {
    const name = `Database ${step.database}`;
    if (seen.running === operation) return null;
    if (seen.running !== null) {
      return {
        reason: `${name} is being migrated by ${seen.running}.`,
        advice: 'Let that migration end, look at the schema version it leaves, then resume.',
      };
    }
    if (seen.dirty) {
      return {
        reason: `${name} stands half way at ${seen.head}: a migration failed in the middle.`,
        advice: `Bring it to ${step.from} or ${step.to} by hand and mark it clean, then resume.`,
      };
    }
    if (seen.head !== step.from) return changedByOthers(name, `at ${seen.head}`, step.from, step.to);
    return openSessions(step, seen) ?? unfit(step, seen) ?? unnamedLoss(step, seen);
  },
  waitsFor: (_step, seen, operation) =>
    seen.running === operation ? `migrating, at ${seen.head} now${meanwhile(seen)}` : null,
  inWords: (step, seen) =>
    `${step.database} is at ${seen.head}${seen.dirty ? ', half way' : ''}${meanwhile(seen)}`,
  limits: workLimits(60 * 60_000),
  lookAgainMs: 2_000,
  leavesBehind: (step) =>
    `${step.database} is at ${step.from}, at ${step.to}, or half way between; its writers are stopped.`,
  usualMs: 180_000,
  looksOnly: null,
  needsWritersStopped: true,
  schema: 'moves',
  goesBack: ({ database }) => [`the schema of database ${database}`],
  keepsRows: () => 'counted',
  detail: ({ database, from, to }) => ({ kind: 'schema', database, from, to }),
  record: ({ database, from, to }) => ({ kind: 'migration', target: { database }, before: from, after: to }),
};

/** Somebody has started what the run had stopped. */
function meanwhile({ sessions, sessionsHint }: MigrationSeen): string {
  if (sessions === 0) return '';
  const open =
    sessions === 1 ? '1 session of the application is' : `${sessions} sessions of the application are`;
  return `; ${open} open meanwhile (${sessionsHint})`;
}

function openSessions(step: MigrationTarget, { sessions, sessionsHint }: MigrationSeen) {
  if (sessions === 0) return null;
  return {
    reason: `${sessions} sessions of the application are open on ${step.database}: traffic still flows.`,
    advice: `Stop whoever holds them (${sessionsHint}), then resume.`,
  };
}

function unfit(step: MigrationTarget, { irreversible, undeclared: [first] }: MigrationSeen) {
  if (irreversible !== null)
    return { reason: `Migration ${step.from} ${irreversible}.`, advice: forwardInstead(step.from) };
  if (first === undefined) return null;
  return {
    reason: `Reversing ${step.from} would run ${first}, and it declares no query for that loss.`,
    advice: `Declare with the migration which rows that loses, then resume.`,
  };
}

/** What to do where a migration cannot be reversed. */
export function forwardInstead(version: string): string {
  return `Deploy a version that works with ${version}, or restore from a backup.`;
}

/** The relations that would lose rows, or nobody knows how many, and that were not named. */
export function unnamedLosses(
  loss: Reversal['loss'],
  accepted: readonly string[],
): { relation: string; rows: number | null }[] {
  const lost = Object.keys(loss).filter((relation) => loss[relation] !== 0);
  return notAccepted(lost, accepted).map((relation) => ({ relation, rows: loss[relation] ?? null }));
}

/** "12 rows of coupons" */
export function lossInWords({ relation, rows }: { relation: string; rows: number | null }): string {
  return rowsInWords(relation, rows);
}

function unnamedLoss(step: MigrationTarget, { loss }: MigrationSeen) {
  const [lost] = unnamedLosses(loss, step.acceptedLoss);
  if (!lost) return null;
  return {
    reason: `Going to ${step.to} would lose ${lossInWords(lost)}, which the command did not name.`,
    advice: `Save them, or ask for the rollback again and name the loss: accepting ${namedLoss(step.database, lost.relation)}.`,
  };
}
