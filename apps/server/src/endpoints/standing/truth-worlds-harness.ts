import {
  advanceTrigger,
  type Deployment,
  defaultPolicy,
  type Reading,
  type RollbackTrigger,
  type TriggerState,
  type Watched,
} from '@lastgood/domain';
import type { StandingRow, WatchedRow } from '@lastgood/store/views/view-rows';
import {
  aBaseline,
  aDeployment,
  aService,
  aTrigger,
  dayZero,
  minute,
} from '@lastgood/testkit/scenario/builders';
import fc from 'fast-check';
import { createSourceBoard } from '../../outside/source-board.ts';
import { aJudging } from './judging-harness.ts';

/** A generated fleet as its stores and boards have it, at one moment. */
export interface TruthWorld {
  now: number;
  rows: StandingRow[];
  pressing: Watched[];
  board: ReturnType<typeof createSourceBoard>;
  watched: WatchedRow[];
}

const { intervalMs } = aJudging;
const lastSlot = dayZero + 40 * intervalMs;

const answer = fc.constantFrom<Reading>(
  { kind: 'value', value: 1 },
  { kind: 'value', value: 1 },
  { kind: 'value', value: 0 },
  { kind: 'value', value: 0 },
  { kind: 'no-data' },
  { kind: 'unreachable', reason: 'timed out' },
);

const triggers = fc.record({
  severity: fc.constantFrom('auto_rollback', 'auto_rollback', 'page_and_suggest', 'log_only' as const),
  shadow: fc.constantFrom(false, false, false, false, true),
  forMs: fc.constantFrom(0, 20_000, minute, 2 * minute),
  answers: fc.array(answer, { maxLength: 6 }),
  /** How many slots ago the newest answer came. */
  slotsAgo: fc.constantFrom(0, 0, 0, 1, 3, 4, 5, 6, 20),
});

const services = fc.record({
  triggers: fc.array(triggers, { maxLength: 3 }),
  dependsOnFirst: fc.boolean(),
  release: fc.constantFrom(
    'none',
    'in_progress',
    'in_progress',
    'watched',
    'watched',
    'closed',
    'closed',
    'closed',
    'failed',
    'half-way' as const,
  ),
  run: fc.constantFrom('none', 'none', 'none', 'none', 'active', 'stopped' as const),
  followed: fc.constantFrom('seen', 'seen', 'seen', 'seen', 'unseen', 'gone', undefined),
  cluster: fc.constantFrom('main', 'main', 'main', 'other'),
  breachesDependency: fc.constantFrom(false, false, true),
});

const worlds = fc.record({
  services: fc.array(services, { minLength: 1, maxLength: 8 }),
  intoSlotMs: fc.integer({ min: 0, max: intervalMs - 1 }),
  clusterDown: fc.constantFrom(false, false, false, true),
  sourceDown: fc.constantFrom(false, false, false, true),
});

type Given = typeof worlds extends fc.Arbitrary<infer T> ? T : never;
type GivenService = Given['services'][number];

export const truthWorlds: fc.Arbitrary<TruthWorld> = worlds.map((given) => {
  const board = createSourceBoard([{ kind: 'prometheus', name: 'm', clusters: ['other'] }]);
  const built = given.services.map(buildService);
  board.reportServices(
    new Map(built.flatMap(({ service, followed }) => (followed ? [[service.key, followed] as const] : []))),
  );
  if (given.clusterDown) board.report('cluster', 'main', { up: false, reason: 'refused' }, dayZero);
  if (given.sourceDown) board.report('metrics', 'm', { up: false, reason: 'refused' }, dayZero);
  return {
    now: lastSlot + given.intoSlotMs,
    board,
    rows: built.map(({ row }) => row),
    pressing: built.flatMap(({ watched }) => (watched && isPressed(watched) ? [watched] : [])),
    watched: built.flatMap(({ watched, row }) => (watched ? [toWatchedRow(watched, row)] : [])),
  };
});

function isPressed({ triggers: all, activeRunId }: Watched): boolean {
  return (
    activeRunId === null && all.some(({ state }) => state?.phase === 'pending' || state?.phase === 'firing')
  );
}

function buildService(given: GivenService, index: number) {
  const cluster = given.cluster;
  const first = `${cluster}/shop/s0`;
  const service = aService({
    name: `s${index}`,
    ...{ cluster, key: `${cluster}/shop/s${index}`, policy: defaultPolicy },
    dependencies: given.dependsOnFirst && index > 0 ? [first] : [],
  });
  const deployment = given.release === 'none' ? null : deploymentOf(given.release, service.key, index);
  const states = given.triggers.map((one, at) => triggerOf(one, at, deployment !== null));
  const activeRunId = given.run === 'active' && deployment ? `r${index}` : null;
  const target = aBaseline({ id: `g${index}`, service: service.key });
  const row: StandingRow = {
    service: { key: service.key, name: service.name, dependencies: service.dependencies },
    release: deployment && { ...deployment, doubt: deployment.looks.doubt },
    triggers: states,
    target: deployment && target,
    activeRunId,
    expectedBackAt: null,
    declaredAt: null,
    stoppedRunId: given.run === 'stopped' && deployment ? `r${index}` : null,
    acknowledgement: null,
    unreadable: false,
  };
  const watched: Watched | null = deployment && {
    ...{ deployment, service, triggers: states, activeRunId, lastAttemptAt: null, lastKnownGood: target },
    ...{ between: [], lastDecision: null, acknowledgement: null, isTakenBack: false },
    dependencyEvidence:
      given.breachesDependency && service.dependencies.length > 0
        ? [
            {
              ...{ service: first, release: 2, trigger: 'errors', startedAt: dayZero, watchClosedAt: null },
              ...{ stands: 'breaches' as const, reason: null, readAt: lastSlot },
            },
          ]
        : [],
  };
  return { service, row, watched, followed: followedOf(given.followed) };
}

function followedOf(kind: GivenService['followed']) {
  if (kind === undefined) return undefined;
  if (kind === 'seen') return { kind };
  return { kind, reasons: ['it is not in the cluster'], since: dayZero };
}

function deploymentOf(
  state: Exclude<GivenService['release'], 'none'>,
  service: string,
  index: number,
): Deployment {
  const over = { id: `d${index}`, service, startedAt: dayZero };
  const completed = {
    status: 'completed',
    completedAt: dayZero,
    watchEndsAt: dayZero + 30 * minute,
  } as const;
  if (state === 'in_progress') return aDeployment(over);
  if (state === 'failed') return aDeployment({ ...over, status: 'failed' });
  if (state === 'half-way') return aDeployment({ ...over, status: 'failed', origin: 'rollback' });
  return aDeployment({
    ...over,
    ...completed,
    ...(state === 'closed' ? { watchClosedAt: dayZero + minute } : {}),
  });
}

function triggerOf(given: GivenService['triggers'][number], at: number, isRead: boolean) {
  const { severity, forMs, shadow } = given;
  const trigger = aTrigger({ ...{ severity, forMs, shadow }, name: `t${at}`, threshold: 0.5 });
  const newest = lastSlot - given.slotsAgo * intervalMs;
  const states = given.answers.reduce<TriggerState | null>(
    (before, reading, n) =>
      advance(trigger, before, reading, newest - (given.answers.length - 1 - n) * intervalMs),
    null,
  );
  return { trigger, state: isRead ? states : null };
}

export function advance(
  trigger: RollbackTrigger,
  before: TriggerState | null,
  reading: Reading,
  slot: number,
) {
  const rules = { intervalMs, outageToleranceMs: aJudging.outageToleranceMs };
  const frame = { samples: null, rules, counts: true, settling: false };
  return advanceTrigger({ trigger, before, reading, slot, ...frame }).state;
}

function toWatchedRow(
  { deployment, service, triggers: all, activeRunId }: Watched,
  row: StandingRow,
): WatchedRow {
  return {
    ...{ deployment, service, triggers: all, activeRunId },
    lastKnownGood: row.target && {
      id: 'g',
      version: 'v1',
      release: 1,
      origin: 'pipeline',
      proof: 'verified',
      startedAt: dayZero,
    },
    ...{ lastDecision: null, acknowledgement: null, recent: {} },
  };
}
