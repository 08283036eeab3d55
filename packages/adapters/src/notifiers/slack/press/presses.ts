import type { Presses } from '@lastgood/domain/ports/notifier';
import type { Closable } from '../../../vendor.ts';
import type { SlackSettings } from '../settings.ts';
import { createAnswering } from './answer-press.ts';
import { readPress } from './read-press.ts';
import { signatureFault } from './signature.ts';

/** The buttons of an app whose signing secret is configured. */
export function createPresses(
  settings: Pick<SlackSettings, 'url' | 'tlsCa' | 'timeoutMs'> & { signingSecret: string },
): Closable<Presses> {
  const { mayAnswer, answer, close } = createAnswering(settings);
  return {
    ...{ answer, close },
    read(request, now) {
      const fault = signatureFault(request, settings.signingSecret, now);
      return fault === null ? readPress(request.body, mayAnswer) : { kind: 'refused', reason: fault };
    },
  };
}
