import { type Static, Type } from 'typebox';
import { CheckType } from '../../declaration/check-schema.ts';
import { Instant, literals, named, nullable, ref } from '../../wire/named.ts';

const FoundWorkload = named(
  'FoundWorkload',
  Type.Object({
    namespace: Type.String(),
    kind: Type.String(),
    name: Type.String(),
    containers: Type.Array(Type.Object({ name: Type.String(), image: Type.String() })),
    readiness: nullable(
      Type.Object({
        container: Type.String(),
        path: Type.String(),
        port: Type.String({ description: 'A number, or the name of a port of the container.' }),
        scheme: Type.String({ description: 'Of the address: http or https.' }),
      }),
      'How its readiness is asked over HTTP; null where it is not.',
    ),
    wanted: Type.Integer(),
    ready: Type.Integer(),
    owner: nullable(
      Type.Object({ name: Type.String(), evidence: Type.String() }),
      'Who else writes its template, such as Argo CD, and what tells; null when nobody is known.',
    ),
    service: nullable(Type.String(), 'The service that it is declared for; null while it is not declared.'),
  }),
);

export const Discovery = named(
  'Discovery',
  Type.Object({
    at: Instant,
    cluster: Type.String(),
    workloads: Type.Array(ref(FoundWorkload), {
      description: 'Those that are not declared first; of both, those of the system last.',
    }),
    left: Type.Integer({ description: 'How many more there are. Name a namespace, or part of a name.' }),
    problem: nullable(Type.String(), 'Why the cluster could not be asked, and what would help.'),
  }),
);
export type Discovery = Static<typeof Discovery>;

export const TriedQuery = named(
  'TriedQuery',
  Type.Object({
    trigger: Type.String({ description: 'Of a check: its name.' }),
    of: literals(
      ['own', 'companion', 'check'],
      'The query of a trigger itself, that of its companion, or that of a check.',
    ),
    checkType: nullable(CheckType),
    query: Type.String({ description: 'As it was asked.' }),
    result: literals(['answers', 'nothing', 'refused', 'later', 'could_not_ask']),
    text: Type.String({ description: 'What it answers against its threshold, or why not.' }),
    advice: nullable(Type.String(), 'What to change; null where nothing has to be.'),
  }),
);
export type TriedQuery = Static<typeof TriedQuery>;

export const ServiceTrial = named(
  'ServiceTrial',
  Type.Object({
    at: Instant,
    service: Type.String(),
    queries: Type.Array(ref(TriedQuery)),
    series: Type.Array(
      Type.Object({
        metric: Type.String(),
        label: Type.String(),
        value: Type.String(),
        count: Type.Integer(),
      }),
      {
        description:
          'Series of the metrics that the shipped triggers ask for which bear the name of the service or of its workload, by the label that does.',
      },
    ),
    warnings: Type.Array(Type.String(), { description: 'What is worth knowing and not wrong.' }),
  }),
);
export type ServiceTrial = Static<typeof ServiceTrial>;
