import type { ApplicationSeen } from '../rollback/contracts/wait-for-sync.ts';
import type { Observed } from '../rollback/effect.ts';
import type { StepOf } from '../rollback/step.ts';
import type { StepEffect } from './step-effect.ts';

/**
 * What a Git controller takes from repositories into its cluster, and follows. What a commit means is Git's to say: whoever
 * asks both joins their answers.
 */
export interface Applications {
  read(
    asked: Pick<StepOf<'wait-for-sync'>, 'application'>,
    signal: AbortSignal,
  ): Promise<Observed<ApplicationSeen>>;
  /**
   * Asks the controller to look now, with the operation key in an annotation; asking twice is one sync. The outside refuses by
   * the uid of the object.
   */
  askForSync: StepEffect<'wait-for-sync'>['apply'];
}
