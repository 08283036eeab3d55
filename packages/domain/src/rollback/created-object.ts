import { type Static, Type } from 'typebox';
import type { ObjectRef } from '../workload/cluster-object.ts';

/** What a command names to be removed: `CronJob/checkout-backfill`. By default nothing is. */
const Removal = Type.String({ minLength: 1, maxLength: 300 });

export const Removing = Type.Array(Removal, {
  maxItems: 50,
  uniqueItems: true,
  description:
    'Objects that only the release created and that are to be removed, as `createdObjects` of the plan names them: `CronJob/checkout-backfill`. Default: none.',
});
export type Removing = Static<typeof Removing>;

/** The same as a query writes it, where a single one is no list. */
export const RemovingQuery = Type.Union([Removing, Removal]);

/** An object that only the release taken back has created: it stays unless a command names it. */
export interface CreatedObject extends ObjectRef {
  uid: string;
  createdAt: number;
  /** "v42 (release 3) created CronJob checkout-backfill: it stays and goes on running unless you remove it." */
  words: string;
  /** Why it cannot be removed here, and what to do instead; null where it can be named. */
  refusal: string | null;
}
