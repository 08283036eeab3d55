import { incidentMarkKinds, incidentSpanKinds } from '@lastgood/domain';
import { type Static, Type } from 'typebox';
import { Instant, literals, named, nullable, ref } from '../../wire/named.ts';

const IncidentSpan = named(
  'IncidentSpan',
  Type.Object({
    kind: literals(
      incidentSpanKinds,
      'What lasts: a breach that is `pending` or `firing`, a trigger that could not be asked (`unseen`), a rollback that is wanted and held back (`waiting`), a `rollback`, its `verification`.',
    ),
    from: Instant,
    to: nullable(Instant, 'Null while it lasts.'),
    deploymentId: Type.String(),
    runId: nullable(Type.String()),
    trigger: nullable(Type.String()),
  }),
);

export const IncidentMark = named(
  'IncidentMark',
  Type.Object({
    id: Type.Integer({ description: 'Of the event, as in GET /events.' }),
    at: Instant,
    kind: literals(incidentMarkKinds),
    type: Type.String({ description: 'Of the event.' }),
    text: Type.String(),
    trigger: nullable(Type.String()),
    deploymentId: nullable(Type.String()),
    runId: nullable(Type.String()),
  }),
);
export type IncidentMark = Static<typeof IncidentMark>;

const IncidentDeployment = named(
  'IncidentDeployment',
  Type.Object({
    id: Type.String(),
    release: Type.Integer(),
    version: nullable(Type.String()),
    origin: literals(['pipeline', 'detected', 'rollback']),
    startedAt: Instant,
    isRead: Type.Boolean({ description: 'Its triggers are asked still.' }),
    previousDeploymentId: nullable(Type.String()),
  }),
);

export const IncidentLane = named(
  'IncidentLane',
  Type.Object({
    service: Type.String(),
    serviceName: Type.String(),
    link: Type.Object(
      {
        kind: literals([
          'asked',
          'dependency',
          'shared_dependency',
          'same_run',
          'same_pipeline',
          'deployed_before',
        ]),
        to: nullable(Type.String(), 'The service it is linked with; null for the one asked about.'),
      },
      { description: 'Why it is in the picture.' },
    ),
    deployments: Type.Array(ref(IncidentDeployment), { description: 'Oldest first.' }),
    spans: Type.Array(ref(IncidentSpan)),
    marks: Type.Array(ref(IncidentMark), { description: 'Oldest first.' }),
  }),
);
export type IncidentLane = Static<typeof IncidentLane>;

export const IncidentView = named(
  'IncidentView',
  Type.Object({
    at: Instant,
    deploymentId: Type.String({ description: 'What it began with: not a rollback.' }),
    from: Instant,
    to: nullable(Instant, 'The end of the last trouble; null while any lasts.'),
    lanes: Type.Array(ref(IncidentLane), { description: 'What a service depends on stands above it.' }),
    moreServices: Type.Integer({ description: 'Services that belong to it beyond the lanes.' }),
    marginSeconds: Type.Number({
      description: 'Trouble of two services that lies no farther apart may belong together.',
    }),
    isCut: Type.Boolean({ description: 'Older events than these are left out.' }),
  }),
);
export type IncidentView = Static<typeof IncidentView>;
