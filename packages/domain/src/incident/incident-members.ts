import type { ServiceKey } from '../service/service.ts';
import type { Chain } from './chains.ts';
import { type IncidentFacts, type IncidentLink, incidentMarginMs } from './incident.ts';
import { type Neighbours, neighboursOf } from './near-services.ts';

/** A chain with the time in which it was in trouble; null without any. Epoch milliseconds. */
export interface Case {
  chain: Chain;
  trouble: { from: number; to: number } | null;
}

/** What belongs together with a case, itself first, and why. */
export interface Member {
  case: Case;
  link: IncidentLink;
}

/**
 * What happened together with the first case. Another one joins when its trouble overlaps, within the margin, that of one that is in
 * already and both share a cause: one depends on the other, both depend on a third, one run takes both back, or one pipeline brought
 * both. A dependency that was deployed shortly before or during the trouble joins too, as what may have caused it, and brings
 * nobody along.
 */
export function incidentMembers(
  first: Case,
  others: readonly Case[],
  { services, runs }: Pick<IncidentFacts, 'services' | 'runs'>,
): Member[] {
  const around = neighboursOf(services);
  const together = runs.flatMap(({ run }) =>
    run.members ? [new Set(run.members.map(({ deploymentId }) => deploymentId))] : [],
  );
  const members: Member[] = [{ case: first, link: { kind: 'asked' } }];
  const left = new Set(others);
  for (const { case: member, link } of members) {
    if (link.kind === 'deployed_before') continue;
    for (const other of left) {
      const found = linkBetween(member, other, around, together);
      if (!found) continue;
      left.delete(other);
      members.push({ case: other, link: found });
    }
  }
  return members;
}

function linkBetween(
  member: Case,
  other: Case,
  around: Neighbours,
  together: readonly ReadonlySet<string>[],
): IncidentLink | null {
  const [to, key] = [member.chain[0].service, other.chain[0].service];
  if (overlap(timeOf(member), other.trouble)) {
    const isTogether = together.some((ids) => isIn(ids, member) && isIn(ids, other));
    if (key === to || isTogether) return { kind: 'same_run', to };
    if (around.dependencies(to).includes(key) || around.dependents(to).includes(key))
      return { kind: 'dependency', to };
    if (around.dependencies(to).some((one) => around.dependencies(key).includes(one)))
      return { kind: 'shared_dependency', to };
    const { pipelineUrl } = member.chain[0];
    if (pipelineUrl !== null && pipelineUrl === other.chain[0].pipelineUrl)
      return { kind: 'same_pipeline', to };
  }
  return member.trouble && isSuspect(member.trouble, to, other, around)
    ? { kind: 'deployed_before', to }
    : null;
}

function isSuspect(trouble: Span, of: ServiceKey, { chain }: Case, around: Neighbours): boolean {
  const [{ service, origin, startedAt }] = chain;
  return (
    origin !== 'rollback' &&
    around.dependencies(of).includes(service) &&
    startedAt >= trouble.from - incidentMarginMs &&
    startedAt <= trouble.to
  );
}

type Span = { from: number; to: number };

/** Of a deployment without trouble, the moment it began. */
function timeOf({ chain: [{ startedAt }], trouble }: Case): Span {
  return trouble ?? { from: startedAt, to: startedAt };
}

function overlap(a: Span, b: Span | null): boolean {
  return b !== null && a.from <= b.to + incidentMarginMs && b.from <= a.to + incidentMarginMs;
}

function isIn(ids: ReadonlySet<string>, { chain }: Case): boolean {
  return chain.some(({ id }) => ids.has(id));
}
