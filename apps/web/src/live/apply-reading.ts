import type {
  DeploymentReadings,
  DeploymentView,
  LiveReading,
  NowView,
  TriggerView,
} from '@lastgood/api-client';

/** Points a chart keeps at most; three hours of five-second slots. */
const keptPoints = 2200;
const keptSpark = 30;

/** A trigger as it stands after a live reading. An older reading than the one shown changes nothing. */
export function applyToTrigger(trigger: TriggerView, live: LiveReading): TriggerView {
  if (trigger.name !== live.trigger) return trigger;
  if (isBefore(live.at, trigger.readAt)) return trigger;
  return {
    ...trigger,
    threshold: live.threshold,
    phase: live.phase,
    since: live.phase === trigger.phase ? trigger.since : live.at,
    heldSeconds: live.heldSeconds,
    forSeconds: live.forSeconds,
    holdLeftSeconds: live.holdLeftSeconds,
    reading: live.reading,
    readAt: live.at,
    trouble: live.trouble ? { since: trigger.trouble?.since ?? live.at, reason: live.trouble } : null,
    frozen: live.frozen,
  };
}

/** The Deployment page after live readings. The order of triggers stays: only a fetch may change it. */
export function applyToDeployment(view: DeploymentView, readings: readonly LiveReading[]): DeploymentView {
  const mine = readings.filter((reading) => reading.deploymentId === view.deployment.id);
  const last = mine.at(-1);
  if (!last) return view;
  const triggers = view.triggers.map((trigger) => mine.reduce(applyToTrigger, trigger));
  // A chunk that comes late is of a slot before the newest that others have told of.
  if (isBefore(last.at, view.evaluator.lastSlotAt)) return { ...view, triggers };
  return { ...view, triggers, evaluator: { ...view.evaluator, lastSlotAt: last.at, lateMs: last.lateMs } };
}

function isBefore(one: string, other: string | null): boolean {
  return other !== null && Date.parse(one) < Date.parse(other);
}

/** The Now page after live readings: only rows that were read change, and only in place. */
export function applyToNow(view: NowView, readings: readonly LiveReading[]): NowView {
  const byDeployment = Map.groupBy(readings, ({ deploymentId }) => deploymentId);
  const rows = (list: NowView['watched']) => {
    const next = list.map((row) => (byDeployment.get(row.deploymentId) ?? []).reduce(applyToRow, row));
    return next.some((row, index) => row !== list[index]) ? next : list;
  };
  return { ...view, attention: rows(view.attention), watched: rows(view.watched) };
}

type Row = NowView['watched'][number];

const rank = { firing: 2, pending: 1, inactive: 0, unknown: 0 } satisfies Record<
  LiveReading['phase'],
  number
>;

/** A trigger that breaches takes the place of one that does less; how the service stands is said by its standing. */
function applyToRow(row: Row, live: LiveReading): Row {
  // Its triggers are judged in the same slots: what one said before the one that is shown was told by the page.
  if (isBefore(live.at, row.worst?.readAt ?? null)) return row;
  if (row.worst?.name !== live.trigger)
    return rank[live.phase] > rank[row.worst?.phase ?? 'unknown'] ? otherWorst(row, live) : row;
  const worst = applyToTrigger(row.worst, live);
  if (worst === row.worst || worst.readAt === row.worst.readAt) return { ...row, worst };
  return { ...row, worst, spark: [...row.spark, live.reading.value].slice(-keptSpark) };
}

function otherWorst(row: Row, live: LiveReading): Row {
  if (!row.worst) return row;
  const { trigger: name, comparison, unit } = live;
  const other = { ...row.worst, ...{ name, comparison, unit, companion: null, readAt: null, trouble: null } };
  return { ...row, worst: applyToTrigger(other, live), spark: [live.reading.value] };
}

/** Appends live readings to the charts' series; a slot that is already there is not drawn twice. */
export function appendPoints(data: DeploymentReadings, readings: readonly LiveReading[]): DeploymentReadings {
  const series = data.series.map((one) => {
    const lastAt = Date.parse(one.points.at(-1)?.at ?? '') || 0;
    const fresh = readings
      .filter((reading) => reading.trigger === one.trigger && Date.parse(reading.at) > lastAt)
      .map((reading) => ({
        at: reading.at,
        value: reading.reading.value,
        kind: reading.reading.kind,
        phase: reading.phase,
        heldSeconds: reading.heldSeconds,
        lateMs: reading.lateMs,
      }));
    return fresh.length === 0 ? one : { ...one, points: [...one.points, ...fresh].slice(-keptPoints) };
  });
  const last = readings.at(-1);
  return last && last.at > data.to ? { ...data, to: last.at, series } : { ...data, series };
}
