import type { PlanPreview, Unregistered } from '@lastgood/api-client';

/** Those of the ticked names that are still offered: what has gone back meanwhile is not asked for. */
export function stillOffered(offered: readonly Unregistered[], chosen: readonly string[]): string[] {
  return chosen.filter((name) => offered.some((one) => one.name === name));
}

/** What a plan warns of, less what the ticks beside it say already. */
export function warningsBeside({ plan, unregistered }: PlanPreview): string[] {
  const left = unregistered.filter(({ included }) => !included);
  return (plan?.warnings ?? []).filter((warning) => !left.some(({ text }) => warning.includes(text)));
}

/** "orders" of "sandbox/shop/orders" */
export function nameIn(service: string): string {
  return service.slice(service.lastIndexOf('/') + 1);
}
