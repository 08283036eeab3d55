import type { FoundWorkload } from '@lastgood/domain';
import { Label } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { notFound } from '../../problems/problem-error.ts';
import { iso } from '../../wire/instant.ts';
import { strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { Discovery } from './discovery-schema.ts';

/** More are not read by a person; the search narrows them. */
const most = 100;

export const discoverWorkloads = defineEndpoint({
  operationId: 'discoverWorkloads',
  method: 'GET',
  url: '/clusters/:cluster/workloads',
  lane: 'asking',
  tag: 'services',
  summary: 'What runs in a cluster and could be declared',
  params: strict({ cluster: Label({ description: 'Name of the cluster in the configuration.' }) }),
  querystring: strict({
    namespace: Type.Optional(Label({ description: 'Only this one, where Lastgood may not list all.' })),
    search: Type.Optional(Label({ description: 'Part of a namespace or of a name, without case.' })),
  }),
  answer: Discovery,
  async handle(
    { ports, store, clock, settings },
    { params: { cluster }, query: { namespace, search = '' } },
  ) {
    const clusters = ports.rollout.clusters();
    if (!clusters.includes(cluster))
      throw notFound(`There is no cluster ${cluster} in the configuration. It has ${clusters.join(', ')}.`);
    const deadline = AbortSignal.timeout(settings.clusterDeadlineMs);
    const [found, declared] = await Promise.all([
      ports.rollout.discover(cluster, namespace ?? null, deadline),
      store.deployments.followed(),
    ]);
    const services = new Map(
      declared.flatMap(({ service }) =>
        service.workloads.map((one) => [
          `${service.cluster}/${service.namespace}/${one.kind}/${one.name}`,
          service.key,
        ]),
      ),
    );
    const at = iso(clock.now());
    if (found.kind !== 'found') {
      const help = namespace === undefined ? ' Where Lastgood may list one namespace only, name it.' : '';
      return { at, cluster, workloads: [], left: 0, problem: `${sentence(found.reason)}${help}` };
    }
    const wanted = found.workloads
      .filter(({ workload }) =>
        `${workload.namespace}/${workload.name}`.includes(search.trim().toLowerCase()),
      )
      .map((one) => toFoundDto(one, services.get(addressOf(one)) ?? null))
      .sort(
        (a, b) => rank(a) - rank(b) || `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`),
      );
    return {
      at,
      cluster,
      workloads: wanted.slice(0, most),
      left: Math.max(0, wanted.length - most),
      problem: null,
    };
  },
});

type Found = Discovery['workloads'][number];

const addressOf = ({ workload: { cluster, namespace, kind, name } }: FoundWorkload) =>
  `${cluster}/${namespace}/${kind}/${name}`;

function rank({ service, namespace }: Found): number {
  return (service === null ? 0 : 2) + (namespace.startsWith('kube-') ? 1 : 0);
}

function toFoundDto(
  { workload, containers, readiness, replicas, owner }: FoundWorkload,
  service: string | null,
): Found {
  const { namespace, kind, name } = workload;
  return {
    ...{ namespace, kind, name, containers, service },
    readiness: readiness && { ...readiness, port: String(readiness.port) },
    wanted: replicas.wanted,
    ready: replicas.ready,
    owner: owner.kind === 'nobody' ? null : { name: owner.name, evidence: owner.evidence },
  };
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, '')}.`;
}
