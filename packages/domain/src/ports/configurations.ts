import type { KeptContent } from '../workload/configuration.ts';
import type { PlanningRead } from './planning-read.ts';
import type { StepEffect } from './step-effect.ts';

/** ConfigMaps and Secrets. No value of theirs passes in the clear: what is kept of them is sealed where it is read. */
export interface Configurations {
  readConfiguration: PlanningRead<'configuration'>;
  /**
   * The outside refuses by tests inside the write: uid and resourceVersion. One that is not there is created: 409
   * AlreadyExists where somebody was quicker. The operation key goes along as an annotation.
   */
  setConfig: StepEffect<'set-config'>;
}

/** Where sealed contents are kept, equal ones once. */
export interface ConfigurationKeep {
  keep(contents: readonly KeptContent[]): Promise<void>;
  /** Base64; null where there is none. */
  load(digest: string): Promise<string | null>;
}
