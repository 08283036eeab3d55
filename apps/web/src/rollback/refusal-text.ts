import type { PlanPreview } from '@lastgood/api-client';

/** Why the planner would refuse, and the next best thing, a line each; null while unknown or when it would not. */
export function refusalText(preview: PlanPreview | undefined): string | null {
  if (!preview || preview.plan) return null;
  const said = preview.refusals.map(({ reason, advice }) => `${reason} ${advice}`).join('\n');
  return said || 'No plan can be made, and no reason was given.';
}
