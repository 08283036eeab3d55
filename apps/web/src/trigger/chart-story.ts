import type {
  IncidentDeployment,
  IncidentLane,
  IncidentMark,
  TriggerSeries,
  TriggerView,
} from '@lastgood/api-client';

type Points = TriggerSeries['points'];

/** A rollback that goes on with the charts of what it took back, from its first reading on (epoch ms); null before that. */
export type Continuation = Pick<IncidentDeployment, 'version' | 'release'> & { readFrom: number | null };

/** When the first of all triggers was read, epoch ms. */
export function firstRead(series: readonly TriggerSeries[]): number | null {
  const firsts = series.flatMap(({ points }) => points[0]?.at ?? []);
  return firsts.length === 0 ? null : Math.min(...firsts.map((at) => Date.parse(at)));
}

/** The rollbacks that a deployment led to, each of which is a deployment of its own and has its own readings, oldest first. */
export function continuationsOf(lane: IncidentLane | undefined, deploymentId: string): IncidentDeployment[] {
  const chain = new Set([deploymentId]);
  return (lane?.deployments ?? []).filter(({ id, origin, previousDeploymentId }) => {
    const goesOn = origin === 'rollback' && previousDeploymentId !== null && chain.has(previousDeploymentId);
    if (goesOn) chain.add(id);
    return goesOn;
  });
}

const joined = new WeakMap<Points, { first: Points; points: Points }>();

/** The readings of one trigger over a deployment and its rollbacks. The same parts give the same array. */
export function joinPoints(first: Points, rest: readonly Points[]): Points {
  return rest.reduce((before, next) => {
    if (next.length === 0) return before;
    const known = joined.get(next);
    if (known?.first === before) return known.points;
    const last = before.at(-1)?.at ?? '';
    const points = before.concat(next.filter(({ at }) => at > last));
    joined.set(next, { first: before, points });
    return points;
  }, first);
}

const ofEvery: ReadonlySet<IncidentMark['kind']> = new Set([
  'first_effect',
  'traffic_restored',
  'verified',
  'stopped',
  'acknowledged',
]);
const ofOne: ReadonlySet<IncidentMark['kind']> = new Set([
  'pending',
  'fired',
  'recovered',
  'decision',
  'restrained',
  'suggested',
]);

/** The marks that stand in the chart of a trigger: its own, and what was done about the deployment. */
export function chartMarks(
  lane: IncidentLane | undefined,
  trigger: string,
  deployments: ReadonlySet<string>,
): IncidentMark[] {
  return (lane?.marks ?? []).filter(
    (mark) =>
      mark.deploymentId !== null &&
      deployments.has(mark.deploymentId) &&
      (ofEvery.has(mark.kind) || (ofOne.has(mark.kind) && mark.trigger === trigger)),
  );
}

type Judged = Pick<TriggerView, 'name' | 'threshold' | 'comparison'>;

export interface Story {
  triggers: readonly Judged[];
  /** The deployment's own readings, and when the last of them was; null while it is read. */
  own: readonly TriggerSeries[];
  ownEnd: number | null;
  /** Its rollbacks, oldest first. */
  further: readonly { startedAt: number; isRead: boolean; series: readonly TriggerSeries[] }[];
  /** The end of its last run; null while one is at work or where there is none. */
  runEnd: number | null;
  isRunActive: boolean;
  intervalMs: number;
}

/** Slots that are shown after the last thing of interest. */
const after = 6;

/**
 * Where the charts end, epoch ms; null while they go on. A deployment that was taken back is told to its end: until every value that
 * breached is back within its threshold, or nobody reads it any more.
 */
export function storyEnd(story: Story): number | null {
  const { further, ownEnd, isRunActive, runEnd, intervalMs } = story;
  const last = further.at(-1);
  if (ownEnd === null || isRunActive) return null;
  if (!last) return ownEnd;
  const breached = story.triggers.filter(({ name }) => pointsOf(story.own, name).some(isInBreach));
  const backs = breached.map((trigger) => backAt(trigger, further));
  if (backs.includes(null) && last.isRead) return null;
  const lastRead = further.flatMap(({ series }) => series.flatMap(({ points }) => points.at(-1)?.at ?? []));
  const ends = backs.includes(null)
    ? lastRead.map((at) => Date.parse(at))
    : backs.filter((at) => at !== null);
  return Math.max(ownEnd, last.startedAt, runEnd ?? 0, ...ends) + after * intervalMs;
}

function backAt({ name, threshold, comparison }: Judged, further: Story['further']): number | null {
  const points = further.flatMap(({ series }) => pointsOf(series, name));
  const within = (value: number, limit: number) =>
    comparison === 'greater_than' ? value <= limit : value >= limit;
  const back = points.find(
    (point) =>
      point.value !== null && within(point.value, point.threshold ?? threshold) && !isInBreach(point),
  );
  return back ? Date.parse(back.at) : null;
}

export const isInBreach = ({ phase }: Points[number]): boolean => phase === 'pending' || phase === 'firing';

function pointsOf(series: readonly TriggerSeries[], name: string): Points {
  return series.find(({ trigger }) => trigger === name)?.points ?? [];
}
