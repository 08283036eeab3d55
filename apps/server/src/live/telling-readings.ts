import type { LiveMessage } from './live-messages.ts';

/**
 * Leaves out of what everybody gets the readings that tell nothing: all is well with the trigger, as it was the slot before. They are
 * nine tenths of all bytes, and no list shows them; who looks at one deployment gets all of its own.
 */
export function createTellingReadings() {
  const last = new Map<string, string>();
  return {
    of: (messages: readonly LiveMessage[]): LiveMessage[] =>
      messages.filter((message) => {
        if (message.type !== 'reading') return true;
        const key = `${message.deploymentId} ${message.trigger}`;
        const said = `${message.phase} ${message.reading.kind} ${message.trouble ?? ''}`;
        const isNews = last.get(key) !== said;
        last.set(key, said);
        if (last.size > mostRemembered) last.clear();
        return isNews || message.phase === 'pending' || message.phase === 'firing';
      }),
    /** What was said is on nobody's screen any more: nobody has listened since, and what happened meanwhile is not known here. */
    forget: () => last.clear(),
  };
}

/** Beyond this what is remembered of deployments that are long gone is dropped; a reading too many is told then. */
const mostRemembered = 100_000;
