import { triggerVariables } from './trigger-frame.ts';

/** What a question is not asked for while none of its deployment's pods was seen: no fault, it has only begun. */
export const waitsForPod = 'waits for its first pod to be seen';

/** Why a question cannot be asked while what one of its placeholders stands for is not known, in words that name no placeholder. */
export function notKnownYet(variable: string): string {
  if (variable === 'POD_TEMPLATE_HASH') return waitsForPod;
  if (variable === 'REVISION') return 'its pod template names no revision, or was not seen yet';
  const meant = Object.entries(triggerVariables).find(([name]) => name === variable)?.[1];
  return meant === undefined ? `nothing is known by the name ${variable}` : `${meant} is not known yet`;
}
