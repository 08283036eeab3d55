import {
  type Answer,
  advanceTrigger,
  type Brakes,
  type DueReading,
  dueReadings,
  type EvaluationRules,
  isInWatchWindow,
  isSettling,
  isWatched,
  type MetricSource,
  type Question,
  type Reading,
  type SlotClaim,
  type SlotStore,
  type Watched,
} from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import { judgeSlot, type SlotJudgement, slotCommit } from './judge-slot.ts';

export interface MonitorSettings extends EvaluationRules {
  /** Queries are asked with `time = slot - offsetMs`, so that the source has scraped what they ask for. */
  offsetMs: number;
  brakes: Brakes;
  /** The deadline of one slot's questions. */
  deadlineMs: number;
}

export interface MonitorDependencies {
  slots: SlotStore;
  metrics: MetricSource;
  clock: Clock;
  newId: () => string;
  replica: string;
  settings: MonitorSettings;
}

/** What one tick did. */
export interface TickReport {
  slot: number;
  /** Chunks this replica claimed and judged. */
  chunks: number;
  deployments: number;
  lateMs: number;
  /** Runs queued by a decision of this tick. */
  decisions: number;
}

export interface Monitor {
  /** Judges every unclaimed chunk of the slot: ask, fetch, judge, commit. Never executes a rollback. */
  tick(slot: number, signal: AbortSignal): Promise<TickReport>;
}

export function createMonitor(deps: MonitorDependencies): Monitor {
  return {
    async tick(slot, signal) {
      const report: TickReport = { slot, chunks: 0, deployments: 0, lateMs: 0, decisions: 0 };
      const chunks = await deps.slots.chunks();
      for (let chunk = 0; chunk < chunks && !signal.aborted; chunk += 1) {
        const claim = await deps.slots.claim(slot, chunk, deps.replica, deps.settings.intervalMs);
        if (claim) await tickChunk(deps, claim, report, signal);
      }
      return report;
    },
  };
}

async function tickChunk(
  deps: MonitorDependencies,
  claim: SlotClaim,
  report: TickReport,
  signal: AbortSignal,
) {
  const { settings, clock, newId } = deps;
  const watched = (await deps.slots.watched(claim)).filter((one) => isWatched(one.deployment));
  const due = dueReadings(watched, claim.slot);
  const answers = await ask(deps, due, claim.slot, signal);
  if (signal.aborted) return;
  const judgement = judgeSlot(watched, advance(due, answers, claim.slot, settings), claim.slot, newId);
  const lateMs = Math.max(0, clock.now() - claim.slot);
  let queued = 0;
  const { lostRuns } = await deps.slots.commit(claim, judgement.tripped.length > 0, (fleet) => {
    const moment = { slot: claim.slot, now: clock.now(), lateMs, newId };
    const commit = slotCommit(judgement, answers.rows, fleet, settings, moment);
    queued = commit.newRuns?.length ?? 0;
    return commit;
  });
  report.decisions += queued - lostRuns.length;
  report.chunks += 1;
  report.deployments += watched.length;
  report.lateMs = Math.max(report.lateMs, lateMs);
}

interface Answers {
  /** Reading per due reading, with its companion's. */
  readings: Map<DueReading, { reading: Reading; samples: Reading | null }>;
  rows: Answer[];
}

async function ask(
  deps: MonitorDependencies,
  due: DueReading[],
  slot: number,
  signal: AbortSignal,
): Promise<Answers> {
  const questions: Question[] = due.flatMap((one) =>
    one.samples ? [one.question, one.samples] : [one.question],
  );
  const at = slot - deps.settings.offsetMs;
  const rows =
    questions.length === 0
      ? []
      : await withDeadline(deps.clock, deps.settings.deadlineMs, signal, (deadline) =>
          read(deps.metrics, questions, at, deadline),
        );
  const readings: Answers['readings'] = new Map();
  let next = 0;
  for (const one of due) {
    const reading = rows[next++]?.reading ?? missing;
    const samples = one.samples ? (rows[next++]?.reading ?? missing) : null;
    readings.set(one, { reading, samples });
  }
  return { readings, rows };
}

/** A source that breaks is one that could not be asked: it shows as the health of every trigger. */
async function read(
  metrics: MetricSource,
  questions: readonly Question[],
  at: number,
  signal: AbortSignal,
): Promise<Answer[]> {
  try {
    return await metrics.read(questions, at, signal);
  } catch (error) {
    const reason = `unexpected: ${error instanceof Error ? error.message : String(error)}`;
    return questions.map(({ template }) => ({
      reading: { kind: 'unreachable', reason },
      query: template,
      at,
      answerDigest: null,
      tookMs: 0,
    }));
  }
}

const missing: Reading = { kind: 'unreachable', reason: 'the source did not answer this question' };

function advance(
  due: DueReading[],
  { readings }: Answers,
  slot: number,
  rules: EvaluationRules,
): SlotJudgement['advanced'] {
  return due.map((one) => {
    const { reading, samples } = readings.get(one) ?? { reading: missing, samples: null };
    const before = stateOf(one.watched, one.trigger.name);
    const { deployment, service } = one.watched;
    const counts = isInWatchWindow(deployment, slot);
    const settling = isSettling(deployment, service.policy, slot);
    return {
      due: one,
      reading,
      ...advanceTrigger(one.trigger, before, reading, samples, slot, rules, counts, settling),
    };
  });
}

function stateOf(watched: Watched, trigger: string) {
  return watched.triggers.find((one) => one.trigger.name === trigger)?.state ?? null;
}
