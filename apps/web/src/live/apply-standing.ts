import type {
  DeploymentView,
  FleetStanding,
  NowView,
  Run,
  ServiceSummary,
  ServiceView,
  Standing,
  WatchRow,
} from '@lastgood/api-client';
import { isActive } from '../run/is-active.ts';

export type Standings = ReadonlyMap<string, Standing>;

/**
 * The page Now with what has changed of how services stand. The rows keep their places; untouched ones stay the same. A headline that
 * is calmer comes with the rows where those must be asked for: it never says less than what stands below it.
 */
export function standingsInNow(view: NowView, standings: Standings, fleet: FleetStanding | null): NowView {
  const rows = (list: readonly WatchRow[]) => {
    const next = list.map((row) => withStanding(row, standings.get(row.service)));
    return next.some((row, index) => row !== list[index]) ? next : (list as WatchRow[]);
  };
  return {
    ...view,
    fleet: fleet && !(isCalmer(fleet, view.fleet) && needsRows(view, standings)) ? fleet : view.fleet,
    attention: rows(view.attention),
    watched: rows(view.watched),
  };
}

const loudness: Record<FleetStanding['meaning'], number> = {
  act: 4,
  watch: 3,
  unknown: 2,
  done: 1,
  quiet: 0,
};

const isCalmer = (fleet: FleetStanding, than: FleetStanding): boolean =>
  loudness[fleet.meaning] < loudness[than.meaning];

/** Whether a standing says something that a patch cannot show: a row comes, goes, or is no longer what it was. */
export function needsRows(view: NowView, standings: Standings): boolean {
  const rows = new Map([...view.attention, ...view.watched].map((row) => [row.service, row]));
  const taken = new Set(view.runs.filter(({ run }) => isActive(run)).flatMap(({ run }) => servicesOf(run)));
  for (const standing of standings.values()) {
    const row = rows.get(standing.service);
    if (!row) {
      if (standing.state !== 'quiet' && view.more.watched === 0) return true;
      // Its run is shown as under way.
      if (standing.state !== 'rolling_back' && taken.has(standing.service)) return true;
    } else if (kindOf(row.standing) !== kindOf(standing)) return true;
  }
  return false;
}

const servicesOf = ({ service, members }: Run): string[] => [service, ...members.map((one) => one.service)];

/** A breach comes and goes in its row; a rollout, an open watch and a rollback each have facts of their own. */
function kindOf({ state }: Standing): string {
  return state === 'pending' || state === 'firing' ? 'watched' : state;
}

export function standingInDeployment(view: DeploymentView, standings: Standings): DeploymentView {
  if (view.standing.state === 'past') return view;
  const standing = standings.get(view.deployment.service);
  return standing ? { ...view, standing } : view;
}

export function standingsInServices(
  services: readonly ServiceSummary[],
  standings: Standings,
): ServiceSummary[] {
  return services.map((service) => withStanding(service, standings.get(service.key)));
}

export function standingInService(view: ServiceView, standings: Standings): ServiceView {
  const summary = withStanding(view.summary, standings.get(view.summary.key));
  return summary === view.summary ? view : { ...view, summary };
}

function withStanding<T extends { standing: Standing }>(one: T, standing: Standing | undefined): T {
  return standing ? { ...one, standing } : one;
}
