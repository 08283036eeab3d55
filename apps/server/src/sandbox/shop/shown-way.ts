import type { Configured, FamilyName } from '@lastgood/adapters';
import type { Contracts, OtherChange } from '@lastgood/domain';
import type { SampleService } from '@lastgood/sandbox/world/index';
import type { GuestDatabase } from '@lastgood/store';
import type { ServiceInput } from '../../declaration/service-input-schema.ts';

/** What its pipeline registered with the release that serves at the first look, for the history a service begins with. */
export interface ServedRelease {
  contracts?: Contracts;
  changes?: OtherChange[];
}

/** What Lastgood itself has for the shop. */
export interface Lent {
  /** Null where its own database is not an embedded one: nobody else's server is made use of. */
  database: GuestDatabase | null;
  /** Base64 of 32 bytes, the same at every start. */
  planKey: string;
}

/** How Lastgood is told of one thing that the shop shows: a file beside this one, and a line in the list. */
export interface ShownWay {
  /** What its team declares beside what every service of the shop does; a service that nobody names declares nothing more. */
  declares?: Readonly<Record<SampleService['name'], Partial<ServiceInput>>>;
  served?: Readonly<Record<SampleService['name'], ServedRelease>>;
  /**
   * What the configuration needs for it beside the cluster and the metrics.
   * @param addresses where what stands beside the cluster is found, by the sandbox's own word
   */
  configures?(
    addresses: Readonly<Record<string, string>>,
    lent: Lent,
  ): Partial<Record<FamilyName, Configured[]>>;
}
