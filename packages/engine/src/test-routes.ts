import {
  boundedDelivery,
  boundedFault,
  type Delivery,
  type Missed,
  messageOf,
  type Notification,
  type Notifier,
  type Receipt,
  type SampleOf,
  sampleIncident,
  type TestedPlace,
} from '@lastgood/domain';
import { type Clock, withDeadline } from './clock.ts';

export interface TestRoutesDependencies {
  notifiers: readonly Notifier[];
  clock: Clock;
  newId: () => string;
  publicUrl: string | null;
  /** For one message, and for one question. */
  withinMs: number;
}

export interface RouteTest {
  place: TestedPlace;
  /** Null where nothing is sent as a test. */
  arrived: boolean | null;
  /** What arrived, or why not: a sentence. */
  words: string;
}

/** Sends a sample to each place, to all of them at once, and says what arrived; nothing of it is stored. */
export function testRoutes(
  deps: TestRoutesDependencies,
  places: readonly TestedPlace[],
  service: SampleOf,
  signal: AbortSignal,
): Promise<RouteTest[]> {
  const sample = sampleIncident(service, deps.newId(), deps.clock.now());
  return Promise.all(
    places.map(async (place) => {
      const notifier = deps.notifiers.find(({ name }) => name === place.notifier);
      if (!notifier) {
        const words = `No notifier named ${place.notifier} is configured any more.`;
        return { place, arrived: false, words };
      }
      const tested = notifier.hears === 'records' ? probe : send;
      return { place, ...(await tested(deps, notifier, { to: place.to, sample }, signal)) };
    }),
  );
}

interface Sample {
  to: string | null;
  sample: readonly Notification[];
}

/** Each message after the other, as those of an incident go. */
async function send(
  deps: TestRoutesDependencies,
  notifier: Notifier,
  { to, sample }: Sample,
  signal: AbortSignal,
): Promise<Omit<RouteTest, 'place'>> {
  const began = deps.clock.now();
  let earlier: Receipt | null = null;
  let missed: readonly Missed[] = [];
  for (const notification of sample) {
    const message = messageOf(notification, deps.publicUrl);
    const outgoing = { notification, message, to, earlier };
    const delivery = await attempt(deps, (deadline) => notifier.deliver(outgoing, deadline), signal);
    if (delivery.kind !== 'delivered') {
      const how = delivery.kind === 'refused' ? 'It was refused' : 'It could not be sent';
      return { arrived: false, words: `${how}: ${delivery.reason}` };
    }
    if (delivery.missed && delivery.missed.length > 0) missed = delivery.missed;
    earlier = delivery.receipt ?? earlier;
  }
  if (missed.length > 0) {
    const who = missed.map(({ to: one, reason }) => `${one} (${reason.replace(/\.$/, '')})`).join(', ');
    return { arrived: false, words: `It did not reach ${who}; the others have it.` };
  }
  const tookMs = Math.round(deps.clock.now() - began);
  return { arrived: true, words: `${sample.length} messages arrived, in ${tookMs} ms.` };
}

async function attempt(
  { clock, withinMs }: TestRoutesDependencies,
  deliver: (signal: AbortSignal) => Promise<Delivery>,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    return boundedDelivery(
      await withDeadline(clock, withinMs, signal, (deadline) => orCutOff(deliver, deadline)),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'retry', reason, afterMs: null };
  }
}

/** One that does not heed its deadline must not keep whoever asks. */
function orCutOff<T>(ask: (signal: AbortSignal) => Promise<T>, deadline: AbortSignal): Promise<T> {
  const cutOff = new Promise<never>((_resolve, reject) => {
    const end = () => reject(new Error('there was no answer in time'));
    if (deadline.aborted) end();
    deadline.addEventListener('abort', end, { once: true });
  });
  return Promise.race([ask(deadline), cutOff]);
}

const notInTime = 'It keeps records of releases, and did not answer in time.';

/** There is no release to write a record beside: where that can be asked, its settings and the place are. */
async function probe(
  { clock, withinMs }: TestRoutesDependencies,
  notifier: Notifier,
  { to }: Sample,
  signal: AbortSignal,
): Promise<Omit<RouteTest, 'place'>> {
  if (!notifier.probe)
    return { arrived: null, words: 'It keeps records of releases: there is nothing to send.' };
  try {
    const fault = await withDeadline(clock, withinMs, signal, (deadline) =>
      orCutOff(async (inTime) => notifier.probe?.(to, inTime) ?? null, deadline),
    );
    if (fault === 'unknown') return { arrived: null, words: notInTime };
    if (fault) {
      const { reason, advice } = boundedFault(fault);
      return { arrived: false, words: `${reason} ${advice}` };
    }
    return { arrived: null, words: 'It keeps records of releases: its settings work, nothing was sent.' };
  } catch {
    return { arrived: null, words: notInTime };
  }
}
