/** Who tells of alerts, in the words of its vendor: those are the adapter's. */
export interface Teller {
  /** What it is: "Alertmanager". */
  title: string;
  /** How it is told to say each minute what fires, as the end of a sentence. */
  eachMinute: string;
}

/** One of which no more is known than its name. */
const anyone: Teller = { title: 'Source', eachMinute: 'each minute' };

export function tellerOf({ teller = anyone, source }: { teller?: Teller; source: string }): {
  /** "Alertmanager main" */
  name: string;
  eachMinute: string;
} {
  return { name: `${teller.title} ${source}`, eachMinute: teller.eachMinute };
}
