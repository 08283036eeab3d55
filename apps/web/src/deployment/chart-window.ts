/** Slots the recent window shows. */
const recentSlots = 40;

interface Bounds {
  /** Epoch ms. */
  deployedAt: number;
  endsAt: number;
  intervalSeconds: number;
}

/**
 * Left edge of the charts, epoch ms. The last window is forty slots; since deploy begins a little before it so that
 * the mark of the deployment is seen. Neither begins before the deployment by more than that little.
 */
export function chartFrom(
  window: 'recent' | 'deploy',
  { deployedAt, endsAt, intervalSeconds }: Bounds,
): number {
  const before = deployedAt - Math.max(intervalSeconds * 1000, (endsAt - deployedAt) * 0.03);
  return window === 'deploy' ? before : Math.max(before, endsAt - recentSlots * intervalSeconds * 1000);
}
