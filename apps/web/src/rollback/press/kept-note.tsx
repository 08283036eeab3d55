import { useEffect } from 'react';
import { clockTime } from '../../time/duration.ts';
import { useBrowserNow } from '../../time/use-browser-now.ts';

/** How long a press is still kept; leaving the page asks first, for it would be lost. */
export function KeptNote({ why, until }: { why: string; until: number }) {
  const left = Math.max(0, (until - useBrowserNow()) / 1000);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, []);
  return (
    <p>
      {why}. The press is kept for {clockTime(left)} and sent as soon as it answers.
    </p>
  );
}
