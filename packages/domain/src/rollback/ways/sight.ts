import type { Deployment, OtherChange } from '../../deployment/deployment.ts';
import type { StoodState } from '../../deployment/stood.ts';
import type { Service } from '../../service/service.ts';
import type { AnsweredFact, Need } from '../need.ts';

/** One thing that a service declares and a way could take back. */
export interface SeenPlace {
  /** Unique among those of the way: `orders`, `unleash/production/new-cart`. */
  name: string;
  /** As a change of it would be registered. */
  target: Record<string, unknown>;
  /** Within a sentence: "the schema of orders". */
  subject: string;
}

/**
 * How a way sees what changed though nobody registered it: what stands is kept when a deployment begins, and compared when it is
 * taken back.
 */
export interface Sight<D = unknown> {
  /** What of the service is looked at. */
  places(declared: D): SeenPlace[];
  /** Ask: what tells how a place stands. */
  need(place: SeenPlace, service: Service, declared: D): Need;
  /** Judge: how it stands, in the words of its kind; a not-found is no state. */
  state(fact: AnsweredFact): StoodState;
  /** Whether what was registered with the deployment accounts for what stands there now, or will be judged by its own way. */
  isExplained(place: SeenPlace, now: unknown, deployment: Deployment): boolean;
  isSame(kept: unknown, now: unknown): boolean;
  /** "0017", "on, 25 %" */
  inWords(state: unknown): string;
  /**
   * Ask once more, of what moved: whether it moved for this service. Absent: whatever moves is the service's.
   */
  closer?: {
    need(change: OtherChange): Need;
    isOfService(fact: AnsweredFact): boolean;
  };
}
