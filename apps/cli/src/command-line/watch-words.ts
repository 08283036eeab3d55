import type { Deployment } from '@lastgood/api-client';

/** Said again after the window, `complete` must not promise an instant that has passed. */
export function watchWords({ watched, watchEndsAt }: Deployment, now: number): string {
  if (!watched || watchEndsAt === null) return '';
  return Date.parse(watchEndsAt) > now
    ? `; watched until ${watchEndsAt}`
    : `; its watch goes on, its window ended ${watchEndsAt}`;
}
