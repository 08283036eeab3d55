import type { FleetStanding } from '@lastgood/api-client';

const names = { you: 'You', lastgood: 'Lastgood', nobody: 'Nobody' } satisfies Record<
  FleetStanding['actors'][number]['actor'],
  string
>;

/** The headline in two lines: who acts next, and who else has something. The server ranks them. */
export function actorTexts({ title, actors }: Pick<FleetStanding, 'title' | 'actors'>): {
  first: string;
  others: string[];
} {
  const [first, ...others] = actors;
  if (!first || (others.length === 0 && first.actor === 'nobody')) return { first: title, others: [] };
  const told = ({ actor, text }: typeof first) => `${names[actor]}: ${text}`;
  return { first: told(first), others: others.map(told) };
}
