import { sameImages, sameTemplate } from '../../../workload/same-template.ts';
import type { LesserEffect } from '../../set-or-proven.ts';
import type { ReadyWorkload } from './ready-workload.ts';
import { storedTemplate } from './stored-template.ts';

/**
 * What setting the template does where that brings no other code: nothing where all pods have it already, and else only new pods, as
 * for configuration that they read when they start. Empty where code goes back, as it does while pods of another template may serve.
 * @param isDelivered what brings it out is done with that, where a controller does
 */
export function lesserEffect(ready: ReadyWorkload, isDelivered = true): { effect?: LesserEffect } {
  const { to, recorded, observation } = ready;
  const { snapshot, progress } = observation;
  if (snapshot.templateDigest === storedTemplate(ready, to).templateDigest)
    return isDelivered && progress.complete ? { effect: 'none' } : {};
  if (!isDelivered || progress.old > 0) return {};
  // Pinned, a tag that was moved brings another image under the same name.
  const pinned = { template: to.template, imageDigests: to.imageDigests };
  return sameTemplate(recorded, snapshot) && sameImages(pinned, snapshot) ? { effect: 'restart' } : {};
}
