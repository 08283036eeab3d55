import type { Standing } from '@lastgood/api-client';

const isNotAlone: ReadonlySet<Standing['state']> = new Set([
  'deploying',
  'rolling_back',
  'stopped',
  'failed',
]);

/** What is said before the newest release of a service: one that is not brought out wholly does not serve yet, or not alone. */
export function servingWord(state: Standing['state']): 'Served last' | 'Newest' | 'Serving now' {
  if (state === 'gone') return 'Served last';
  return isNotAlone.has(state) ? 'Newest' : 'Serving now';
}
