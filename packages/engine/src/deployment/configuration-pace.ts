import type { Clock } from '../clock.ts';

/** A person waits for it, and every read goes to the cluster. */
const readEveryMs = 30_000;

/** Tells of a service, by its key, whether what its templates name is to be read again, and takes it that it is read then. */
export function createReadPace(clock: Pick<Clock, 'now'>): (key: string) => boolean {
  const readAt = new Map<string, number>();
  return (key) => {
    const now = clock.now();
    if (now - (readAt.get(key) ?? Number.NEGATIVE_INFINITY) < readEveryMs) return false;
    for (const [one, at] of readAt) if (now - at >= readEveryMs) readAt.delete(one);
    readAt.set(key, now);
    return true;
  };
}
