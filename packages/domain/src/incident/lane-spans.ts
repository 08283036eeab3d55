import type { StoredEvent } from '../audit/events.ts';
import { isJudgedAsIs } from '../deployment/read-pace.ts';
import { isProof } from '../rollback/open-step.ts';
import type { IncidentDeployment, IncidentRun, IncidentSpan } from './incident.ts';
import { triggerOf } from './mark-kind.ts';

type OfTrigger = 'pending' | 'firing' | 'unseen';

/** What an event about a trigger begins, and what it ends. */
const turns: Partial<Record<StoredEvent['type'], { begins?: OfTrigger; ends: readonly OfTrigger[] }>> = {
  'trigger.pending': { begins: 'pending', ends: ['firing'] },
  'trigger.fired': { begins: 'firing', ends: ['pending'] },
  'trigger.resolved': { ends: ['pending', 'firing'] },
  'trigger.ended': { ends: ['pending', 'firing'] },
  'trigger.trouble': { begins: 'unseen', ends: [] },
  'trigger.recovered': { ends: ['unseen'] },
};

/**
 * The bands of a deployment's triggers, from what their state machines said. A band that nothing ended lasts for as long as the
 * deployment was read.
 *
 * @param events about the deployment, oldest first
 */
export function breachSpans(deployment: IncidentDeployment, events: readonly StoredEvent[]): IncidentSpan[] {
  const open = new Map<string, IncidentSpan>();
  const spans: IncidentSpan[] = [];
  for (const event of events) {
    if (isJudgedAsIs(deployment, event.at)) closeHalfWay(deployment.completedAt);
    const [turn, trigger] = [turns[event.type], triggerOf(event)];
    if (!turn || trigger === null) continue;
    for (const kind of turn.ends) close(`${kind} ${trigger}`, event.at);
    const { begins } = turn;
    if (!begins || open.has(`${begins} ${trigger}`)) continue;
    const span: IncidentSpan = {
      ...{ kind: begins, from: event.at, to: null, deploymentId: deployment.id, runId: null, trigger },
    };
    open.set(`${begins} ${trigger}`, span);
    spans.push(span);
  }
  if (deployment.readUntil === null || isJudgedAsIs(deployment, deployment.readUntil))
    closeHalfWay(deployment.completedAt);
  for (const name of [...open.keys()]) close(name, deployment.readUntil);
  return spans.filter(({ from, to }) => to === null || to > from);

  /** What began while a rollback stood half-way is over when that is done. */
  function closeHalfWay(doneAt: number | null): void {
    if (doneAt === null) return;
    for (const [name, { from }] of [...open]) if (!isJudgedAsIs(deployment, from)) close(name, doneAt);
  }

  function close(name: string, at: number | null): void {
    const span = open.get(name);
    if (!span) return;
    open.delete(name);
    span.to = at === null ? null : Math.max(at, span.from);
  }
}

/**
 * When a rollback was wanted and held back: from the decision that says so until one that says otherwise, a run, the end of every
 * breach, or the end of its being read.
 *
 * @param breaches those of the deployment
 */
export function waitingSpans(
  deployment: IncidentDeployment,
  events: readonly StoredEvent[],
  breaches: readonly IncidentSpan[],
): IncidentSpan[] {
  const spans: IncidentSpan[] = [];
  let open: IncidentSpan | null = null;
  for (const event of events) {
    const [isDecision, isRun] = [event.type === 'decision.made', event.type === 'rollback.queued'];
    if (!isDecision && !isRun) continue;
    if (open) open.to = event.at;
    open = isDecision && isRestrained(event) ? waiting(deployment, event) : null;
    if (open) spans.push(open);
  }
  if (open) open.to = breachEnd(open, breaches, deployment.readUntil);
  return spans.filter(({ from, to }) => to === null || to > from);
}

function isRestrained({ data }: StoredEvent): boolean {
  return data.verdict === 'wait' || (data.verdict === 'suggest' && data.wanted === 'roll_back');
}

function waiting({ id }: IncidentDeployment, event: StoredEvent): IncidentSpan {
  const trigger = triggerOf(event);
  return { kind: 'waiting', from: event.at, to: null, deploymentId: id, runId: null, trigger };
}

function breachEnd(
  { from, trigger }: IncidentSpan,
  breaches: readonly IncidentSpan[],
  readUntil: number | null,
): number | null {
  const own = breaches.filter(
    (one) => one.kind === 'firing' && one.trigger === trigger && (one.to === null || one.to > from),
  );
  if (own.some(({ to }) => to === null)) return null;
  const ends = own.flatMap(({ to }) => to ?? []);
  return ends.length > 0 ? Math.max(...ends) : readUntil;
}

/** A run of a service and its proof. Of a group, the part of the service. */
export function runSpans({ run, steps }: IncidentRun, deploymentId: string): IncidentSpan[] {
  const member = run.members?.find((one) => one.deploymentId === deploymentId) ?? null;
  const { startedAt, finishedAt } = member ?? run;
  if (startedAt === null) return [];
  const common = { deploymentId, runId: run.id, trigger: null };
  const proof = steps.find((step) => isProof(step) && step.lane === (member?.lane ?? 0));
  const whole: IncidentSpan = { ...common, kind: 'rollback', from: startedAt, to: finishedAt };
  if (!proof || proof.startedAt === null) return [whole];
  const to = proof.finishedAt ?? finishedAt;
  return [whole, { ...common, kind: 'verification', from: proof.startedAt, to }];
}
