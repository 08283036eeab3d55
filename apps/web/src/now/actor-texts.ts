import type { FleetStanding, FleetStandingActorsItem } from '@lastgood/api-client';
import { nextText } from '../standing/next-words.tsx';
import { clockSeconds } from '../time/moment.ts';

const names = { you: 'You', lastgood: 'Lastgood', nobody: 'Nobody' } satisfies Record<
  FleetStandingActorsItem['actor'],
  string
>;

interface Texts {
  first: string;
  others: string[];
}

/** The headline in two lines, at an instant: who acts next, and who else has something. The server ranks them. */
export function actorTexts({ title, actors }: Pick<FleetStanding, 'title' | 'actors'>, now: number): Texts {
  const [first, ...others] = actors;
  if (!first || (others.length === 0 && first.actor === 'nobody')) return { first: title, others: [] };
  const told = ({ actor, text, next, more }: FleetStandingActorsItem) =>
    `${names[actor]}: ${[text, next && nextText(next, now), more].filter(Boolean).join(', ')}`;
  return { first: told(first), others: others.map(told) };
}

/** The headline when nobody has answered since then: how it stood is no news of how it stands. */
export function unseenTexts({ first, others }: Texts, since: number): Texts {
  return { first: `Unknown since ${clockSeconds(since)}`, others: [`Last seen: ${first}`, ...others] };
}
