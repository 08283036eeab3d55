import type { FoundWorkload, ServiceTrial, TriggerSet } from '@lastgood/api-client';
import { stringify } from 'yaml';

type Series = ServiceTrial['series'];

interface Known {
  cluster: string;
  workload: FoundWorkload;
  /** The set that it begins with. */
  set: Pick<TriggerSet, 'name' | 'triggers'>;
  /** What the metric source has under the workload's name; null while it was not asked. */
  series: Series | null;
}

const named = 'service="$SERVICE"';

/** A declaration as a team keeps it beside its manifests, and `lastgood apply` reads it. */
export function writeDeclaration({ cluster, workload, set, series }: Known): string {
  const { namespace, kind, name, readiness } = workload;
  const url = readiness && /^\d+$/.test(readiness.port) ? addressOf(workload) : null;
  const declaration = {
    kind: 'Service',
    name: `${cluster}/${namespace}/${name}`,
    workloads: [{ kind, name }],
    triggerSets: [set.name],
    ...(series && withLabel(set, series)),
    ...(url && { checks: [{ name: 'ready', type: 'http', url }] }),
  };
  return stringify(declaration, { lineWidth: 0 });
}

/** By its Kubernetes Service, if that has the name of the workload and the port of the probe. */
function addressOf({ namespace, name, readiness }: FoundWorkload): string {
  return `${readiness?.scheme}://${name}.${namespace}.svc:${readiness?.port}${readiness?.path}`;
}

/**
 * The shipped queries know a service by the label `service`. Where the source has its series under another label only, the triggers
 * that ask for it are declared anew with that one, and take the place of those of the set.
 */
function withLabel(set: Known['set'], series: Series): { triggers?: TriggerSet['triggers'] } {
  if (series.length === 0 || series.some(({ label }) => label === 'service')) return {};
  const triggers = set.triggers.flatMap((trigger) => {
    if (!('query' in trigger)) return [];
    const { query } = trigger;
    const other = series.find(({ metric }) => query.includes(metric));
    if (!other || !query.includes(named)) return [];
    return [{ ...trigger, query: query.replaceAll(named, `${other.label}="$SERVICE"`) }];
  });
  return triggers.length > 0 ? { triggers } : {};
}
