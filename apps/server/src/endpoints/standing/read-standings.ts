import {
  type FleetStanding,
  fleetStanding,
  foresee,
  type KnownService,
  type Outage,
  type StandingService,
  staleAfterSlots,
  standingOf,
  worstFirst,
} from '@lastgood/domain';
import type { StandingRow, StandingRows } from '@lastgood/store/views/view-rows';
import type { SourceBoard } from '../../outside/source-board.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import type { Judging } from './judging.ts';

export interface StandingSources {
  board: Pick<SourceBoard, 'seenNow' | 'outagesOf' | 'readingSince'>;
  judging: Judging;
}

/** How services stand, by key; all of the fleet's when `keys` is null. */
export class Standings {
  readonly #byKey: Map<string, StandingService>;

  constructor(services: readonly StandingService[]) {
    this.#byKey = new Map(services.map((one) => [one.known.service.key, one]));
  }

  /** Undefined for a service that is not declared any more. */
  of(key: string): StandingService | undefined {
    return this.#byKey.get(key);
  }

  /** Worst first. */
  ranked(): StandingService[] {
    return [...this.#byKey.values()].sort((a, b) => worstFirst(a.standing, b.standing));
  }

  fleet(): FleetStanding {
    return fleetStanding([...this.#byKey.values()]);
  }
}

export interface StandingDependencies {
  store: { views: Pick<EndpointDependencies['store']['views'], 'standings'> };
  sources: StandingSources['board'];
  settings: { judging: Judging };
}

export async function readStandings(
  { store, sources, settings }: StandingDependencies,
  keys: readonly string[] | null,
  now: number,
): Promise<Standings> {
  const { judging } = settings;
  const readWithinMs = staleAfterSlots * Math.max(judging.intervalMs, judging.standingMs);
  return toStandings(await store.views.standings(keys, readWithinMs), { board: sources, judging }, now);
}

export function toStandings(
  { rows, pressing, automaticAt }: StandingRows,
  { board, judging }: StandingSources,
  now: number,
): Standings {
  const foresights = foresee(pressing, { ...judging, now, automaticAt });
  const goods = new Map(pressing.map(({ deployment, lastKnownGood }) => [deployment.id, lastKnownGood]));
  const moment = { ...judging, now, readingSince: board.readingSince() };
  const services = rows.map((row): StandingService => {
    const id = row.release?.id ?? '';
    const known = knownOf(row, board, {
      foresight: foresights.get(id) ?? null,
      // What is known there may be that there is none: further back than what a rollback returned to.
      target: row.activeRunId === null && goods.has(id) ? (goods.get(id) ?? null) : row.target,
    });
    return { known, standing: standingOf(known, moment) };
  });
  return new Standings(services);
}

function knownOf(
  row: StandingRow,
  board: StandingSources['board'],
  ahead: Pick<KnownService, 'foresight' | 'target'>,
): KnownService {
  const { service, release, triggers, activeRunId, stoppedRunId, acknowledgement } = row;
  const { followed } = board.seenNow(service.key);
  const unreadable: Outage[] = row.unreadable
    ? [{ kind: 'record', name: 'Lastgood', text: 'this version does not understand what is stored of it' }]
    : [];
  return {
    ...{ service, release, triggers, stoppedRunId, acknowledgement, ...ahead },
    declaredAt: row.declaredAt,
    activeRun: activeRunId === null ? null : { id: activeRunId, expectedAt: row.expectedBackAt },
    followed,
    outages: [...unreadable, ...board.outagesOf(service.key)],
  };
}
