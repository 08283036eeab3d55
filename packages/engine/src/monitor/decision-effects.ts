import {
  type Commit,
  type Decision,
  eventAbout,
  type NewEvent,
  type Notification,
  newRun,
  type Run,
  releaseName,
  type Watched,
} from '@lastgood/domain';

/** What follows from a decision that is news: a line in the timeline, and a run or a suggestion. */
export function decisionEffects(
  watched: Watched,
  decision: Decision,
  now: number,
  newId: () => string,
): Commit {
  const made = decisionEvent(decision);
  switch (decision.verdict) {
    case 'roll_back': {
      const run = automaticRun(watched, decision, now, newId());
      return run ? { newRuns: [run], events: [made, queuedEvent(run)] } : { events: [made] };
    }
    case 'wait':
      return { events: [made], notifications: [waiting(watched, decision)] };
    case 'suggest':
      return { events: [made], notifications: [suggestion(watched, decision)] };
    case 'record':
    case 'none':
      return { events: [made] };
  }
}

function automaticRun(watched: Watched, decision: Decision, now: number, id: string): Run | null {
  if (!watched.lastKnownGood || decision.trigger === null) return null;
  return newRun({
    id,
    service: watched.service.key,
    deploymentId: watched.deployment.id,
    targetDeploymentId: watched.lastKnownGood.id,
    requester: { kind: 'automatic', trigger: decision.trigger, decisionId: decision.id },
    reason: decision.sentence,
    evidence: decision.evidence,
    createdAt: now,
    startsAt: now,
  });
}

function suggestion(watched: Watched, decision: Decision): Notification {
  const { service, deployment } = watched;
  return {
    key: `decision/${decision.id}`,
    kind: 'rollback_suggested',
    urgency: 'page',
    at: decision.slot,
    service: service.key,
    deploymentId: deployment.id,
    runId: null,
    title: `${service.name}: a rollback of ${releaseName(deployment)} is suggested`,
    text: decision.sentence,
  };
}

/** A wait that ends within this time and in a suggestion or a rollback wakes nobody: the end of it does. */
const briefMs = 60_000;

function waiting(watched: Watched, decision: Decision): Notification {
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
    text: decision.sentence,
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

function queuedEvent(run: Run): NewEvent {
  return eventAbout({
    type: 'rollback.queued',
    at: run.createdAt,
    service: run.service,
    deploymentId: run.deploymentId,
    runId: run.id,
    text: 'An automatic rollback is queued.',
  });
}
