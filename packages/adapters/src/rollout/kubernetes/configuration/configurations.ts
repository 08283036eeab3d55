import type { Configurations } from '@lastgood/domain/ports/configurations';
import type { ConfigSeen, ConfigTarget } from '@lastgood/domain/rollback/contracts/set-config';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { AskOf, FoundConfiguration } from '@lastgood/domain/rollback/need';
import type { MissingRight } from '@lastgood/domain/workload/missing-right';
import { rightInWords, ruleOf } from '../../../kubernetes/access-right.ts';
import type { ClusterClients } from '../../../kubernetes/cluster-clients.ts';
import type { KnownRights } from '../../../kubernetes/known-rights.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import type { ContentKey } from './content-key.ts';
import { observeObject, type PlacedConfiguration, pluralOf } from './observe-object.ts';
import { findOthersUsing } from './others-using.ts';
import { setObject } from './set-object.ts';

export interface ConfigurationParts {
  clients: Pick<ClusterClients, 'of'>;
  /** Null where the cluster is configured without. */
  keyOf(cluster: string): ContentKey | null;
  rightsIn(cluster: string): KnownRights;
  fieldManager: string;
}

/** What is seen, with the metadata that a write needs: only the one who made it reads it. */
interface FencedSeen extends ConfigSeen {
  meta: ServedMeta | null;
}

/** Reads and sets ConfigMaps and Secrets. In the clear they are in this folder alone. */
export function createConfigurations(parts: ConfigurationParts): Configurations {
  const { clients, keyOf, fieldManager } = parts;
  return {
    readConfiguration: (ask, signal) => readAll(parts, ask, signal),
    setConfig: {
      async observe({ object }, _operation, signal): Promise<Observed<FencedSeen>> {
        const { cluster } = object;
        const observed = await observeObject(clients.of(cluster), keyOf(cluster), object, signal);
        if (observed.kind !== 'seen') return observed;
        const { seen, meta } = observed.seen;
        return { kind: 'seen', seen: { ...seen, meta } };
      },
      apply(step: ConfigTarget, seen, { key: operation }, signal) {
        const { cluster } = step.object;
        const { meta } = seen as FencedSeen;
        const common = { api: clients.of(cluster), key: keyOf(cluster), step, seen, meta };
        return setObject({ ...common, operation, fieldManager, signal });
      },
    },
  };
}

/** All or none: half of what a plan needs is told as what could not be read. */
async function readAll(
  { clients, keyOf, rightsIn }: ConfigurationParts,
  { cluster, namespace, objects, workloads }: AskOf<'configuration'>,
  signal: AbortSignal,
): Promise<Observed<FoundConfiguration[]>> {
  const [api, key] = [clients.of(cluster), keyOf(cluster)];
  const isPlanning = workloads.length > 0 && key !== null;
  const using = isPlanning ? await findOthersUsing(api, namespace, workloads, signal) : () => [];
  const found: FoundConfiguration[] = [];
  for (const { kind, name } of objects) {
    const observed = await observeObject(api, key, { kind, name, namespace }, signal);
    if (observed.kind !== 'seen') return observed;
    const { seen, owner } = observed.seen;
    const asked = isPlanning && seen.state.kind !== 'unread';
    const missing = asked ? await missingFor(rightsIn(cluster), { kind, name, namespace }, seen, signal) : [];
    found.push({ kind, name, seen, owner, usedBy: using({ kind, name }), missingRights: missing });
  }
  return { kind: 'seen', seen: found };
}

/** A cluster that cannot be asked about rights stops nothing. */
async function missingFor(
  rights: KnownRights,
  { kind, name, namespace }: PlacedConfiguration,
  { state }: ConfigSeen,
  signal: AbortSignal,
): Promise<MissingRight[]> {
  const right = {
    ...(state.kind === 'absent' ? { verb: 'create' } : { verb: 'patch', name }),
    ...{ group: '', resource: pluralOf(kind), namespace },
  };
  const answer = await rights.ask(right, signal);
  if (answer.kind !== 'denied') return [];
  return [{ may: rightInWords(right), rule: ruleOf(right), purpose: 'setting-configuration' }];
}
