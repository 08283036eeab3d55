import type { RegistryAnswer, RegistryImage } from '../workload/registry-image.ts';
import type { StepEffect } from './step-effect.ts';

/** Where images are kept. Outside faults are results, not exceptions. */
export interface Registries {
  /** Whether its registry still has it, and where not, which backup does. Null where no registry of that host is configured. */
  readImage(image: RegistryImage, signal: AbortSignal): Promise<RegistryAnswer | null>;
  /**
   * The outside refuses by the digest: what arrives under another one is not taken, and sending it twice is sending it once.
   * A tag has no such test; the one that is set bears the whole digest in its name and is looked at right before.
   */
  restoreImage: StepEffect<'restore-image'>;
}
