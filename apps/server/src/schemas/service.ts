import { Type } from 'typebox';
import { Instant, literals, named, nullable, page, ref, strict } from './named.ts';
import { TriggerInput } from './trigger.ts';

export const Strategy = literals(['rolling', 'blue-green', 'canary']);

const Workload = named(
  'Workload',
  strict({
    kind: literals(['Deployment', 'StatefulSet', 'DaemonSet']),
    name: Type.String({ minLength: 1, maxLength: 253 }),
  }),
);

/** What proves a rollback, with a comparator that says which side is good. Durations in seconds. */
export const CheckInput = named(
  'CheckInput',
  strict({
    name: Type.String({ minLength: 1, maxLength: 100 }),
    type: literals(['prometheus', 'http', 'kubernetes']),
    query: Type.Optional(Type.String({ description: 'prometheus: the query; placeholders as in triggers.' })),
    comparator: Type.Optional(literals(['<=', '>=', '==', 'within'])),
    expected: Type.Optional(Type.Number({ description: 'prometheus: the value to compare with.' })),
    tolerance: Type.Optional(
      Type.Number({ minimum: 0, description: 'For `within`: share of expected, 0.1 is 10 %.' }),
    ),
    onNoData: Type.Optional(literals(['could_not_ask', 'pass'])),
    url: Type.Optional(Type.String({ description: 'http: an address GET is sent to.' })),
    expectedStatus: Type.Optional(Type.Integer({ minimum: 100, maximum: 599 })),
    workload: Type.Optional(ref(Workload)),
    passes: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: 'Times in a row; default 3.' }),
    ),
    timeout: Type.Optional(
      Type.Number({ minimum: 1, maximum: 86_400, description: 'Seconds; default 300.' }),
    ),
    every: Type.Optional(
      Type.Number({ minimum: 1, maximum: 3600, description: 'Seconds between attempts; default 5.' }),
    ),
  }),
);

const PolicyInput = strict({
  watchWindow: Type.Optional(
    Type.Number({ minimum: 1, description: 'Seconds watched after completion; default 1800.' }),
  ),
  cooldown: Type.Optional(
    Type.Number({ minimum: 0, description: 'Seconds after any rollback attempt; default 300.' }),
  ),
  maxInProgress: Type.Optional(
    Type.Number({ minimum: 1, description: 'Seconds until a silent deployment is closed; default 3600.' }),
  ),
  stableTimeout: Type.Optional(
    Type.Number({ minimum: 1, description: 'Seconds a rollback may take to become stable; default 600.' }),
  ),
  releaseStuckPods: Type.Optional(
    Type.Boolean({ description: 'Delete broken pods an ordered StatefulSet leaves behind; default true.' }),
  ),
});

export const ServiceInput = named(
  'ServiceInput',
  strict({
    environment: Type.Optional(Type.String({ maxLength: 63, description: 'Default production.' })),
    strategy: Type.Optional(Strategy),
    workloads: Type.Optional(
      Type.Array(ref(Workload), {
        minItems: 1,
        maxItems: 20,
        description: 'Default: a Deployment of the same name.',
      }),
    ),
    writers: Type.Optional(Type.Array(ref(Workload), { maxItems: 50 })),
    dependencies: Type.Optional(
      Type.Array(Type.String({ description: 'cluster/namespace/name' }), { maxItems: 200 }),
    ),
    triggerSets: Type.Optional(
      Type.Array(Type.String(), { maxItems: 20, description: 'Default: ["default"].' }),
    ),
    triggers: Type.Optional(Type.Array(ref(TriggerInput), { maxItems: 50 })),
    checks: Type.Optional(Type.Array(ref(CheckInput), { maxItems: 50 })),
    policy: Type.Optional(PolicyInput),
  }),
);

export const ReleaseRef = named(
  'ReleaseRef',
  Type.Object({
    deploymentId: Type.String(),
    release: Type.Integer(),
    version: nullable(Type.String()),
    proof: literals(['pending', 'verified', 'unproven', 'presumed_good']),
    at: Instant,
  }),
);

/** A row of the Services page. */
export const ServiceSummary = named(
  'ServiceSummary',
  Type.Object({
    key: Type.String(),
    cluster: Type.String(),
    namespace: Type.String(),
    name: Type.String(),
    environment: Type.String(),
    strategy: Strategy,
    dependencies: Type.Array(Type.String()),
    dependents: Type.Array(Type.String()),
    current: nullable(ref(ReleaseRef), 'The newest deployment.'),
    lastKnownGood: nullable(ref(ReleaseRef)),
    state: literals([
      'quiet',
      'deploying',
      'watched',
      'pending',
      'firing',
      'rolling_back',
      'stopped',
      'unknown',
    ]),
    /** What a person should know in one line. */
    sentence: Type.String(),
    runId: nullable(Type.String(), 'The rollback under way, or the one that stopped and needs a person.'),
    trouble: nullable(Type.String(), 'What about it cannot be seen now.'),
  }),
);

export const Hold = named(
  'Hold',
  Type.Object({
    id: Type.String(),
    service: Type.String(),
    deploymentId: Type.String(),
    runId: Type.String(),
    templateDigest: Type.String(),
    imageDigests: Type.Array(Type.String()),
    reason: Type.String(),
    placedAt: Instant,
    releasedAt: nullable(Instant),
    releasedBy: nullable(Type.String()),
  }),
);

/** One service with its declaration as it was applied, its sources' health and its open holds. */
export const ServiceView = named(
  'ServiceView',
  Type.Object({
    summary: ref(ServiceSummary),
    declaration: ref(ServiceInput),
    effectiveTriggers: Type.Array(ref(TriggerInput)),
    holds: Type.Array(ref(Hold)),
    warnings: Type.Array(Type.String()),
    trouble: Type.Array(Type.String(), {
      description: 'What cannot be seen now: its metric source or its cluster does not answer.',
    }),
  }),
);

export const ServicePage = named('ServicePage', page(ServiceSummary));
