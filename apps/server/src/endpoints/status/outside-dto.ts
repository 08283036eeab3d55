import { families, vendorOf } from '@lastgood/adapters';
import {
  formatMoment,
  formatSpan,
  type OutsideSystem,
  outageImpact,
  placeName,
  type ServiceUses,
  servicesUsing,
} from '@lastgood/domain';
import type { NotifierRow } from '@lastgood/store/views/status-rows';
import type { UntoldPlace } from '@lastgood/store/views/untold-places';
import type { ReceiverFault } from '../../outside/receiver-board.ts';
import { faultInWords } from '../../outside/receivers-in-words.ts';
import type { SourceKind } from '../../outside/source-board.ts';
import { databaseSource } from '../../outside/watch-sources.ts';
import { iso } from '../../wire/instant.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { type Known, notifierState, placesOf } from './notifier-state.ts';
import { type SignalRows, signalState } from './signal-state.ts';
import type { OutsideStatus } from './status-details-schema.ts';

/** What is known of notifiers by what they were sent. */
export interface NotifierRows {
  notifiers: readonly NotifierRow[];
  untold: readonly UntoldPlace[];
}

/** What is known of those whom nobody asks: by what they were sent, and by what they told. */
export interface OutsideRows extends NotifierRows {
  signals: SignalRows;
}

const shownServices = 20;
const order: Record<OutsideStatus['state'], number> = { down: 0, unknown: 1, up: 2 };

/** Everything that is configured and the database, with what its outage means: what does not answer first. */
export function toOutside(
  deps: Pick<
    EndpointDependencies,
    'sources' | 'configured' | 'receivers' | 'settings' | 'machineAheadMs' | 'clock'
  >,
  services: readonly ServiceUses[],
  { notifiers, untold, signals }: OutsideRows,
): OutsideStatus[] {
  const { configured, sources, receivers, clock } = deps;
  const asked = (kind: SourceKind, name: string, title: string) => askedState(sources, kind, name, title);
  const known: Known[] = [
    withClock(asked(databaseSource.kind, databaseSource.name, 'PostgreSQL'), deps),
    ...configured.metrics.map(({ kind, name }) =>
      asked('metrics', name, vendorOf(families.metrics, kind).title),
    ),
    ...configured.clusters.map(({ name }) => asked('cluster', name, 'Cluster')),
    ...configured.signals.map(({ kind, name }) =>
      signalState({ name, title: vendorOf(families.signals, kind).title }, signals, services),
    ),
    ...configured.notifiers.map(({ kind, name }) =>
      withFaults(
        withProbe(
          notifierState(
            { name, title: vendorOf(families.notifiers, kind).title },
            { row: notifiers.find((one) => one.name === name), refusing: placesOf(name, untold) },
            { services, now: clock.now() },
          ),
          notifiers,
          deps,
        ),
        receivers.board.faultsAt(name),
      ),
    ),
  ];
  const away = known.filter(({ state }) => state === 'down').map(({ kind, name }) => ({ kind, name }));
  return known
    .map((one) => withImpact(one, services, away))
    .toSorted((a, b) => order[a.state] - order[b.state]);
}

/** One that is asked all the time whether it answers. */
function askedState(
  sources: EndpointDependencies['sources'],
  kind: SourceKind,
  name: string,
  title: string,
): Known {
  const state = sources.get(kind, name);
  if (!state) return { kind, name, title, state: 'unknown', since: null, reason: null, notes: [] };
  const limited = sources.watchOf(kind, name)?.reason ?? null;
  return {
    ...{ kind, name, title, since: iso(state.since) },
    state: state.health.up ? 'up' : 'down',
    reason: state.health.up ? null : state.health.reason,
    notes: [...state.missingRights, ...(limited === null ? [] : [limited])],
  };
}

/** Everything goes by the database's clock; but logs and other programs of a machine that is wrong by a slot tell other times. */
function withClock(
  database: Known,
  { machineAheadMs, settings }: Pick<EndpointDependencies, 'settings' | 'machineAheadMs'>,
): Known {
  const aheadMs = machineAheadMs?.() ?? 0;
  if (Math.abs(aheadMs) <= settings.judging.intervalMs) return database;
  const off = `${formatSpan(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
  const note = `This machine's clock is ${off} the database's, by which Lastgood goes. One of the two should be set.`;
  return { ...database, notes: [...database.notes, note] };
}

/**
 * Where the last message was not taken and its receiver, asked since, finds no fault, both are said. It stays down: what was asked is the
 * token and the place, and a message may be refused for what neither shows.
 */
function withProbe(
  known: Known,
  rows: readonly NotifierRow[],
  { receivers, clock }: Pick<EndpointDependencies, 'receivers' | 'clock'>,
): Known {
  const row = rows.find(({ name }) => name === known.name);
  const waits = row !== undefined && row.triedInVain > 0;
  const last = waits ? row.lastTried : (row?.lastGivenUp ?? null);
  if (known.state !== 'down' || !last) return known;
  const place = { notifier: known.name, to: last.to };
  const soundAt = receivers.board.soundAt(place);
  if (soundAt === null || last.at === null || soundAt <= last.at) return known;
  const [asked, refused] = [soundAt, last.at].map((at) => formatMoment(at, clock.now()));
  const next = waits
    ? 'What waits is tried again by itself.'
    : 'lastgood notify test shows whether one arrives.';
  const note = `${placeName(place)}: asked at ${asked}, its receiver finds nothing wrong with its settings; but the last message, at ${refused}, did not arrive. ${next}`;
  return { ...known, notes: [...known.notes, note] };
}

/**
 * What its receiver says is wrong, whether or not anything had to be told since. With a wrong setting nothing arrives anywhere, unless
 * something has since; a wrong place is one of several.
 */
function withFaults(known: Known, faults: readonly ReceiverFault[]): Known {
  const notes = [...known.notes, ...faults.map(faultInWords)];
  const arrived = known.state === 'up' && known.since !== null ? Date.parse(known.since) : 0;
  const dead = faults.find(
    ({ to, path, at }) => to === null && path.startsWith('notifiers.') && at > arrived,
  );
  if (!dead || known.state === 'down') return { ...known, notes };
  return {
    ...known,
    notes,
    places: null,
    state: 'down',
    since: iso(dead.at),
    reason: `${dead.reason} ${dead.advice}`,
  };
}

function withImpact(
  { places, alerts = null, ...known }: Known,
  services: readonly ServiceUses[],
  away: readonly OutsideSystem[],
): OutsideStatus {
  const users = servicesUsing(known, services);
  const watched = users.filter((one) => one.watched).length;
  const { sentence, meanwhile } = outageImpact({ ...known, ...(places && { places }) }, services, away);
  return {
    ...known,
    alerts,
    services: users.length,
    watched,
    affected: users.slice(0, shownServices).map(({ key }) => key),
    impact: known.state === 'down' ? { sentence, meanwhile } : null,
  };
}
