import { formatDuration } from '../trigger/format.ts';
import { failingGroups } from './failing-groups.ts';
import type { KnownService } from './known-service.ts';
import { shortName } from './next-act.ts';
import { meanings, words } from './service-standing.ts';
import {
  type Actor,
  type FailingGroup,
  type FleetActor,
  type FleetStanding,
  type Meaning,
  type NextAct,
  type Standing,
  type StandingState,
  standingStates,
} from './standing.ts';

/** A service with how it stands. */
export interface StandingService {
  known: KnownService;
  standing: Standing;
}

const actorsInOrder: readonly Actor[] = ['you', 'lastgood', 'nobody'];
const called: Record<Actor, string> = { you: 'You', lastgood: 'Lastgood', nobody: 'nobody' };

/** How the fleet stands: whether a person is needed comes first, and every service is counted once. */
export function fleetStanding(services: readonly StandingService[], now: number): FleetStanding {
  const ranked = services.map(({ standing }) => standing).sort(worstFirst);
  const groups = failingGroups(services);
  const actors = actorsInOrder.flatMap((actor) => {
    const its = ranked.filter((one) => one.actor === actor);
    if (its.length === 0) return [];
    const said = partsOf(actor, its, groups);
    const text = `${said.lead}${soon(said.next, now)}${said.rest}`;
    return [{ actor, count: its.length, text, ...said }];
  });
  return {
    meaning: meaningOf(ranked),
    title: titleOf(ranked, actors),
    actors,
    counts: countsOf(ranked),
    groups,
  };
}

const stateRank = new Map(standingStates.map((state, index) => [state, index]));

/** Who needs a person first, then by state, then what acts first, then the longest. */
export function worstFirst(a: Standing, b: Standing): number {
  return (
    actorsInOrder.indexOf(a.actor) - actorsInOrder.indexOf(b.actor) ||
    (stateRank.get(a.state) ?? 0) - (stateRank.get(b.state) ?? 0) ||
    (a.next?.at ?? Number.MAX_SAFE_INTEGER) - (b.next?.at ?? Number.MAX_SAFE_INTEGER) ||
    (a.since ?? Number.MAX_SAFE_INTEGER) - (b.since ?? Number.MAX_SAFE_INTEGER) ||
    (a.service < b.service ? -1 : a.service > b.service ? 1 : 0)
  );
}

function meaningOf([worst]: readonly Standing[]): Meaning {
  return worst?.meaning ?? 'quiet';
}

function titleOf([worst]: readonly Standing[], actors: FleetStanding['actors']): string {
  if (!worst) return 'No service is declared yet';
  if (actors.length === 1 && worst.actor === 'nobody')
    return worst.state === 'quiet' ? 'All quiet' : `Nothing to do: ${actors[0]?.text}`;
  return actors.map(({ actor, text }) => `${called[actor]}: ${text}`).join(' · ');
}

function partsOf(
  actor: Actor,
  its: readonly Standing[],
  groups: readonly FailingGroup[],
): Pick<FleetActor, 'lead' | 'next' | 'rest'> {
  const [first] = its;
  if (actor === 'nobody' || !first) return { lead: byState(its), next: null, rest: '' };
  const group = groups.find(({ services }) => services.includes(first.service));
  const mine = group ? its.filter(({ service }) => group.services.includes(service)) : [];
  if (group && mine.length > 1) {
    const others = its.length - mine.length;
    return { lead: `${counted(mine.length)}, ${causeWords(group)}`, next: null, rest: more(others) };
  }
  const lead = `${shortName(first.service)}${actor === 'you' ? ` ${first.word.toLowerCase()}` : ''}`;
  return { lead, next: first.state === 'acknowledged' ? null : first.next, rest: more(its.length - 1) };
}

function causeWords({ cause }: FailingGroup): string {
  return cause.kind === 'cluster' || cause.kind === 'source'
    ? `${cause.kind === 'cluster' ? 'cluster ' : ''}${cause.name} does not answer`
    : `common cause ${cause.name}`;
}

function more(others: number): string {
  return others > 0 ? `, and ${others} more` : '';
}

function soon(next: NextAct | null, now: number): string {
  if (!next) return '';
  if (next.at === null) return `, ${next.words}`;
  const left = next.at - now;
  return left < 60_000
    ? `, ${next.words} in about ${Math.max(1, Math.floor(left / 1000))} s`
    : `, ${next.words} in about ${formatDuration(left)}`;
}

function byState(its: readonly Standing[]): string {
  return standingStates
    .flatMap((state) => {
      const count = its.filter((one) => one.state === state).length;
      return count === 0 ? [] : [`${count} ${words[state].toLowerCase()}`];
    })
    .join(', ');
}

function countsOf(ranked: readonly Standing[]): FleetStanding['counts'] {
  return standingStates.flatMap((state: StandingState) => {
    const count = ranked.filter((one) => one.state === state).length;
    const text = `${count} ${words[state].toLowerCase()}`;
    return count === 0 ? [] : [{ state, meaning: meanings[state], count, text }];
  });
}

function counted(services: number): string {
  return services === 1 ? '1 service' : `${services} services`;
}
