import {
  advanceTrigger,
  asJudged,
  type Brakes,
  clockGoneBack,
  type DeploymentStore,
  type DueReading,
  dueReadings,
  type EvaluationRules,
  type EvidenceSource,
  isInWatchWindow,
  isReadNow,
  isSettling,
  type JudgedReading,
  type MetricSource,
  type MissedSlots,
  type ReadPace,
  type RollbackTrigger,
  type SlotClaim,
  type SlotStore,
  triggerKind,
  type Watched,
} from '@lastgood/domain';
import type { Clock } from '../clock.ts';
import { askAll } from './ask-all.ts';
import { askedQueries } from './asked-queries.ts';
import { findGroups } from './find-groups.ts';
import {
  type Advanced,
  goingBack,
  grouped,
  guarded,
  judgeSlot,
  lookBacksOf,
  slotCommit,
  trippedBy,
} from './judge-slot.ts';
import { judgedParts } from './judged-parts.ts';
import { keptAsks } from './kept-asks.ts';
import { createKeptLookBacks, type KeptLookBacks } from './kept-look-backs.ts';
import { lookBack } from './look-back.ts';
import type { Asked } from './read-parts.ts';

export interface MonitorSettings extends EvaluationRules, ReadPace {
  /** Queries are asked with `time = slot - offsetMs`, so that the source has scraped what they ask for. */
  offsetMs: number;
  brakes: Brakes;
  /** The deadline of one slot's questions. */
  deadlineMs: number;
}

export interface MonitorDependencies {
  slots: SlotStore;
  /** Who would have to go back with whom. */
  deployments: Pick<DeploymentStore, 'neighbours' | 'between' | 'rollbackStandings'>;
  metrics: EvidenceSource;
  clock: Clock;
  newId: () => string;
  replica: string;
  settings: MonitorSettings;
  /** A deployment that was left out of its slot. */
  onFault?: (error: Error) => void;
  /** Slots of a chunk that were judged by nobody: they are recorded, and told of once. */
  onMissed?: (missed: MissedOfChunk) => void;
}

/** Found when `slot` of the chunk was claimed; `isDiscarded` where `slot` itself was judged too late to count. */
export interface MissedOfChunk extends MissedSlots {
  slot: number;
  chunk: number;
  isDiscarded: boolean;
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
  /**
   * Judges every unclaimed chunk of the slot: ask, fetch, judge, commit. Never executes a rollback. A chunk that fails, as one whose row a
   * frozen replica keeps locked, keeps no other from being judged; rejects with the first failure once all have had their turn.
   */
  tick(slot: number, signal: AbortSignal): Promise<TickReport>;
}

/** Chunks judged at the same time, so that one whose source does not answer keeps the others from nothing. */
const chunksAtOnce = 8;

export function createMonitor(dependencies: MonitorDependencies): Monitor {
  const deps = { ...dependencies, kept: createKeptLookBacks() };
  return {
    async tick(slot, signal) {
      const report: TickReport = { slot, chunks: 0, deployments: 0, lateMs: 0, decisions: 0 };
      const chunks = await deps.slots.chunks();
      let chunk = 0;
      const faults: unknown[] = [];
      const lane = async (): Promise<void> => {
        while (chunk < chunks && !signal.aborted) {
          try {
            const claim = await deps.slots.claim(slot, chunk++, deps.replica, deps.settings.intervalMs);
            if (claim?.claimedAhead !== undefined) deps.onFault?.(clockGoneBack(claim, claim.claimedAhead));
            if (claim?.missed)
              deps.onMissed?.({ slot, chunk: claim.chunk, ...claim.missed, isDiscarded: false });
            if (claim) await tickChunk(deps, claim, report, signal);
          } catch (error) {
            faults.push(error);
          }
        }
      };
      await Promise.all(Array.from({ length: Math.min(chunks, chunksAtOnce) }, lane));
      if (faults.length > 0) throw faults[0];
      return report;
    },
  };
}

async function tickChunk(
  deps: MonitorDependencies & { kept: KeptLookBacks },
  claim: SlotClaim,
  report: TickReport,
  signal: AbortSignal,
) {
  const { settings, clock, newId } = deps;
  const found = await deps.slots.watched(claim, settings);
  const read = found.filter((one) => isReadNow(claim.slot, one, settings));
  const prepared = withDueReadings(deps, read, claim.slot);
  const watched = prepared.map((one) => one.watched);
  const due = prepared.flatMap((one) => one.due);
  const answers = await askAll(deps, due, claim.slot - settings.offsetMs, signal);
  if (signal.aborted) return;
  const first = judgeSlot(watched, advance(due, answers, claim.slot, settings), claim.slot, newId);
  const back = await lookBack(deps, lookBacksOf(first, settings.intervalMs), claim, signal);
  if (signal.aborted) return;
  const cleared = guarded(first, back.seen, { ...settings, slot: claim.slot });
  const groups = await findGroups(deps, goingBack(cleared), claim.slot);
  if (signal.aborted) return;
  const judgement = grouped(cleared, groups, claim.slot);
  const asked = (id: string) => [
    ...due.flatMap((one) =>
      one.watched.deployment.id === id ? askedQueries(one, answers.get(one), 'slot') : [],
    ),
    ...back.asked(id),
  ];
  const lateMs = Math.max(0, clock.now() - claim.slot);
  let queued = 0;
  const { lostRuns, isDiscarded = false } = await deps.slots.commit(claim, trippedBy(judgement), (fleet) => {
    const moment = { slot: claim.slot, now: clock.now(), lateMs, newId };
    const rows = [...keptAsks(judgement.advanced, answers), ...back.rows];
    const commit = slotCommit(judgement, rows, { ...moment, ...settings, fleet, asked });
    queued = commit.newRuns?.length ?? 0;
    return commit;
  });
  if (isDiscarded) {
    const { slot, chunk } = claim;
    deps.onMissed?.({ slot, chunk, unclaimed: 0, unfinishedBy: null, isDiscarded });
    return;
  }
  deps.kept.keep(claim.chunk, back.answered);
  report.decisions += queued - lostRuns.length;
  report.chunks += 1;
  report.deployments += watched.length;
  report.lateMs = Math.max(report.lateMs, lateMs);
}

/** One of which nothing can be asked keeps no other from being judged. */
function withDueReadings({ metrics, onFault }: MonitorDependencies, found: readonly Watched[], slot: number) {
  const judged = judgedTriggers(metrics);
  return found.flatMap((one) => {
    try {
      const watched = judged(one);
      return [{ watched, due: dueReadings([watched], slot) }];
    } catch (error) {
      onFault?.(new Error(`deployment ${one.deployment.id} cannot be judged`, { cause: error }));
      return [];
    }
  });
}

/** Each trigger as it is judged: nothing after this sees one whose empty answer would hold the breach of a healthy service. */
function judgedTriggers(metrics: MetricSource): (watched: Watched) => Watched {
  // One of a set is the same object for every service that has the set, and stays one.
  const known = new Map<RollbackTrigger, RollbackTrigger>();
  const judged = (trigger: RollbackTrigger) => {
    const queries = triggerKind(trigger).queries(trigger);
    return asJudged(
      trigger,
      queries.some(({ template }) => metrics.emptyWhenHealthy(template) !== null),
    );
  };
  return (one) => ({
    ...one,
    triggers: one.triggers.map(({ trigger, state }) => {
      const as = known.get(trigger) ?? judged(trigger);
      known.set(trigger, as);
      return { trigger: as, state };
    }),
  });
}

function advance(
  due: DueReading[],
  answers: ReadonlyMap<DueReading, Asked>,
  slot: number,
  { intervalMs, outageToleranceMs }: EvaluationRules,
): Advanced[] {
  const rules = { intervalMs, outageToleranceMs };
  const definitions = new Map<RollbackTrigger, JudgedReading['definition']>();
  return due.map((one) => {
    const { trigger, watched } = one;
    const { deployment, service, isTakenBack: takenBack } = watched;
    const { reading, parts, samples } = judgedParts(one, answers.get(one));
    const before = stateOf(watched, trigger.name);
    const counts = isInWatchWindow(deployment, slot);
    const settling = isSettling(deployment, service.policy, slot);
    const definition = definitions.get(trigger) ?? { trigger, rules };
    definitions.set(trigger, definition);
    const given: Advanced['given'] = { definition, samples, counts, settling };
    if (parts) given.parts = parts;
    const moment = { ...given, trigger, before, slot, reading, rules, takenBack };
    const { state, events } = advanceTrigger(moment);
    return { due: one, reading, given, state, events };
  });
}

function stateOf(watched: Watched, trigger: string) {
  return watched.triggers.find((one) => one.trigger.name === trigger)?.state ?? null;
}
