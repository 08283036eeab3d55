import { sameImages, sameTemplate } from '../../../workload/same-template.ts';
import type { LesserEffect } from '../../set-or-proven.ts';
import type { ReadyWorkload } from './ready-workload.ts';
import { storedTemplate } from './stored-template.ts';

/**
 * What setting the template does where that brings no other code: nothing where it is there already, and else only new pods, as for
 * configuration that they read when they start. Empty where code goes back.
 */
export function lesserEffect(ready: ReadyWorkload): { effect?: LesserEffect } {
  const { to, recorded, observation } = ready;
  const { snapshot } = observation;
  if (snapshot.templateDigest === storedTemplate(ready, to).templateDigest) return { effect: 'none' };
  // Pinned, a tag that was moved brings another image under the same name.
  const pinned = { template: to.template, imageDigests: to.imageDigests };
  return sameTemplate(recorded, snapshot) && sameImages(pinned, snapshot) ? { effect: 'restart' } : {};
}
