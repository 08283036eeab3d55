import type { LiveReading } from './live-schema.ts';
import type { Tick } from './newest-of-tick.ts';

/**
 * Leaves out of what everybody gets the readings that tell nothing: all is well with the trigger, as it was the slot before. They are
 * nine tenths of all bytes, and no list shows them; who looks at one deployment gets all of its own.
 *
 * Of a large fleet these are thousands in every slot, so nothing is made for one that is left out.
 */
export function createTellingReadings() {
  const last = new Map<string, Map<string, Told>>();

  const tells = (known: Map<string, Told>, { trigger, phase, trouble, reading: { kind } }: LiveReading) => {
    const before = known.get(trigger);
    const isNews = before?.phase !== phase || before.kind !== kind || before.trouble !== trouble;
    if (isNews) known.set(trigger, { phase, trouble, kind });
    return isNews || phase === 'pending' || phase === 'firing';
  };

  return {
    of(readings: Tick['readings']): LiveReading[] {
      if (last.size > mostRemembered) last.clear();
      return [...readings].flatMap(([deployment, own]) => {
        const known = last.get(deployment) ?? new Map<string, Told>();
        last.set(deployment, known);
        return own.filter((reading) => tells(known, reading));
      });
    },
    /** What was said is on nobody's screen any more: nobody has listened since, and what happened meanwhile is not known here. */
    forget: () => last.clear(),
  };
}

type Told = Pick<LiveReading, 'phase' | 'trouble'> & { kind: string };

/** Beyond so many what is remembered of deployments that are long gone is dropped; a reading too many is told then. */
const mostRemembered = 25_000;
