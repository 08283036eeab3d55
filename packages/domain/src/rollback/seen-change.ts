import type { OtherChange } from '../deployment/deployment.ts';
import type { ReleaseElsewhere } from '../deployment/release-elsewhere.ts';
import type { ServiceKey } from '../service/service.ts';

/** What was seen to have changed since a deployment began, and was not registered with it. */
export interface Unregistered extends OtherChange {
  service: ServiceKey;
  /** As a command includes it: `migration/orders`. */
  name: string;
  /** Within a sentence: "the schema of orders". */
  subject: string;
  /** What it is and how it moved, as a sentence. */
  words: string;
  /** What taking it back does, as an order: "Take the schema of orders back to 0017". */
  act: string;
  /** Releases of other services that registered it. Absent: none. */
  elsewhere?: ReleaseElsewhere[];
  /** The command takes it back, too. */
  included: boolean;
}
