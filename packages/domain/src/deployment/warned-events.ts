import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { Deployment } from './deployment.ts';
import { withoutWayBack } from './notice.ts';

/** An event is one line: so many are said in it. */
const mostTold = 3;

/** Beside the event that says that it began: a release that could not be taken back is seen before it has to be. */
export function warnedEvents(
  { id, service, notices }: Pick<Deployment, 'id' | 'service' | 'notices'>,
  at: number,
): NewEvent[] {
  const told = withoutWayBack(notices);
  if (told.length === 0) return [];
  const more = told.length - mostTold;
  const text = [
    ...told.slice(0, mostTold).map(({ words }) => words),
    ...(more > 0 ? [`${more} more are listed with the release.`] : []),
  ].join(' ');
  return [
    eventAbout({ type: 'deployment.warned', at, service, deploymentId: id, text, data: { notices: told } }),
  ];
}
