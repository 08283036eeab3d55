import { describeTrigger, formatDuration, linksOf } from '@lastgood/domain';
import type { NowRows, TriggerRow, WatchedRow } from '@lastgood/store/views/view-rows';
import { iso } from '../../wire/instant.ts';
import { isSameFiring } from '../deployments/decision-over.ts';
import { toReleaseRef } from '../deployments/deployment-dto.ts';
import { beyondWindowOf, isInTrouble, toTriggerView, worstFirst } from '../deployments/trigger-dto.ts';
import { toRunActions } from '../runs/run-actions-dto.ts';
import { toRunDto, toRunHolder, toRunStepView } from '../runs/run-dto.ts';
import type { SystemStatus } from '../status/status-schema.ts';
import { within } from '../within.ts';
import type * as wire from './now-schema.ts';

type WatchState = wire.WatchRow['state'];

const sparkLength = 30;
const mostRows = 200;
const mostRuns = 100;

export function toNowView(rows: NowRows, status: SystemStatus, now: number): wire.NowView {
  const watched = rows.watched.filter(isSubject).map((row) => toWatchRow(row, now));
  const attention = within(
    watched
      .filter((row) => attentionRank[row.state] > 0)
      .sort((a, b) => attentionRank[b.state] - attentionRank[a.state]),
    mostRows,
  );
  const calm = within(
    watched.filter((row) => attentionRank[row.state] === 0),
    mostRows - attention.length,
  );
  const runs = rows.runs.map((row) => ({
    run: toRunDto(row, now),
    steps: row.steps.map((step) => toRunStepView(step, now)),
    holder: toRunHolder(row),
    actions: toRunActions(row, now),
  }));
  const shownRuns = within(runs, mostRuns);
  return {
    at: iso(now),
    status,
    runs: shownRuns,
    attention,
    watched: calm,
    more: {
      runs: rows.moreRuns + runs.length - shownRuns.length,
      watched: rows.moreWatched + watched.length - attention.length - calm.length,
    },
    quietServices: rows.quietServices,
    unseenServices: rows.unseenServices,
    services: rows.services,
  };
}

/** A rollback under way is shown as its run; its own deployment is watched once it is completed. */
function isSubject({ deployment }: WatchedRow): boolean {
  return deployment.origin !== 'rollback' || deployment.status !== 'in_progress';
}

/** What keeps a firing trigger from being acted upon: said when it was decided upon, true as long as it fires. */
function restraintsOn({ triggers, lastDecision, activeRunId }: WatchedRow): string[] {
  if (lastDecision?.wanted !== 'roll_back' || activeRunId !== null) return [];
  const stands = lastDecision.verdict !== 'roll_back' && isSameFiring(triggers, lastDecision);
  return stands ? lastDecision.restraints : [];
}

const attentionRank: Record<WatchState, number> = {
  firing: 3,
  pending: 2,
  trouble: 1,
  deploying: 0,
  watched: 0,
};

function toWatchRow(row: WatchedRow, now: number): wire.WatchRow {
  const { deployment, service } = row;
  const worst = worstFirst(row.triggers)[0] ?? null;
  const state = stateOf(row);
  return {
    deploymentId: deployment.id,
    service: service.key,
    serviceName: service.name,
    environment: service.environment,
    release: deployment.release,
    version: deployment.version,
    state,
    startedAt: iso(deployment.startedAt),
    watchEndsAt: iso(deployment.watchEndsAt),
    beyondWindow: beyondWindowOf(row, now),
    worst: worst?.state ? toTriggerView(worst, row) : null,
    sentence: sentenceOf(row, worst, state, now),
    restraints: restraintsOn(row),
    target: row.lastKnownGood && toReleaseRef(row.lastKnownGood),
    activeRunId: row.activeRunId,
    links: linksOf(row, worst?.trigger ?? null),
    spark: worst ? sparkOf(row, worst.trigger.name) : [],
  };
}

function stateOf({ triggers, deployment }: WatchedRow): WatchState {
  if (triggers.some(({ state }) => state?.phase === 'firing')) return 'firing';
  if (triggers.some(({ state }) => state?.phase === 'pending')) return 'pending';
  if (triggers.some(isInTrouble)) return 'trouble';
  return deployment.status === 'in_progress' ? 'deploying' : 'watched';
}

function sentenceOf(row: WatchedRow, worst: TriggerRow | null, state: WatchState, now: number): string {
  const beyond = beyondWindowOf(row, now);
  if (beyond === null) return standing(row, worst, state, now);
  return state === 'watched' ? beyond : `${standing(row, worst, state, now)}; ${beyond}`;
}

function standing(row: WatchedRow, worst: TriggerRow | null, state: WatchState, now: number): string {
  const { deployment } = row;
  switch (state) {
    case 'firing': {
      const restraints = restraintsOn(row);
      const said = worst ? describeTrigger(worst.trigger, worst.state) : '';
      return restraints.length === 0 ? said : `${said}; not rolled back by itself: ${restraints.join('; ')}`;
    }
    case 'pending':
      return worst ? describeTrigger(worst.trigger, worst.state) : '';
    case 'trouble':
      return troubleOf(row);
    case 'deploying':
      return `being deployed for ${formatDuration(now - deployment.startedAt)}`;
    case 'watched':
      if (deployment.status === 'failed')
        return `failed to roll out${deployment.looks.doubt ? `: ${deployment.looks.doubt}` : ''}`;
      return deployment.watchEndsAt === null || deployment.watchEndsAt <= now
        ? 'watch is about to end'
        : `watched for another ${formatDuration(deployment.watchEndsAt - now)}`;
  }
}

function troubleOf({ triggers }: WatchedRow): string {
  const reason = triggers.map(({ state }) => state?.troubleReason).find((one) => one != null);
  if (reason != null) return `cannot be judged: ${reason}`;
  const guarded = triggers.find(({ state }) => state?.companion?.troubleSince != null);
  return `a breach of ${guarded?.trigger.name} cannot count: its companion query cannot be used (${guarded?.state?.companion?.troubleReason})`;
}

/** Only finite values are drawn; everything else is a gap. */
function sparkOf(row: WatchedRow, trigger: string): (number | null)[] {
  return (row.recent[trigger] ?? [])
    .slice(-sparkLength)
    .map(({ reading }) =>
      reading.kind === 'value' && Number.isFinite(reading.value) ? reading.value : null,
    );
}
