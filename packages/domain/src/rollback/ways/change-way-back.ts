import type { OtherChange } from '../../deployment/deployment.ts';
import type { Service } from '../../service/service.ts';
import type { AnsweredFact, Need, NeedKind } from '../need.ts';
import type { Refusal } from '../refusal.ts';
import type { Step } from '../step.ts';

/** Why something could not be taken back, and what to do: two sentences. */
export type NoWayBack = Omit<Refusal, 'code'>;

/** What a way can tell of a change when it is registered, long before a rollback needs it. */
export interface ChangeWayBack<D = unknown, C extends OtherChange = OtherChange> {
  /** "Flag new-cart in production" */
  name(change: C): string;
  /** What this installation must be able to do, and how that is configured. */
  step: Pick<Step, 'kind'>;
  configure: string;
  /** Why the records lead nowhere; null when they do. */
  recorded(change: C, context: { service: Service; declared: D | null }): NoWayBack | null;
  /** Ask: what tells the rest, in one quick read; null when the records must be mended first. */
  need(change: C): Need<NeedKind> | null;
  /** Judge: why there is no way back by what was read; null when there is one. */
  read(fact: AnsweredFact, change: C): NoWayBack | null;
}
