import { describeBreach } from '../decision/sentence.ts';
import { acknowledgementInForce } from '../deployment/acknowledgement.ts';
import { formatMoment, formatSpan } from '../trigger/format.ts';
import { waitsForPod } from '../trigger/not-known-yet.ts';
import { severityRank } from '../trigger/trigger.ts';
import { type Breach, breachLead, nameOf, recordedBreach, worstBreach } from './breach.ts';
import { deciding, type HowRead, howRead, readAtOf, staleAfterSlots } from './how-read.ts';
import type { KnownService, Moment } from './known-service.ts';
import { nextActOf } from './next-act.ts';
import { withPutBack } from './put-back-standing.ts';
import type { Actor, Meaning, NextAct, Standing, StandingState } from './standing.ts';

/** How one service stands. Pure: every place that speaks of a service says what this says. */
export function standingOf(known: KnownService, moment: Moment): Standing {
  const read = howRead(known, moment);
  const worst = worstBreach(known);
  const state = stateOf(known, read, worst, moment);
  const ahead = worst && !known.activeRun ? nextActOf(known, worst) : null;
  const next = ahead?.next ?? otherNext(known, state, read, moment);
  const restraints = [...(ahead?.restraints ?? []), ...blindness(known, state, read, worst)];
  const shown = state === 'stopped' ? worst : (ahead?.first ?? worst);
  const lead = leadOf(known, state, read, shown, moment.now);
  const plain = {
    service: known.service.key,
    state,
    meaning: meanings[state],
    word: words[state],
    lead,
    since: sinceOf(known, state, ahead?.first ?? worst),
    next,
    restraints,
    actor: state === 'pending' || state === 'firing' ? (ahead?.actor ?? 'you') : actors[state],
    readAt: readAtOf(deciding(known.triggers)),
  };
  const said = withPutBack(plain, known);
  return { ...said, sentence: sentenceOf(said, moment.now) };
}

export const meanings: Record<StandingState, Meaning> = {
  stopped: 'act',
  firing: 'act',
  rolling_back: 'act',
  pending: 'watch',
  failed: 'act',
  unseen: 'unknown',
  gone: 'unknown',
  acknowledged: 'watch',
  starting: 'unknown',
  deploying: 'watch',
  watched: 'quiet',
  recorded: 'quiet',
  quiet: 'quiet',
  past: 'quiet',
};

export const words: Record<StandingState, string> = {
  stopped: 'Stopped',
  firing: 'Firing',
  rolling_back: 'Rolling back',
  pending: 'In breach',
  failed: 'Failed to roll out',
  unseen: 'Cannot be seen',
  gone: 'Gone',
  acknowledged: 'Acknowledged',
  starting: 'Starting',
  deploying: 'Deploying',
  watched: 'Watched',
  recorded: 'In recorded breach',
  quiet: 'Quiet',
  past: 'Past',
};

const actors: Record<StandingState, Actor> = {
  stopped: 'you',
  firing: 'you',
  rolling_back: 'lastgood',
  pending: 'lastgood',
  failed: 'you',
  unseen: 'you',
  gone: 'you',
  acknowledged: 'nobody',
  starting: 'nobody',
  deploying: 'nobody',
  watched: 'nobody',
  recorded: 'nobody',
  quiet: 'nobody',
  past: 'nobody',
};

function stateOf(known: KnownService, read: HowRead, worst: Breach | null, moment: Moment): StandingState {
  const plain = plainState(known, read, worst, moment);
  return acknowledgeable.has(plain) && isAcknowledged(known, moment.now) ? 'acknowledged' : plain;
}

const acknowledgeable: ReadonlySet<StandingState> = new Set(['firing']);

/** What acts by itself is not covered by somebody's having taken note. */
function isAcknowledged({ acknowledgement, triggers, foresight }: KnownService, now: number): boolean {
  if (acknowledgementInForce(acknowledgement, triggers, now) === null) return false;
  return !foresight?.news.some(({ verdict }) => verdict === 'roll_back');
}

/** Where nobody has looked for so long, nothing begins. */
function isLongUnlooked({ declaredAt }: KnownService, moment: Moment): boolean {
  const { now, readingSince, intervalMs, standingMs } = moment;
  const since = Math.max(declaredAt ?? 0, readingSince ?? 0);
  return since > 0 && Math.abs(now - since) > staleAfterSlots * Math.max(intervalMs, standingMs);
}

function plainState(known: KnownService, read: HowRead, worst: Breach | null, moment: Moment): StandingState {
  const { release, followed, outages } = known;
  if (known.activeRun) return 'rolling_back';
  if (known.stoppedRunId !== null) return 'stopped';
  if (worst) return worst.state.phase === 'firing' ? 'firing' : 'pending';
  if (release?.status === 'failed') return 'failed';
  if (followed?.kind === 'gone') return 'gone';
  if (outages.length > 0 || followed?.kind === 'unseen') return 'unseen';
  if (!release) return followed || isLongUnlooked(known, moment) ? 'unseen' : 'starting';
  if (read.kind === 'starting') return release.status === 'in_progress' ? 'deploying' : 'starting';
  if (read.kind === 'unread') {
    if (!read.isYoung) return 'unseen';
    return release.status === 'in_progress' ? 'deploying' : 'starting';
  }
  if (release.status === 'in_progress') return 'deploying';
  if (release.watchClosedAt === null) return 'watched';
  return recordedBreach(known) ? 'recorded' : 'quiet';
}

function otherNext(
  known: KnownService,
  state: StandingState,
  read: HowRead,
  { now }: Moment,
): NextAct | null {
  switch (state) {
    case 'rolling_back': {
      const expectedAt = known.activeRun?.expectedAt ?? null;
      // What it waits for, or proves itself by, may be what does not answer.
      if (known.outages.length > 0) return { words: 'may take longer than expected', at: null };
      if (expectedAt === null) return null;
      return expectedAt > now
        ? { words: 'back', at: expectedAt }
        : { words: 'takes longer than expected', at: null };
    }
    case 'starting':
    case 'deploying':
      return read.kind === 'starting' ? { words: 'first reading', at: read.firstAt } : null;
    case 'watched': {
      const endsAt = known.release?.watchEndsAt ?? null;
      return endsAt !== null && endsAt > now ? { words: 'its watch ends', at: endsAt } : null;
    }
    case 'acknowledged': {
      const until = known.acknowledgement?.until ?? null;
      return until === null ? null : { words: 'calls again', at: until };
    }
    case 'firing':
      return suggestionOf(known);
    default:
      return null;
  }
}

/** What fires and is said already to be taken back by a person goes on to say so. */
function suggestionOf({ foresight, target }: KnownService): NextAct | null {
  if (foresight?.next?.verdict !== 'suggest') return null;
  const words = target ? `a rollback to ${nameOf(target)} is suggested` : 'there is nothing to go back to';
  return { words, at: null };
}

/** What is wrong and cannot be seen besides. */
function blindness(
  { outages, followed }: KnownService,
  state: StandingState,
  read: HowRead,
  worst: Breach | null,
): string[] {
  if (state === 'rolling_back') return outages.map(({ text }) => text);
  if (!worst) return [];
  const unseen = followed?.kind === 'unseen' ? followed.reasons : [];
  const blind = [...outages.map(({ text }) => text), ...unseen];
  return blind.length > 0 ? blind : read.kind === 'unread' ? [read.reason] : [];
}

function leadOf(
  known: KnownService,
  state: StandingState,
  read: HowRead,
  breach: Breach | null,
  now: number,
): string {
  const { release, followed, outages, acknowledgement } = known;
  const name = release ? nameOf(release) : 'no release';
  switch (state) {
    case 'stopped':
      return `a rollback stopped and needs a person; ${readAtStop(known, read, breach)}`;
    case 'rolling_back':
      return known.target ? `back to ${nameOf(known.target)}` : 'a rollback is under way';
    case 'acknowledged': {
      const what = breach ? breachLead(breach) : '';
      const note = acknowledgement?.note ? `: ${acknowledgement.note}` : '';
      return `${what}; acknowledged by ${acknowledgement?.by}${note}`;
    }
    case 'firing':
    case 'pending':
      return breach ? breachLead(breach) : '';
    case 'failed':
      return `${name} failed to roll out${release?.doubt ? `: ${release.doubt}` : ''}`;
    case 'gone':
      return followed?.kind === 'gone'
        ? `none of its workloads is in its cluster since ${formatMoment(followed.since, now)}`
        : 'none of its workloads is in its cluster';
    case 'unseen':
      if (!release && !followed && outages.length === 0) return 'it was never looked at in its cluster';
      return outages[0]?.text ?? blindLead(known, read, now);
    case 'starting':
      if (!release) return 'not looked at in its cluster yet';
      return read.kind === 'unread' ? `${name} ${read.reason}` : '';
    case 'past':
      return '';
    case 'deploying': {
      const waits = read.kind === 'unread' && read.reason === waitsForPod ? `, ${waitsForPod}` : '';
      return `${name} is being deployed${waits}`;
    }
    case 'watched':
    case 'recorded':
    case 'quiet': {
      const recorded = recordedBreach(known);
      return recorded ? `${breachLead(recorded)}, only recorded` : '';
    }
  }
}

/** What serves where a rollback stopped: its breach, else the number of the trigger that matters most, else why nobody knows. */
function readAtStop({ triggers }: KnownService, read: HowRead, breach: Breach | null): string {
  if (breach) return breachLead(breach);
  if (triggers.length > 0 && deciding(triggers).every(({ state }) => state?.lastSlot == null))
    return 'what serves is not read yet';
  if (read.kind !== 'read') return read.kind === 'unread' ? read.reason : 'what serves is not read yet';
  // That one answers no number is said, too, where none does.
  const hasNumber = ({ state }: KnownService['triggers'][number]) => Number(state?.reading?.kind === 'value');
  const [worst] = deciding(triggers)
    .filter(({ state }) => state?.reading)
    .sort(
      (a, b) =>
        hasNumber(b) - hasNumber(a) || severityRank[b.trigger.severity] - severityRank[a.trigger.severity],
    );
  return worst?.state
    ? `${worst.trigger.name} ${describeBreach(worst.trigger, worst.state)}`
    : 'what serves breaches nothing';
}

function blindLead({ followed }: KnownService, read: HowRead, now: number): string {
  if (followed?.kind === 'unseen' && followed.reasons[0]) return followed.reasons[0];
  if (read.kind !== 'unread') return '';
  const since = read.at === null ? '' : `, last read at ${formatMoment(read.at, now)}`;
  return `${read.reason.replace(/\.$/, '')}${since}`;
}

function sinceOf(known: KnownService, state: StandingState, breach: Breach | null): number | null {
  const { release, followed, acknowledgement } = known;
  switch (state) {
    case 'firing':
    case 'pending':
      return breach ? breach.state.since : null;
    case 'acknowledged':
      return breach?.state.since ?? acknowledgement?.at ?? null;
    case 'gone':
      return followed?.kind === 'gone' ? followed.since : null;
    case 'recorded':
      return recordedBreach(known)?.state.since ?? null;
    case 'deploying':
    case 'watched':
    case 'failed':
      return release?.startedAt ?? null;
    default:
      return null;
  }
}

/** All of it in one sentence: what is wrong, what follows and when, what holds it back. */
function sentenceOf(
  {
    state,
    word,
    lead,
    since,
    next,
    restraints,
  }: Pick<Standing, 'state' | 'word' | 'lead' | 'since' | 'next' | 'restraints'>,
  now: number,
): string {
  const first = lead === '' ? word : `${lead}${stateWords(state, since, now)}`;
  const then = next ? `, ${inTime(next, now)}` : '';
  const because = restraints.length === 0 ? '' : `; ${restraints.join('; ')}`;
  return `${first}${then}${because}`;
}

/** What the lead leaves to the members beside it. */
function stateWords(state: StandingState, since: number | null, now: number): string {
  if (state === 'firing') return ', firing';
  return state === 'pending' && since !== null ? `, since ${formatMoment(since, now)}` : '';
}

function inTime({ words: act, at }: NextAct, now: number): string {
  return at === null ? act : `${act} in ${formatSpan(Math.max(0, at - now))}`;
}
