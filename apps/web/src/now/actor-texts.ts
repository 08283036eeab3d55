import type { FleetStanding } from '@lastgood/api-client';
import { nextText } from '../standing/next-words.tsx';

type FleetActor = FleetStanding['actors'][number];

const names = { you: 'You', lastgood: 'Lastgood', nobody: 'nobody' } satisfies Record<
  FleetActor['actor'],
  string
>;

/**
 * The headline in two lines: who acts next, and who else has something. The server ranks them; what is left of a time is counted
 * here, so that it agrees with the cards below. The tab's title is all of it in one.
 */
export function actorTexts(
  { title, actors }: Pick<FleetStanding, 'title' | 'actors'>,
  now: number,
): { first: string; others: string[]; title: string } {
  const [first, ...others] = actors.map((each) => told(each, now));
  if (first === undefined || (others.length === 0 && actors[0]?.actor === 'nobody'))
    return { first: title, others: [], title };
  return {
    first,
    others: others.map((text) => text.replace(/^nobody/, 'Nobody')),
    title: [first, ...others].join(' · '),
  };
}

function told({ actor, lead, next, rest }: FleetActor, now: number): string {
  return `${names[actor]}: ${lead}${next ? `, ${nextText(next, now)}` : ''}${rest}`;
}
