import { failingGroups } from './failing-groups.ts';
import { shortName } from './next-act.ts';
import { meanings, words } from './service-standing.ts';
import {
  type Actor,
  type FailingGroup,
  type FleetActor,
  type FleetStanding,
  type Meaning,
  type Standing,
  type StandingState,
  standingStates,
} from './standing.ts';
import type { StandingService } from './standing-service.ts';

const actorsInOrder: readonly Actor[] = ['you', 'lastgood', 'nobody'];
const called: Record<Actor, string> = { you: 'You', lastgood: 'Lastgood', nobody: 'nobody' };

/** How the fleet stands: whether a person is needed comes first, and every service is counted once. */
export function fleetStanding(services: readonly StandingService[]): FleetStanding {
  const ranked = services.map(({ standing }) => standing).sort(worstFirst);
  const groups = failingGroups(services);
  const said = actorsInOrder.flatMap((actor) => {
    const its = ranked.filter((one) => one.actor === actor);
    return its.length === 0 ? [] : [sayOf(actor, its, groups)];
  });
  return {
    meaning: meaningOf(ranked),
    title: titleOf(ranked, said),
    actors: said.map(({ entry }) => entry),
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

function titleOf([worst]: readonly Standing[], said: readonly Said[]): string {
  if (!worst) return 'No service is declared yet';
  if (said.length === 1 && worst.actor === 'nobody')
    return worst.state === 'quiet' ? 'All quiet' : `Nothing to do: ${said[0]?.short}`;
  return said.map(({ entry: { actor }, short }) => `${called[actor]}: ${short}`).join(' · ');
}

interface Said {
  entry: FleetActor;
  /** Without what time alone makes untrue. */
  short: string;
}

function sayOf(actor: Actor, its: readonly Standing[], groups: readonly FailingGroup[]): Said {
  const [first] = its;
  const count = its.length;
  const whole = (text: string): Said => ({
    entry: { actor, count, text, next: null, more: null },
    short: text,
  });
  if (actor === 'nobody' || !first) return whole(byState(its));
  const group = groups.find(({ services }) => services.includes(first.service));
  const mine = group ? its.filter(({ service }) => group.services.includes(service)) : [];
  const isGroup = group !== undefined && mine.length > 1;
  const others = count - (isGroup ? mine.length : 1);
  const more = others > 0 ? `and ${others} more` : null;
  const withMore = (text: string) => (more === null ? text : `${text}, ${more}`);
  if (isGroup) {
    const text = `${mine.length} services, ${causeWords(group)}`;
    return { entry: { actor, count, text, next: null, more }, short: withMore(text) };
  }
  const name = shortName(first.service);
  const short = `${name} ${first.word.toLowerCase()}`;
  const text = actor === 'you' ? short : name;
  return { entry: { actor, count, text, next: first.next, more }, short: withMore(short) };
}

function causeWords({ cause: { kind, name } }: FailingGroup): string {
  switch (kind) {
    case 'cluster':
      return `cluster ${name} does not answer`;
    case 'source':
      return `${name} does not answer`;
    case 'deploy':
      return `all deployed at ${name}`;
    case 'dependency':
      return `common cause ${name}`;
  }
}

function byState(its: readonly Standing[]): string {
  return countsOf(its)
    .map(({ text }) => text)
    .join(', ');
}

function countsOf(ranked: readonly Standing[]): FleetStanding['counts'] {
  return standingStates.flatMap((state: StandingState) => {
    const count = ranked.filter((one) => one.state === state).length;
    const text = `${count} ${words[state].toLowerCase()}`;
    return count === 0 ? [] : [{ state, meaning: meanings[state], count, text }];
  });
}
