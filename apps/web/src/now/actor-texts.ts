import type { FleetStanding, FleetStandingActorsItem } from '@lastgood/api-client';
import { nextText } from '../standing/next-words.tsx';

const names = { you: 'You', lastgood: 'Lastgood', nobody: 'Nobody' } satisfies Record<
  FleetStandingActorsItem['actor'],
  string
>;

/** The headline in two lines, at an instant: who acts next, and who else has something. The server ranks them. */
export function actorTexts(
  { title, actors }: Pick<FleetStanding, 'title' | 'actors'>,
  now: number,
): { first: string; others: string[] } {
  const [first, ...others] = actors;
  if (!first || (others.length === 0 && first.actor === 'nobody')) return { first: title, others: [] };
  const told = ({ actor, text, next, more }: FleetStandingActorsItem) =>
    `${names[actor]}: ${[text, next && nextText(next, now), more].filter(Boolean).join(', ')}`;
  return { first: told(first), others: others.map(told) };
}
