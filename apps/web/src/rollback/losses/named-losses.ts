import type { Loss, PlanPreview } from '@lastgood/api-client';

/** What a plan would lose where nothing else stands against it: named, it can be pressed. Empty otherwise. */
export function lossesToName(preview: PlanPreview | undefined): Loss[] {
  if (!preview || preview.plan || preview.refusals.length === 0) return [];
  const isLossAlone = preview.refusals.every(({ losses = [] }) => losses.length > 0);
  return isLossAlone ? preview.losses : [];
}

/** Those that nobody has named yet. */
export function unnamed(losses: readonly Loss[], named: readonly string[]): Loss[] {
  return losses.filter(({ name }) => !named.includes(name));
}
