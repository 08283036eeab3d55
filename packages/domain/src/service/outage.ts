import type { ServiceKey } from './service.ts';

/** The kinds of outside systems a service depends on through Lastgood. */
export type OutsideKind = 'postgres' | 'metrics' | 'cluster' | 'signals' | 'notifier';

/** An outside system by the name the configuration gives it. */
export interface OutsideSystem {
  kind: OutsideKind;
  name: string;
  /** Of a notifier that takes nothing at some of its places: those, as people name them. */
  places?: readonly string[];
}

/** What of Lastgood's surroundings one declared service needs. */
export interface ServiceUses {
  key: ServiceKey;
  name: string;
  cluster: string;
  /** The metric source that measures its cluster; null when none is configured for it. */
  metricSource: string | null;
  /** Whoever tells of the alerts that its triggers ask for. */
  signals: readonly string[];
  /** The notifiers that are told of it, or would be in another one's stead. */
  notifiers: readonly string[];
  /** Where at them, as people name such places: "chat (#ops)". */
  places: readonly string[];
  /** Its newest deployment is being watched. */
  watched: boolean;
}

/** What the outage of one outside system means for which services. */
export interface OutageImpact {
  /** Keys, those whose deployment is watched first, then by name. */
  services: ServiceKey[];
  /** How many of them have a watched deployment. */
  watched: number;
  /** What cannot be done for them: "61 services cannot be judged: checkout, search and 59 more. 4 of them are watched." */
  sentence: string;
  /** What waits, and what works all the same. */
  meanwhile: string;
}

/** More names than this nobody reads in a line. */
const named = 5;

const uses: Record<OutsideKind, (service: ServiceUses, system: Omit<OutsideSystem, 'kind'>) => boolean> = {
  postgres: () => true,
  metrics: ({ metricSource }, { name }) => metricSource === name,
  cluster: ({ cluster }, { name }) => cluster === name,
  signals: ({ signals }, { name }) => signals.includes(name),
  notifier: ({ notifiers, places }, { name, places: only }) =>
    only ? places.some((one) => only.includes(one)) : notifiers.includes(name),
};

/** What cannot be done for these services, before their names. */
const lacks: Record<OutsideKind, (services: string, places?: readonly string[]) => string> = {
  postgres: (services) => `${services} cannot be judged or changed`,
  metrics: (services) => `${services} cannot be judged`,
  cluster: (services) => `${services} cannot be seen or rolled back`,
  signals: (services) => `${services} cannot be judged by alerts`,
  notifier: (services, places) =>
    `What happens to ${services} is not told ${places ? `at ${places.join(' and ')}` : 'there'}`,
};

const meanwhiles: Record<Exclude<OutsideKind, 'metrics'>, string> = {
  postgres: 'Nothing is evaluated and nothing is rolled back until it takes rows again.',
  cluster:
    'New deployments there are not noticed and rollbacks there wait for it; other clusters are not affected.',
  signals:
    'Their triggers on alerts keep the state they had and none of them can fire; other triggers and the button work.',
  notifier:
    'What waits is tried again, for an hour where it is refused and for a day where nobody answers; pages go to their fallback within minutes. Rollbacks go on without it.',
};

/** The services that depend on an outside system, in the order in which a person on call wants to read them. */
export function servicesUsing(
  { kind, ...system }: OutsideSystem,
  services: readonly ServiceUses[],
): ServiceUses[] {
  return services
    .filter((service) => uses[kind](service, system))
    .toSorted((a, b) => Number(b.watched) - Number(a.watched) || (a.key < b.key ? -1 : 1));
}

/**
 * Says for which of the declared services an outage matters, and what it means for them. `away` is everything that does not answer
 * now: what one outage leaves working, another may not.
 */
export function outageImpact(
  system: OutsideSystem,
  services: readonly ServiceUses[],
  away: readonly OutsideSystem[] = [],
): OutageImpact {
  const affected = servicesUsing(system, services);
  const watched = affected.filter((service) => service.watched).length;
  return {
    services: affected.map(({ key }) => key),
    watched,
    sentence: sentenceOf(system, affected, watched),
    meanwhile: meanwhileOf(system.kind, affected, away),
  };
}

function meanwhileOf(
  kind: OutsideKind,
  affected: readonly ServiceUses[],
  away: readonly OutsideSystem[],
): string {
  if (affected.length === 0) return 'Nothing waits for it.';
  if (kind !== 'metrics') return meanwhiles[kind];
  const waits = 'Their triggers keep the state they had and none of them can fire: automatic rollbacks wait';
  const needed = new Set(affected.map(({ cluster }) => cluster));
  const dead = away.filter((one) => one.kind === 'cluster' && needed.has(one.name)).map(({ name }) => name);
  if (dead.length === 0) return `${waits}, the button works.`;
  const where = `${dead.length === 1 ? 'cluster' : 'clusters'} ${dead.join(', ')}`;
  return dead.length === needed.size
    ? `${waits}, and the button cannot work without ${where}.`
    : `${waits}, the button works except in ${where}.`;
}

function sentenceOf(
  { kind, places }: OutsideSystem,
  affected: readonly ServiceUses[],
  watched: number,
): string {
  if (affected.length === 0) return 'No declared service needs it.';
  return `${lacks[kind](count(affected.length), places)}: ${namesOf(affected)}.${watchedWords(affected.length, watched)}`;
}

function watchedWords(affected: number, watched: number): string {
  if (watched === 0) return '';
  if (watched === affected) return affected === 1 ? ' It is watched now.' : ' All of them are watched now.';
  return ` ${watched} of them ${watched === 1 ? 'is' : 'are'} watched now.`;
}

const count = (services: number): string => `${services} ${services === 1 ? 'service' : 'services'}`;

function namesOf(affected: readonly ServiceUses[]): string {
  const shown = affected
    .slice(0, affected.length <= named + 1 ? affected.length : named)
    .map(({ name }) => name);
  const more = affected.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
