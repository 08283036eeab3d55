import { keysOf } from './group-members.ts';
import type { FailingGroup } from './standing.ts';
import type { StandingService } from './standing-service.ts';

const fewest = 2;

/** Whether it cannot be seen for what does not answer; a breach that had not fired by then stands still. */
export function isBlinded({ known, standing }: StandingService): boolean {
  const { state, actor } = standing;
  const [outage] = known.outages;
  return (
    outage !== undefined &&
    outage.kind !== 'record' &&
    (state === 'unseen' || (state === 'pending' && actor === 'you'))
  );
}

/** By what does not answer; a cluster before a source, since without it nothing is known at all. */
export function outageGroups(services: readonly StandingService[]): FailingGroup[] {
  const byOutage = Map.groupBy(services.filter(isBlinded), ({ known }) => {
    const [first] = known.outages;
    return `${first?.kind} ${first?.name}`;
  });
  return [...byOutage.values()].flatMap((members) => {
    const outage = members[0]?.known.outages[0];
    if (!outage || outage.kind === 'record' || members.length < fewest) return [];
    const { kind, name, text } = outage;
    const sentence = `${members.length} services cannot be seen: ${text}`;
    return [{ cause: { kind, name }, sentence, services: keysOf(members), deploymentId: null }];
  });
}
