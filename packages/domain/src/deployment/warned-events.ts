import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { Deployment } from './deployment.ts';
import { type Notice, withoutWayBack } from './notice.ts';
import { releaseName } from './release-words.ts';

/** An event is one line: so many are said in it. */
const mostTold = 3;

/** Beside the event that says that it began: a release that could not be taken back is seen before it has to be. */
export function warnedEvents(
  { id, service, notices }: Pick<Deployment, 'id' | 'service' | 'notices'>,
  at: number,
): NewEvent[] {
  const told = withoutWayBack(notices);
  if (told.length === 0) return [];
  const text = listed(told);
  return [
    eventAbout({ type: 'deployment.warned', at, service, deploymentId: id, text, data: { notices: told } }),
  ];
}

/**
 * What is said otherwise of a release's way back once it was judged anew, as when its service was declared again: that something of it
 * cannot be taken back any more is a warning, all else is one line. None where the same is said.
 */
export function renewedEvents(
  latest: Pick<Deployment, 'id' | 'service' | 'release' | 'version' | 'origin' | 'notices'>,
  notices: readonly Notice[],
  at: number,
): NewEvent[] {
  const isIn = (list: readonly Notice[]) => (one: Notice) => list.some(({ words }) => words === one.words);
  const added = notices.filter((one) => !isIn(latest.notices)(one));
  const ended = latest.notices.filter((one) => !isIn(notices)(one));
  const warned = warnedEvents({ ...latest, notices: added }, at);
  const besides = added.filter((one) => !isIn(withoutWayBack(added))(one));
  if (besides.length + ended.length === 0) return warned;
  const { id, service } = latest;
  const text = [
    `The way back of ${releaseName(latest)} was judged anew.`,
    ...(besides.length > 0 ? [`Said now: ${listed(besides)}`] : []),
    ...(ended.length > 0 ? [`Said no longer: ${listed(ended)}`] : []),
  ].join(' ');
  const data = { notices: besides, ended };
  return [
    ...warned,
    eventAbout({ type: 'deployment.judged-anew', at, service, deploymentId: id, text, data }),
  ];
}

function listed(told: readonly Notice[]): string {
  const more = told.length - mostTold;
  return [
    ...told.slice(0, mostTold).map(({ words }) => words),
    ...(more > 0 ? [`${more} more are listed with the release.`] : []),
  ].join(' ');
}
