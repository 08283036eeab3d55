import type {
  Deployment,
  DeploymentView,
  EvaluatorStatus,
  Run,
  RunView,
  ServiceView,
  Standing,
  TriggerSet,
} from '@lastgood/api-client';

const at = '2026-01-01T00:00:00.000Z';

export const deployment: Deployment = {
  id: 'd-2',
  service: 'prod/shop/web',
  release: 2,
  origin: 'pipeline',
  strategy: 'rolling',
  status: 'in_progress',
  proof: 'pending',
  provenAt: null,
  version: 'v2',
  commit: null,
  author: null,
  pipelineUrl: null,
  previousDeploymentId: 'd-1',
  previousRevision: null,
  currentRevision: null,
  changes: [],
  provides: {},
  needs: {},
  notices: [],
  putBack: null,
  startedAt: at,
  reportedCompleteAt: null,
  rollout: null,
  completedAt: null,
  watchEndsAt: null,
  watched: true,
  supersededBy: null,
  rolledBackAt: null,
  rollbackReason: null,
  looks: null,
  mark: null,
};

const bad = {
  deploymentId: 'd-2',
  release: 2,
  version: 'v2',
  origin: 'pipeline',
  proof: 'pending',
  at,
} as const;
const good = {
  deploymentId: 'd-1',
  release: 1,
  version: 'v1',
  origin: 'pipeline',
  proof: 'verified',
  at,
} as const;

export const aStanding: Standing = {
  service: 'prod/shop/web',
  state: 'firing',
  meaning: 'act',
  word: 'Firing',
  lead: '5xx 8.2 % > 5 %',
  since: at,
  next: null,
  restraints: [],
  actor: 'you',
  readAt: at,
  sentence: '5xx 8.2 % > 5 %, firing',
};

export const anEvaluator: EvaluatorStatus = {
  intervalSeconds: 15,
  lastSlotAt: at,
  lateMs: 0,
  missedSlotsLastHour: 0,
  nextSlotAt: at,
  staleAt: at,
  state: 'on_time',
  sentence: 'Evaluating every 15 s.',
};

export const run: Run = {
  id: 'run-1',
  service: 'prod/shop/web',
  serviceName: 'web',
  deploymentId: 'd-2',
  targetDeploymentId: 'd-1',
  from: bad,
  target: good,
  members: [],
  requester: { kind: 'person', name: 'ops' },
  reason: 'because',
  status: 'queued',
  verdict: null,
  createdAt: at,
  startsAt: at,
  startedAt: null,
  finishedAt: null,
  durationSeconds: null,
  workedSeconds: null,
  accepting: [],
  including: [],
  removing: [],
  pausedSeconds: 0,
  awaySeconds: 0,
  sentence: 'waiting for a worker',
  stop: null,
  stopAsked: null,
};

const no = { allowed: false, step: null, whyNot: 'not now', leavesBehind: null };
export const noActions = { undo: no, resume: no, retry: no, skip: no, hurry: no, stop: no };

export function aRunView(changes: Partial<Run>): RunView {
  return {
    at,
    run: { ...run, ...changes },
    evidence: [],
    decisionSentence: null,
    steps: [],
    warnings: [],
    parts: null,
    checks: [],
    holder: null,
    trouble: [],
    overtaken: null,
    putBack: null,
    actions: noActions,
    links: [],
    timeline: [],
    earlier: null,
  };
}

export function aDeploymentView(
  changes: Partial<Deployment>,
  around: Partial<DeploymentView> = {},
): DeploymentView {
  return {
    at,
    deployment: { ...deployment, ...changes },
    serviceName: 'web',
    environment: 'production',
    standing: aStanding,
    read: 'watched',
    triggerOverrides: [],
    triggers: [],
    decision: {
      id: null,
      at,
      verdict: 'none',
      wanted: 'none',
      trigger: null,
      sentence: 'All is well.',
      restraints: [],
      over: null,
    },
    previous: good,
    target: good,
    targetProblem: null,
    activeRunId: null,
    lastRunId: null,
    acknowledgement: null,
    holds: [],
    links: [],
    commitUrl: null,
    beyondWindow: null,
    evaluator: anEvaluator,
    trouble: [],
    timeline: [],
    earlier: null,
    ...around,
  };
}

export function anEvent(id: number, text: string): DeploymentView['timeline'][number] {
  return {
    id,
    at,
    type: 'deployment.registered',
    urgency: 'quiet',
    service: 'prod/shop/web',
    deploymentId: 'd-2',
    runId: null,
    text,
  };
}

export const aTriggerSet: TriggerSet = { name: 'default', description: '', triggers: [], warnings: [] };

export const aServiceView: ServiceView = {
  summary: {
    key: 'prod/shop/web',
    cluster: 'prod',
    namespace: 'shop',
    name: 'web',
    environment: 'production',
    team: null,
    labels: {},
    strategy: 'rolling',
    dependencies: [],
    dependents: [],
    dependentCount: 0,
    current: bad,
    lastKnownGood: good,
    standing: aStanding,
    runId: null,
    trouble: null,
  },
  declaration: {},
  effectiveTriggers: [],
  triggerOverrides: [],
  checks: [],
  holds: [],
  links: [],
  holdCount: 0,
  drills: {
    ...{ everyDays: null, state: 'undeclared', dueAt: null, last: null },
    words: { last: 'Never.', due: 'Nobody declared how often.', how: 'Practise it.' },
  },
  warnings: [],
  unheard: null,
  trouble: [],
};
