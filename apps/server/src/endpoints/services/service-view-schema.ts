import { type Static, Type } from 'typebox';
import { DeclaredCheckView } from '../../declaration/check-schema.ts';
import { EffectiveTriggerView } from '../../declaration/declared-trigger-schema.ts';
import { Link } from '../../declaration/link-schema.ts';
import { AppliedOverride } from '../../declaration/override-schema.ts';
import { ServiceInput, Strategy } from '../../declaration/service-input-schema.ts';
import { named, nullable, page, ref } from '../../wire/named.ts';
import { ReleaseRef } from '../deployments/deployment-schema.ts';
import { Drills } from '../drills/drill-schema.ts';
import { Hold } from '../holds/hold-schema.ts';
import { Standing } from '../standing/standing-schema.ts';

/** A row of the Services page. */
export const ServiceSummary = named(
  'ServiceSummary',
  Type.Object({
    key: Type.String(),
    cluster: Type.String(),
    namespace: Type.String(),
    name: Type.String(),
    environment: Type.String(),
    team: nullable(Type.String(), 'Who owns it; null when the declaration names nobody.'),
    labels: Type.Record(Type.String(), Type.String()),
    strategy: Strategy,
    dependencies: Type.Array(Type.String()),
    dependents: Type.Array(Type.String(), {
      description: 'The first 200, in the order of their names.',
    }),
    dependentCount: Type.Integer({ description: 'How many there are.' }),
    current: nullable(ref(ReleaseRef), 'The newest deployment.'),
    lastKnownGood: nullable(ref(ReleaseRef)),
    standing: ref(Standing),
    runId: nullable(Type.String(), 'The rollback under way, or the one that stopped and needs a person.'),
    trouble: nullable(Type.String(), 'What about it cannot be seen now.'),
  }),
);
export type ServiceSummary = Static<typeof ServiceSummary>;

/** One service with its declaration as it was applied, its sources' health and its open holds. */
export const ServiceView = named(
  'ServiceView',
  Type.Object({
    summary: ref(ServiceSummary),
    declaration: ref(ServiceInput),
    effectiveTriggers: Type.Array(ref(EffectiveTriggerView)),
    triggerOverrides: Type.Array(ref(AppliedOverride), {
      description: 'What it says otherwise than its sets, and what comes of it.',
    }),
    checks: Type.Array(ref(DeclaredCheckView)),
    holds: Type.Array(ref(Hold), { description: 'The newest 50; GET /holds has all.' }),
    holdCount: Type.Integer({ description: 'How many there are.' }),
    drills: ref(Drills),
    baseline: Type.Optional(
      nullable(
        Type.String(),
        'Only in the answer to PUT: what was presumed good just now, as "release 1: v1, serving with 3 of 3 ready pods"; null when nothing was.',
      ),
    ),
    links: Type.Array(ref(Link), {
      description: 'Filled in for the newest release; empty before there is one.',
    }),
    warnings: Type.Array(Type.String()),
    unheard: nullable(
      Type.String(),
      'That its pages reach nobody, why, and what to do; null where they do. In the answer to PUT one of the warnings, too.',
    ),
    trouble: Type.Array(Type.String(), {
      description: 'What cannot be seen now: its metric source or its cluster does not answer.',
    }),
  }),
);
export type ServiceView = Static<typeof ServiceView>;

export const ServicePage = named('ServicePage', page(ServiceSummary));
