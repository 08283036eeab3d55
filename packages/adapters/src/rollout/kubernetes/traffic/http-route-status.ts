import { safeText } from '../../../kubernetes/safe-text.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';

interface ParentRef {
  kind?: string;
  name: string;
  namespace?: string;
  sectionName?: string;
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
}

export interface AcceptedRoute {
  metadata: ServedMeta;
  spec?: { parentRefs?: ParentRef[] };
  status?: { parents?: { parentRef?: ParentRef; conditions?: Condition[] }[] };
}

/**
 * What a parent of the route says where it has not taken the route as it stands now; undefined when all have. One that has
 * said nothing yet has not taken it. https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus
 */
export function whyNotAccepted({ metadata, spec, status }: AcceptedRoute): string | undefined {
  const wanted = spec?.parentRefs ?? [];
  if (wanted.length === 0) return 'the route is attached to no gateway';
  for (const parent of wanted) {
    const name = `${parent.kind ?? 'Gateway'} ${parent.name}`;
    const told = (status?.parents ?? []).filter(
      ({ parentRef }) => parentRef && isSame(parentRef, parent, metadata),
    );
    if (told.length === 0) return `${name} has said nothing of the route`;
    for (const { conditions = [] } of told) {
      const why = missing(conditions, metadata.generation ?? 0);
      if (why !== null) return `${name}: ${why}`;
    }
  }
  return undefined;
}

function missing(conditions: readonly Condition[], generation: number): string | null {
  for (const type of ['Accepted', 'ResolvedRefs']) {
    const condition = conditions.find((one) => one.type === type);
    if (!condition) return `${type} is not told`;
    const { observedGeneration = 0, status, reason = '', message = '' } = condition;
    if (observedGeneration < generation)
      return `has seen generation ${observedGeneration}, not ${generation}`;
    if (status !== 'True')
      return `${type} is ${status} (${safeText([reason, message].filter(Boolean).join(': '))})`;
  }
  return null;
}

function isSame(told: ParentRef, wanted: ParentRef, { namespace }: ServedMeta): boolean {
  return (
    told.name === wanted.name &&
    (told.kind ?? 'Gateway') === (wanted.kind ?? 'Gateway') &&
    (told.namespace ?? namespace) === (wanted.namespace ?? namespace) &&
    told.sectionName === wanted.sectionName
  );
}
