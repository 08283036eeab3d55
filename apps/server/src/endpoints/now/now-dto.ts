import { linksOf, type Standing, type StandingState } from '@lastgood/domain';
import type { NowRows, WatchedRow } from '@lastgood/store/views/view-rows';
import { iso } from '../../wire/instant.ts';
import { toReleaseRef } from '../deployments/deployment-dto.ts';
import { beyondWindowOf, toTriggerView, worstFirst } from '../deployments/trigger-dto.ts';
import { toRunActions } from '../runs/run-actions-dto.ts';
import { toRunDto, toRunHolder, toRunStepView } from '../runs/run-dto.ts';
import type { Standings } from '../standing/read-standings.ts';
import { toFleetDto, toStandingDto } from '../standing/standing-dto.ts';
import type { SystemStatus } from '../status/status-schema.ts';
import { bytesOf, pageBytes, within } from '../within.ts';
import type * as wire from './now-schema.ts';

const sparkLength = 30;
/** A value of a sparkline is drawn a few dozen pixels high: more digits are bytes that nobody sees. */
const sparkDigits = 5;
/** Deployments on the page; the others are counted. */
export const mostRows = 150;
const mostRuns = 100;
/** Of `pageBytes`: however many runs there are, the deployments that stand worst are shown. */
const runBytes = pageBytes / 2;

export function toNowView(
  rows: NowRows,
  standings: Standings,
  status: SystemStatus,
  now: number,
): wire.NowView {
  const fleet = standings.fleet();
  const shown = rows.watched.filter(isSubject).flatMap((row) => {
    const found = standings.of(row.service.key);
    return found ? [toWatchRow(row, found.standing, now)] : [];
  });
  const runs = rows.runs.map((row) => ({
    run: toRunDto(row, now),
    steps: row.steps.map((step) => toRunStepView(step, now)),
    holder: toRunHolder(row),
    actions: toRunActions(row, now),
  }));
  const head = { at: iso(now), fleet: toFleetDto(fleet), status };
  const shownRuns = within(runs, mostRuns, runBytes);
  // What stands together is told with its services, which are all where a cluster does not answer.
  const { attention, watched } = fitting(shown, pageBytes - bytesOf(head) - bytesOf(shownRuns));
  return {
    ...head,
    runs: shownRuns,
    attention,
    watched,
    more: {
      runs: rows.moreRuns + runs.length - shownRuns.length,
      watched: shownOf(standings).length - attention.length - watched.length,
    },
    services: fleet.counts.reduce((sum, { count }) => sum + count, 0),
  };
}

const calm: ReadonlySet<StandingState> = new Set(['starting', 'deploying', 'watched', 'recorded', 'quiet']);

/** As many rows as there is room for, in bytes as JSON: those that somebody has to look at before those that are calm. */
function fitting(rows: readonly wire.WatchRow[], room: number): Pick<wire.NowView, 'attention' | 'watched'> {
  const [calmOnes, others] = [true, false].map((isCalm) =>
    rows.filter(({ standing }) => calm.has(standing.state) === isCalm),
  ) as [wire.WatchRow[], wire.WatchRow[]];
  const attention = within(others, mostRows, room);
  return { attention, watched: within(calmOnes, mostRows - attention.length, room - bytesOf(attention)) };
}

/**
 * The serving releases of all services that are not quiet: who needs a person first, then by state and what acts first; of those that
 * nothing is wrong with, the newest. What its run shows is not among them.
 */
export function shownOf(standings: Standings): string[] {
  const shown = standings.ranked().flatMap(({ known: { release }, standing: { state } }) => {
    const isRun = release?.origin === 'rollback' && release.status === 'in_progress';
    return release && state !== 'quiet' && !isRun ? [{ release, isCalm: calm.has(state) }] : [];
  });
  const [calmOnes, others] = [shown.filter(({ isCalm }) => isCalm), shown.filter(({ isCalm }) => !isCalm)];
  calmOnes.sort((a, b) => b.release.startedAt - a.release.startedAt);
  return [...others, ...calmOnes].map(({ release }) => release.id);
}

/** A rollback under way is shown as its run; its own deployment is watched once it is completed. */
function isSubject({ deployment }: WatchedRow): boolean {
  return deployment.origin !== 'rollback' || deployment.status !== 'in_progress';
}

function toWatchRow(row: WatchedRow, standing: Standing, now: number): wire.WatchRow {
  const { deployment, service } = row;
  const worst = worstFirst(row.triggers)[0] ?? null;
  return {
    deploymentId: deployment.id,
    service: service.key,
    serviceName: service.name,
    environment: service.environment,
    release: deployment.release,
    version: deployment.version,
    origin: deployment.origin,
    startedAt: iso(deployment.startedAt),
    watchEndsAt: iso(deployment.watchEndsAt),
    beyondWindow: beyondWindowOf(row, now),
    worst: worst?.state ? toTriggerView(worst, row) : null,
    standing: toStandingDto(standing),
    target: row.lastKnownGood && toReleaseRef(row.lastKnownGood),
    activeRunId: row.activeRunId,
    links: linksOf(row, worst?.trigger ?? null),
    spark: worst ? sparkOf(row, worst.trigger.name) : [],
  };
}

/** Only finite values are drawn; everything else is a gap. */
function sparkOf(row: WatchedRow, trigger: string): (number | null)[] {
  return (row.recent[trigger] ?? [])
    .slice(-sparkLength)
    .map(({ reading }) =>
      reading.kind === 'value' && Number.isFinite(reading.value)
        ? Number(reading.value.toPrecision(sparkDigits))
        : null,
    );
}
