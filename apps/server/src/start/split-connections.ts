/** How many connections to the database each lane may have; the numbers keep within one maximum. */
export interface ConnectionShares {
  /** For what acts: a person's acts in an incident, the evaluator, the workers, the outbox, readiness. */
  acting: number;
  /** For what is only looked at, declared and registered. */
  reading: number;
}

/** The session among the replicas, and the second that it opens for a moment to find out about a pooler, or readiness to see that one is given. */
const ofTheSession = 2;
/** A transaction, and the question what became of it when its connection broke. */
const fewest = 2;
/** More reading at once makes no answer sooner: it only takes the database's time from what acts. */
const mostReading = 16;

export const defaultConnections = 20;
export const fewestConnections = ofTheSession + 2 * fewest;

export const whyFewest = `at least ${fewestConnections} are needed: ${fewest} to act, ${fewest} to read, and ${ofTheSession} for the session among the replicas`;

/** Two thirds for acting: a run, a slot or a click never waits for a connection that somebody reads over. */
export function splitConnections(most: number): ConnectionShares {
  if (most < fewestConnections) throw new RangeError(`of ${most} connections: ${whyFewest}`);
  const shared = most - ofTheSession;
  const reading = Math.min(mostReading, Math.max(fewest, Math.floor(shared / 3)));
  return { acting: shared - reading, reading };
}
