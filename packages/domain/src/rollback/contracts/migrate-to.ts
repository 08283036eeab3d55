import { changedByOthers, type StepContract, workLimits } from './step-contract.ts';

/** The schema version a database must be at. */
export interface MigrationTarget {
  database: string;
  from: string;
  to: string;
  /** Relations whose rows may be lost: the command named them. */
  acceptedLoss: string[];
}

export interface MigrationSeen {
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
  /** Relation to rows that going to the target would lose. */
  loss: Record<string, number>;
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
    return openSessions(step, seen) ?? unnamedLoss(step, seen);
  },
  waitsFor: (_step, seen, operation) =>
    seen.running === operation ? `migrating, at ${seen.head} now` : null,
  inWords: (step, seen) => `${step.database} is at ${seen.head}${seen.dirty ? ', half way' : ''}`,
  limits: workLimits(60 * 60_000),
  lookAgainMs: 2_000,
  leavesBehind: (step) =>
    `${step.database} is at ${step.from}, at ${step.to}, or half way between; its writers are stopped.`,
  usualMs: 180_000,
  looksOnly: null,
  needsWritersStopped: true,
  schema: 'moves',
  record: ({ database, from, to }) => ({ kind: 'migration', target: { database }, before: from, after: to }),
};

function openSessions(step: MigrationTarget, { sessions, sessionsHint }: MigrationSeen) {
  if (sessions === 0) return null;
  return {
    reason: `${sessions} sessions of the application are open on ${step.database}: traffic still flows.`,
    advice: `Stop whoever holds them (${sessionsHint}), then resume.`,
  };
}

function unnamedLoss(step: MigrationTarget, { loss }: MigrationSeen) {
  const [lost] = Object.entries(loss).filter(([name, rows]) => rows > 0 && !step.acceptedLoss.includes(name));
  if (!lost) return null;
  const [relation, rows] = lost;
  return {
    reason: `Going to ${step.to} would lose ${rows} rows of ${relation}, which the command did not name.`,
    advice: `Save them, or ask for the rollback again and name the loss of ${relation}.`,
  };
}
