import { serving } from '@lastgood/adapters';
import {
  type AlertsSeen,
  alertSources,
  placeName,
  type ServiceUses,
  toldPlaces,
  variablesOf,
} from '@lastgood/domain';
import type { AlertSourceRows } from '@lastgood/store/views/alert-sources';
import type { StatusRows } from '@lastgood/store/views/status-rows';
import type { UntoldPlace } from '@lastgood/store/views/untold-places';
import type { EvaluatorRow } from '@lastgood/store/views/view-rows';
import { iso } from '../../wire/instant.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { evaluatorOf } from './evaluator-status.ts';
import { toOutside } from './outside-dto.ts';
import type { StatusDetails } from './status-details-schema.ts';
import { toStorage } from './storage-dto.ts';

interface Rows extends StatusRows {
  untold: readonly UntoldPlace[];
  told: AlertSourceRows;
  /** Of each source of alerts that is configured. */
  seen: readonly AlertsSeen[];
}

export function toStatusDetails(
  deps: EndpointDependencies,
  evaluator: EvaluatorRow,
  rows: Rows,
  now: number,
): StatusDetails {
  const { settings } = deps;
  return {
    at: iso(now),
    version: settings.version,
    evaluator: evaluatorOf(deps, evaluator, now),
    lastHour: {
      judgedSlots: rows.slots.judged,
      missedSlots: evaluator.missed,
      slowestMs: rows.slots.slowestMs,
    },
    outside: toOutside(deps, usesOf(deps, rows), {
      ...rows,
      signals: { seen: rows.seen, kept: rows.told.alerts },
    }),
    replicas: rows.replicas.map(({ id, startedAt, seenAt, alive }) => ({
      ...{ id, alive, startedAt: iso(startedAt), seenAt: iso(seenAt) },
      answers: id === settings.replica,
    })),
    queue: {
      queuedRuns: rows.queue.queued,
      runningRuns: rows.queue.running,
      oldestQueuedAt: iso(rows.queue.oldestQueuedAt),
      waitingNotifications: sum(rows.notifiers.map(({ waiting }) => waiting)),
      oldestWaitingAt: iso(oldest(rows.notifiers.map(({ oldestWaitingAt }) => oldestWaitingAt))),
      givenUpNotifications: sum(rows.notifiers.map(({ failed }) => failed)),
    },
    storage: toStorage(rows.storage, settings.retentionDays),
  };
}

/** Which source measures a service follows from the configuration alone; who tells of its alerts from its triggers, and who is told of it from its own routes, too. */
function usesOf(
  { configured, receivers }: Pick<EndpointDependencies, 'configured' | 'receivers'>,
  { services, told: { services: asking } }: Rows,
): ServiceUses[] {
  const sources = new Map(
    asking.map(({ service, triggers }) => [service.key, alertSources(triggers, variablesOf(service, null))]),
  );
  return services.map((service) => {
    const told = toldPlaces(receivers, service);
    return {
      ...service,
      metricSource: serving(configured.metrics, service.cluster)?.name ?? null,
      signals: sources.get(service.key) ?? [],
      notifiers: [...new Set(told.map(({ notifier }) => notifier))],
      places: told.map(placeName),
    };
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function oldest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((one) => one !== null);
  return known.length === 0 ? null : Math.min(...known);
}
