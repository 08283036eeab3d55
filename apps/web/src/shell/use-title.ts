import { useEffect } from 'react';

/** The tab says what the page shows. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Lastgood`;
  }, [title]);
}
