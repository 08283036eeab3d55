/**
 * What whoever registers a deployment is told, by code. `no-way-back`: something of the release could not be taken back as
 * things are, until what the words name is declared; `worth-knowing` stops nothing.
 */
export const noticeCodes = {
  'owner-without-way': 'no-way-back',
  'change-without-way': 'no-way-back',
  owned: 'worth-knowing',
  scaled: 'worth-knowing',
  'not-in-stages': 'worth-knowing',
  'registered-late': 'worth-knowing',
  'workload-unread': 'worth-knowing',
  'change-uncaptured': 'worth-knowing',
  'way-back-unread': 'worth-knowing',
  'images-unnamed': 'worth-knowing',
} as const satisfies Record<string, 'no-way-back' | 'worth-knowing'>;

export type NoticeCode = keyof typeof noticeCodes;

/** Kept with the deployment: it is how things stood when it was registered, or detected. */
export interface Notice {
  code: NoticeCode;
  /** One or two sentences: what is so, and what to do. */
  words: string;
}

/** Most that one deployment keeps. */
export const mostNotices = 100;

/** Of those kept, the ones that say that there is no way back. A code that a newer version wrote says nothing here. */
export function withoutWayBack(notices: readonly Notice[]): Notice[] {
  const weights: Partial<Record<string, string>> = noticeCodes;
  return notices.filter(({ code }) => weights[code] === 'no-way-back');
}

/** What cannot be taken back first; each said once. */
export function inOrder(notices: readonly Notice[]): Notice[] {
  const once = [...new Map(notices.map((notice) => [notice.words, notice])).values()];
  const first = withoutWayBack(once);
  return [...first, ...once.filter((notice) => !first.includes(notice))].slice(0, mostNotices);
}
