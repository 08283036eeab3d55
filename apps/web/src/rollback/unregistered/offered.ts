import type { PlanPreview, Unregistered } from '@lastgood/api-client';

/** Those of the ticked names that are still offered: what has gone back meanwhile is not asked for. */
export function stillOffered(offered: readonly Unregistered[], chosen: readonly string[]): string[] {
  return chosen.filter((name) => offered.some((one) => one.name === name));
}

/** What a plan warns of, less what the ticks that are offered beside it say already. Those come of another query, of another time. */
export function warningsBeside(
  { plan, unregistered }: PlanPreview,
  offered: readonly Unregistered[],
): string[] {
  const left = unregistered.filter(({ included }) => !included);
  const said = offered.filter(({ text }) => left.some((one) => one.text === text));
  return (plan?.warnings ?? []).filter((warning) => !said.some(({ text }) => warning.includes(text)));
}

/** "orders" of "sandbox/shop/orders" */
export function nameIn(service: string): string {
  return service.slice(service.lastIndexOf('/') + 1);
}
