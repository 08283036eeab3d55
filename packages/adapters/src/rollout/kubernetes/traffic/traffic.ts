import type { Traffic } from '@lastgood/domain/ports/traffic';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { TrafficObjectSeen } from '@lastgood/domain/rollback/need';
import type { MissingRight } from '@lastgood/domain/workload/missing-right';
import { type AccessRight, rightInWords, ruleOf } from '../../../kubernetes/access-right.ts';
import type { ClusterClients } from '../../../kubernetes/cluster-clients.ts';
import type { KnownRights } from '../../../kubernetes/known-rights.ts';
import { sendPatch } from '../../../kubernetes/send-patch.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import { ownerOf } from '../owner.ts';
import { routeName } from './fetch-route.ts';
import { kindOf, observeRoute, routeKinds, setRouteWeights } from './route-weights.ts';
import { observeSelector, type SelectorFence, selectorPatch, selectorRights } from './service-selector.ts';

/** The kinds of objects by which a cluster itself splits and switches traffic. */
export const trafficKinds: readonly string[] = ['Service', ...routeKinds.map(({ kind }) => kind)];

/** Splits and switches traffic inside the clusters. Only looks and sends; the contracts of the steps judge. */
export function createTraffic(
  clients: Pick<ClusterClients, 'of'>,
  fieldManager: string,
  rightsIn: (cluster: string) => KnownRights,
): Traffic {
  return {
    readRoute: ({ route, rule }, signal) =>
      asPlanned(observeRoute(clients.of(route.cluster), { route, rule }, signal), () =>
        missing(
          rightsIn(route.cluster),
          [...(kindOf(route)?.rights(route) ?? []), ...endpoints(route)],
          signal,
        ),
      ),
    readSelector: ({ service, key }, signal) =>
      asPlanned(observeSelector(clients.of(service.cluster), { service, key }, signal), () =>
        missing(rightsIn(service.cluster), [...selectorRights(service), ...endpoints(service)], signal),
      ),
    setWeight: {
      observe: (step, _operation, signal) => observeRoute(clients.of(step.route.cluster), step, signal),
      apply: (step, seen, { key: operation }, signal) =>
        setRouteWeights(clients.of(step.route.cluster), step, seen, { operation, fieldManager, signal }),
    },
    switchSelector: {
      observe: (step, _operation, signal) => observeSelector(clients.of(step.service.cluster), step, signal),
      apply(step, seen, { key: operation }, signal) {
        const fence = seen.fence as SelectorFence;
        const name = routeName(step.service);
        const patch = selectorPatch(step, fence, operation);
        const write = { path: fence.path, patch, fieldManager, name, note: `${name} took ${step.to}` };
        return sendPatch(clients.of(step.service.cluster), write, signal);
      },
    },
  };
}

function endpoints({ namespace }: { namespace: string }): AccessRight[] {
  return [{ verb: 'list', group: 'discovery.k8s.io', resource: 'endpointslices', namespace }];
}

/**
 * What is missing, and who would put back what is set, is told before the click. A cluster that cannot be asked about rights
 * stops nothing.
 */
async function asPlanned<Seen extends { fence?: unknown }>(
  reading: Promise<Observed<Seen>>,
  ask: () => Promise<MissingRight[] | null>,
): Promise<Observed<Seen & TrafficObjectSeen>> {
  const [answer, rights] = await Promise.all([reading, ask()]);
  if (answer.kind !== 'seen') return answer;
  const { meta } = answer.seen.fence as { meta: ServedMeta };
  const seen = { ...answer.seen, owner: ownerOf(meta), ...(rights ? { missingRights: rights } : {}) };
  return { kind: 'seen', seen };
}

async function missing(
  rights: KnownRights,
  needed: readonly AccessRight[],
  signal: AbortSignal,
): Promise<MissingRight[] | null> {
  const answers = await Promise.all(
    needed.map(async (right) => ({ right, answer: await rights.ask(right, signal) })),
  );
  if (answers.some(({ answer }) => answer.kind !== 'granted' && answer.kind !== 'denied')) return null;
  return answers
    .filter(({ answer }) => answer.kind === 'denied')
    .map(({ right }) => ({ may: rightInWords(right), rule: ruleOf(right), purpose: 'rolling-back' }));
}
