import {
  boundedDelivery,
  boundedFault,
  type Delivery,
  messageOf,
  type Notification,
  type Notifier,
  type Outgoing,
  type SampleIncident,
  type SampleOf,
  sampleIncident,
  type TestedPlace,
  withFullStop,
} from '@lastgood/domain';
import { type Clock, withCutOff } from './clock.ts';

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
  /** Null where nothing is sent as a test, and where no answer tells. */
  arrived: boolean | null;
  /** Its receiver took what was sent. */
  accepted: boolean;
  /** What is known to have arrived or to have been taken, or why it was not: a sentence. */
  words: string;
}

/** Sends a sample to each place, to all of them at once, and says what arrived; nothing of it is stored. */
export function testRoutes(
  deps: TestRoutesDependencies,
  places: readonly TestedPlace[],
  service: SampleOf,
  signal: AbortSignal,
): Promise<RouteTest[]> {
  const [id, at] = [deps.newId(), deps.clock.now()];
  return Promise.all(
    places.map(async (place) => {
      const notifier = deps.notifiers.find(({ name }) => name === place.notifier);
      if (!notifier) {
        const words = `No notifier named ${place.notifier} is configured any more.`;
        return { place, arrived: false, accepted: false, words };
      }
      const isPeople = notifier.hears !== 'records' && !place.onlyRecords;
      if (!isPeople) return { place, ...(await probe(deps, notifier, place, signal)) };
      const { to, noPages = false } = place;
      const sample = sampleIncident(service, id, at, noPages);
      const said = await send(deps, notifier, { to, sample }, signal);
      return { place, ...said, words: noPages ? `${said.words} ${quietly}` : said.words };
    }),
  );
}

const quietly = 'By its routes no page goes there, so that none was sent.';

type NotDelivered = Exclude<Delivery, { kind: 'delivered' }>;

interface Sample {
  to: string | null;
  sample: SampleIncident;
}

/** As often the end is sent: what the beginning has opened must not stay open for a receiver that was busy for a moment. */
const endTries = 3;
const endPauseMs = 1_000;

/** The beginning and the end of an incident, one after the other. */
async function send(
  deps: TestRoutesDependencies,
  notifier: Notifier,
  { to, sample }: Sample,
  signal: AbortSignal,
): Promise<Omit<RouteTest, 'place'>> {
  const began = deps.clock.now();
  const deliver: Deliver = (notification, over = {}) => {
    const message = messageOf(notification, deps.publicUrl);
    const outgoing = { notification, message, to, earlier: null, ...over };
    return attempt(deps, (deadline) => notifier.deliver(outgoing, deadline), signal);
  };
  const first = await deliver(sample.begins);
  // What was refused is not there; what got no answer may be.
  if (first.kind === 'refused') return lost(first);
  const known = first.kind === 'delivered' ? { earlier: first.receipt ?? null } : { passed: [sample.begins] };
  const end = await endOf(deps, (over) => deliver(sample.ends, { ...known, ...over }), signal);
  if (first.kind === 'retry') return unanswered(first, end, notifier);
  if (end.kind !== 'delivered') {
    const { words } = lost(end);
    const opened =
      'The first message was taken, the second was not: what the test opened there may be open still, so close it.';
    return { arrived: false, accepted: false, words: `${opened} ${words}` };
  }
  const missed = first.missed ?? end.missed ?? [];
  if (missed.length > 0) {
    const who = missed.map(({ to: one, reason }) => `${one} (${reason.replace(/\.$/, '')})`).join(', ');
    return { arrived: false, accepted: false, words: `It did not reach ${who}; the others have it.` };
  }
  const inTime = `in ${Math.round(deps.clock.now() - began)} ms`;
  const doubt = first.doubt ?? end.doubt;
  if (doubt !== undefined)
    return {
      arrived: null,
      accepted: true,
      words: `2 messages were accepted, ${inTime}. ${doubt} Look whether they arrived.`,
    };
  const { handsOverTo: taker } = notifier;
  if (taker === undefined) return { arrived: true, accepted: true, words: `2 messages arrived, ${inTime}.` };
  const words = `2 messages were accepted by ${taker}, ${inTime}. Whom it tells, and when, is its own to say: look whether they arrive.`;
  return { arrived: null, accepted: true, words };
}

type Deliver = (
  notification: Notification,
  over?: Pick<Partial<Outgoing>, 'earlier' | 'passed' | 'again'>,
) => Promise<Delivery>;

async function endOf(
  { clock }: TestRoutesDependencies,
  deliver: (over: { again?: true }) => Promise<Delivery>,
  signal: AbortSignal,
): Promise<Delivery> {
  let end = await deliver({});
  for (let tried = 1; end.kind === 'retry' && tried < endTries && !signal.aborted; tried += 1) {
    await clock.sleep(endPauseMs, signal);
    end = await deliver({ again: true });
  }
  return end;
}

/** What began is not known to be there, and may be. */
function unanswered(first: NotDelivered, end: Delivery, notifier: Notifier) {
  const all = lost(first);
  return { ...all, words: `${all.words} ${whatMayStand(end, notifier)}` };
}

function whatMayStand(end: Delivery, { closesUnanswered }: Notifier): string {
  const isEnded = end.kind === 'delivered';
  if (closesUnanswered) {
    const may = 'The first message may have arrived all the same';
    return isEnded ? `${may}; it was closed.` : `${may}, and be open still: look there, and close it.`;
  }
  const beside = isEnded ? ', beside its end, which arrived' : '';
  return `Nothing tells whether the first message arrived all the same: it may stand there unended${beside}.`;
}

function lost({ kind, reason }: NotDelivered) {
  const how = kind === 'refused' ? 'It was refused' : 'It could not be sent';
  return { arrived: false, accepted: false, words: withFullStop(`${how}: ${reason}`) };
}

async function attempt(
  { clock, withinMs }: TestRoutesDependencies,
  deliver: (signal: AbortSignal) => Promise<Delivery>,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    return boundedDelivery(await withCutOff(clock, withinMs, signal, deliver));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'retry', reason, afterMs: null };
  }
}

/** There is no release to write a record beside: where that can be asked, its settings and the place are. */
async function probe(
  { clock, withinMs }: TestRoutesDependencies,
  notifier: Notifier,
  { to }: TestedPlace,
  signal: AbortSignal,
): Promise<Omit<RouteTest, 'place'>> {
  const what =
    notifier.hears === 'records'
      ? 'It keeps records of releases'
      : 'By its routes only records of releases go there';
  const untold = (rest: string) => ({ arrived: null, accepted: false, words: `${what}${rest}` });
  if (!notifier.probe) return untold(': there is nothing to send.');
  try {
    const fault = await withCutOff(clock, withinMs, signal, async (deadline) =>
      notifier.probe?.(to, deadline),
    );
    if (fault === 'unknown') return untold(', and it did not answer in time.');
    if (!fault) return untold(': its settings work, nothing was sent.');
    const { reason, advice } = boundedFault(fault);
    return { arrived: false, accepted: false, words: `${reason} ${advice}` };
  } catch {
    return untold(', and it did not answer in time.');
  }
}
