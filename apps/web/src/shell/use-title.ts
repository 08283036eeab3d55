import { useSystemStatus } from '@lastgood/api-client/queries';
import { useEffect } from 'react';
import { useUnseenSince } from '../live/unseen-since.ts';
import type { Meaning } from '../meaning/meaning.ts';
import { clockSeconds } from '../time/moment.ts';
import { serverClock } from '../time/server-clock.ts';
import { tabIcon } from './tab-icon.ts';

/**
 * The tab says what the page shows, in its words and in the picture of their meaning; a page about nothing that stands well or ill has
 * the picture of the fleet, as far as that is known. While nobody answers it says since when what it shows is old.
 */
export function useTitle(title: string, meaning?: Meaning): void {
  const fleet = useSystemStatus({ query: { enabled: false, select: ({ fleet }) => fleet.meaning } });
  const unseen = useUnseenSince();
  const shown = unseen === null ? (meaning ?? fleet.data) : 'unknown';
  const age = unseen === null ? '' : `Not seen since ${clockSeconds(unseen + serverClock.offsetMs())} · `;
  useEffect(() => {
    document.title = `${age}${title} · Lastgood`;
  }, [age, title]);
  useEffect(() => {
    document
      .querySelector<HTMLLinkElement>('link[rel="icon"]')
      ?.setAttribute('href', shown ? tabIcon(shown) : '/favicon.svg');
  }, [shown]);
}
