import {
  type Acknowledgement,
  aboutDecision,
  type Commit,
  canGoBack,
  type Decision,
  eventAbout,
  type FiredTrigger,
  isYetToCome,
  type JudgedTrigger,
  type MadeNotification,
  type NewEvent,
  type NotificationFacts,
  newRun,
  queuedMember,
  type Run,
  releaseName,
  toldSentence,
  type Watched,
  withWhom,
} from '@lastgood/domain';

/** A decision with the triggers as its slot left them. */
interface Decided {
  watched: Watched;
  triggers: readonly JudgedTrigger[];
  decision: Decision;
}

/** A decision that still stands, which is told anew as somebody who had taken it on is not at it any more; null where it calls nobody. */
export function calledAgain(
  decided: Decided,
  { by, at }: Pick<Acknowledgement, 'by' | 'at'>,
  why: string,
): MadeNotification | null {
  const { verdict } = decided.decision;
  if (verdict !== 'suggest' && verdict !== 'wait') return null;
  const told = verdict === 'suggest' ? suggestion(decided) : waiting(decided);
  return {
    ...told,
    // It is not stored again, so it is not this decision that it is known by.
    key: `deployment/${told.deploymentId}/calls_again/${at}`,
    title: `${told.title}, and ${by} is not at it any more`,
    text: `${told.text} ${why}`,
    ...(told.facts && { facts: { ...told.facts, ...andWhy(told.facts, why) } }),
  };
}

function andWhy({ beside }: NotificationFacts, why: string): Pick<NotificationFacts, 'beside'> {
  return beside === undefined ? {} : { beside: `${beside} ${why}`.trim() };
}

/** What follows from a decision that is news: a line in the timeline, and a run or a suggestion. */
export function decisionEffects(
  { watched, triggers, decision }: Decided,
  now: number,
  newId: () => string,
): Commit {
  const made = decisionEvent(decision);
  switch (decision.verdict) {
    case 'roll_back': {
      const run = automaticRun({ watched, triggers, decision }, now, newId());
      return run ? { newRuns: [run], events: [made, ...queuedEvents(run, decision)] } : { events: [made] };
    }
    case 'wait':
      return { events: [made], notifications: [waiting({ watched, triggers, decision })] };
    case 'suggest':
      return { events: [made], notifications: [suggestion({ watched, triggers, decision })] };
    case 'record':
    case 'none':
      return { events: [made] };
  }
}

function automaticRun({ watched, triggers, decision }: Decided, now: number, id: string): Run | null {
  if (!watched.lastKnownGood || decision.trigger === null) return null;
  return newRun({
    id,
    service: watched.service.key,
    deploymentId: watched.deployment.id,
    targetDeploymentId: watched.lastKnownGood.id,
    requester: {
      ...{ kind: 'automatic', trigger: decision.trigger, decisionId: decision.id },
      ...(decision.beside !== undefined && { beside: decision.beside }),
    },
    reason: decision.sentence,
    evidence: decision.evidence.map((one) => withFiredAt(one, triggers)),
    createdAt: now,
    startsAt: now,
    ...groupOf(decision),
  });
}

/** It may be decided long after its trigger fired, as after a cooldown: its messages say since when it breaches. */
function withFiredAt(
  one: Decision['evidence'][number],
  triggers: readonly JudgedTrigger[],
): Decision['evidence'][number] & Pick<FiredTrigger, 'firedAt'> {
  const state = triggers.find(({ trigger }) => trigger.name === one.trigger)?.state;
  return state?.phase === 'firing' ? { ...one, firedAt: state.since } : one;
}

/** Whoever goes back with it: callers first, and where one fails none of those after it is touched. */
function groupOf({ group }: Decision): Pick<Run, 'members' | 'stopCondition'> {
  if (group?.outcome !== 'goes') return {};
  const members = group.members.map(({ service, deploymentId, targetDeploymentId }, lane) =>
    queuedMember({ service, deploymentId, targetDeploymentId, lane }),
  );
  return { members, stopCondition: 'any-failure' };
}

function suggestion({ watched, triggers, decision }: Decided): MadeNotification {
  const { service, deployment } = watched;
  return {
    key: `decision/${decision.id}`,
    kind: 'rollback_suggested',
    urgency: 'page',
    at: decision.slot,
    service: service.key,
    deploymentId: deployment.id,
    runId: null,
    title: `${service.name}: ${suggestedOf(watched)}`,
    text: toldSentence(decision, triggers),
    ...aboutDecision(watched, triggers, decision),
  };
}

function suggestedOf(watched: Watched): string {
  const named = releaseName(watched.deployment);
  if (isYetToCome(watched.deployment))
    return canGoBack(watched)
      ? `a rollback is suggested of what is there, and nothing of ${named} is deployed yet`
      : `what is there breaches, with nothing to go back to, and nothing of ${named} is deployed yet`;
  return canGoBack(watched)
    ? `a rollback of ${named} is suggested`
    : `${named} breaches, and there is nothing to go back to`;
}

/** A wait that ends within this time and in a suggestion or a rollback wakes nobody: the end of it does. */
const briefMs = 60_000;

function waiting({ watched, triggers, decision }: Decided): MadeNotification {
  const { service, deployment } = watched;
  const guard = decision.guards.find(({ trigger }) => trigger === decision.trigger);
  const isBrief = guard !== undefined && guard.withoutEvidence !== 'wait' && guard.waitMs <= briefMs;
  return {
    key: `decision/${decision.id}`,
    kind: 'rollback_waits',
    urgency: isBrief ? 'info' : 'page',
    at: decision.slot,
    service: service.key,
    deploymentId: deployment.id,
    runId: null,
    title: `${service.name}: the rollback of ${releaseName(deployment)} waits for evidence that cannot be read`,
    text: toldSentence(decision, triggers),
    ...aboutDecision(watched, triggers, decision),
  };
}

function decisionEvent(decision: Decision): NewEvent {
  return eventAbout({
    type: 'decision.made',
    at: decision.slot,
    service: decision.service,
    deploymentId: decision.deploymentId,
    text: decision.sentence,
    data: { verdict: decision.verdict, wanted: decision.wanted, trigger: decision.trigger },
  });
}

/** Each member's timeline tells that it goes back, and with whom. */
function queuedEvents(run: Run, { group }: Decision): NewEvent[] {
  const about = { type: 'rollback.queued', at: run.createdAt, runId: run.id } as const;
  const followers = (run.members ?? []).filter(({ service }) => service !== run.service);
  const name = group?.asked.service.name ?? run.service;
  return [
    eventAbout({
      ...{ ...about, service: run.service, deploymentId: run.deploymentId },
      text: `An automatic rollback is queued${followers.length === 0 ? '' : withWhom(evidentMembers(group))}.`,
    }),
    ...followers.map(({ service, deploymentId }) => {
      const why = group?.members.find((one) => one.service === service)?.why ?? 'depends on it';
      const text = `An automatic rollback of ${name} is queued, and this goes back with it: it ${why}.`;
      return eventAbout({ ...about, service, deploymentId, text });
    }),
  ];
}

function evidentMembers(group: Decision['group']) {
  return (group?.members ?? []).map(({ name, reason, why }) => ({ service: { name }, reason, why }));
}
