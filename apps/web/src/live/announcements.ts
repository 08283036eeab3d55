import type { LiveChanged } from '@lastgood/api-client';

export interface Announcement {
  /** Grows by one with every announcement, so that the same words twice are two announcements. */
  ordinal: number;
  change: LiveChanged;
}

/** What the live line said last, for the screen's live regions and for whoever shows it. */
export interface Announcements {
  say: (change: LiveChanged) => void;
  latest: () => Announcement | null;
  subscribe: (listener: () => void) => () => void;
}

export function createAnnouncements(): Announcements {
  let last: Announcement | null = null;
  const listeners = new Set<() => void>();
  return {
    say(change) {
      if (!change.text || change.urgency === 'quiet') return;
      last = { ordinal: (last?.ordinal ?? 0) + 1, change };
      for (const listener of listeners) listener();
    },
    latest: () => last,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
