import { type BehaviourKind, behaviourKinds } from '../../services/index.ts';
import type { OfferedVersion } from './scenario.ts';

const descriptions: Record<BehaviourKind, string> = {
  healthy: 'Answers every request quickly.',
  errors: 'A third of all requests end in a server error.',
  latency: 'One request in seven takes longer than five seconds.',
  crashloop: 'The process dies a few seconds after its start, again and again.',
  'slow-leak': 'Begins healthy, then fails more and more over five minutes.',
};

const highest = 999;

/** A version that behaves so, in the words of its kind or in one's own. */
export function offeredVersion(
  version: number,
  behaviour: BehaviourKind,
  description: string = descriptions[behaviour],
): OfferedVersion {
  const tag = `v${Math.min(version, highest)}${behaviour === 'healthy' ? '' : `-${behaviour}`}`;
  return { tag, behaviour, description, healthy: behaviour === 'healthy' };
}

/** A healthy one and one of each failing kind. */
export function offeredVersions(version: number): OfferedVersion[] {
  return behaviourKinds.map((behaviour) => offeredVersion(version, behaviour));
}
