import { releaseFacts } from '../deployment/release-facts.ts';
import { type About, aboutService } from '../notification/about-service.ts';
import type { NotificationFacts, TriggerFact } from '../notification/facts.ts';
import { forOutside } from '../notification/outside-words.ts';
import { type FiredTrigger, triggerFact } from '../notification/trigger-fact.ts';
import type { ClaimedMember } from './claimed-run.ts';
import type { Plan } from './plan.ts';
import type { Run } from './run.ts';

type Told = Pick<ClaimedMember, 'service' | 'deployment' | 'target'> & { run: Run };

/** What is told of a run, or of one member of a group's: the run as that member sees it. */
export function aboutRun(
  { run, service, deployment, target }: Told,
  {
    plan = run.plan,
    next = null,
    durationMs = null,
    isWhy = false,
  }: {
    plan?: Plan | null;
    next?: NotificationFacts['next'];
    durationMs?: number | null;
    /** Its text says why it was asked for, and nothing else. */
    isWhy?: boolean;
  } = {},
): About {
  return aboutService(service, {
    ...releaseFacts(deployment, target),
    trigger: firedTrigger(run),
    ...(isWhy && besideTrigger(run)),
    by: run.requester.kind === 'automatic' ? null : run.requester.name,
    plan: plan?.steps.map(({ title }) => title) ?? [],
    ...{ next, durationMs },
  });
}

/** What is told of one that changed nothing: what serves is what served before. */
export function aboutUnchanged(
  { run, service, deployment }: Omit<Told, 'target'>,
  {
    trigger = firedTrigger(run),
    next,
    isWhy = false,
  }: Pick<NotificationFacts, 'next'> & { trigger?: TriggerFact | null; isWhy?: boolean },
): About {
  const by = run.requester.kind === 'automatic' ? null : run.requester.name;
  return aboutService(service, {
    ...releaseFacts(deployment, null),
    ...{ trigger, by, next },
    ...(isWhy && besideTrigger(run)),
  });
}

/** Why it was asked for, as it is told; empty where nobody said. What fires of another service is said to be that one's. */
export function whyInWords({
  reason,
  requester,
  goesWith,
}: Pick<Run, 'reason' | 'requester' | 'goesWith'>): string {
  const said = forOutside(reason);
  if (goesWith === undefined) return said === '' ? '' : `Why: ${said}`;
  const along = `Goes back with ${goesWith.split('/').at(-1)}`;
  if (said === '') return `${along}.`;
  return requester.kind === 'automatic' && said.startsWith(`${requester.trigger} `)
    ? `${along}: its ${said}`
    : `${along}. Why: ${said}`;
}

/** What `whyInWords` says beside the trigger that fired. */
function besideTrigger(run: Run): Pick<NotificationFacts, 'beside'> {
  const { requester } = run;
  if (requester.kind !== 'automatic' || requester.beside === undefined || !firedTrigger(run)) return {};
  return { beside: forOutside(requester.beside) };
}

/** From its first step to now, in milliseconds; from when it was asked for where it never began. */
export function tookMs({ startedAt, createdAt }: Run, now: number): number {
  return Math.max(0, now - (startedAt ?? createdAt));
}

/** The trigger of the service itself that asked for it, as it stood then. Where it is not kept when it fired, it was as that was decided. */
function firedTrigger({ requester, evidence, createdAt, goesWith, pausedMs = 0 }: Run): TriggerFact | null {
  if (requester.kind !== 'automatic' || goesWith !== undefined || !Array.isArray(evidence)) return null;
  const fired = (evidence as readonly FiredTrigger[]).find(({ trigger }) => trigger === requester.trigger);
  if (!fired) return null;
  return { ...triggerFact(fired, fired.firedAt ?? createdAt), ...(pausedMs > 0 && { isPast: true }) };
}
