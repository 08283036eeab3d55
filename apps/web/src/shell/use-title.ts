import { useNowView } from '@lastgood/api-client/queries';
import { useEffect } from 'react';
import type { Meaning } from '../meaning/meaning.ts';
import { tabIcon } from './tab-icon.ts';

/**
 * The tab says what the page shows, in its words and in the picture of their meaning; a page about nothing that stands well or ill has
 * the picture of the fleet, as far as that is known.
 */
export function useTitle(title: string, meaning?: Meaning): void {
  const fleet = useNowView({ query: { enabled: false, select: (view) => view.fleet.meaning } });
  const shown = meaning ?? fleet.data;
  useEffect(() => {
    document.title = `${title} · Lastgood`;
  }, [title]);
  useEffect(() => {
    document
      .querySelector<HTMLLinkElement>('link[rel="icon"]')
      ?.setAttribute('href', shown ? tabIcon(shown) : '/favicon.svg');
  }, [shown]);
}
