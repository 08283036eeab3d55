import { type LiveMessage, merge } from './live-messages.ts';
import type { LiveReading } from './live-schema.ts';

/** What is told at once: of each thing the newest. */
export interface Tick {
  /** By deployment, of each of its triggers one. */
  readings: ReadonlyMap<string, readonly LiveReading[]>;
  others: readonly Exclude<LiveMessage, LiveReading>[];
}

/**
 * A slot of a large fleet is thousands of readings, and who looks at one deployment wants a few of them: they are sorted once, for
 * everybody who listens, and without a text made for each.
 */
export function newestOf(messages: readonly LiveMessage[]): Tick {
  const readings = new Map<string, LiveReading[]>();
  const others = new Map<string, Exclude<LiveMessage, LiveReading>>();
  for (const message of messages) {
    if (message.type === 'reading') put(readings, message);
    else merge(others, [message]);
  }
  return { readings, others: [...others.values()] };
}

function put(readings: Map<string, LiveReading[]>, reading: LiveReading): void {
  const known = readings.get(reading.deploymentId);
  if (known === undefined) return void readings.set(reading.deploymentId, [reading]);
  const place = known.findIndex(({ trigger }) => trigger === reading.trigger);
  if (place < 0) known.push(reading);
  else known[place] = reading;
}
