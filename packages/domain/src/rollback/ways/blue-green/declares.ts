import { type Static, Type } from 'typebox';
import { Count, ListOf, MapOf, Name } from '../../../bounds.ts';
import { workloadRef } from '../../../workload/workload.ts';
import { copyErrors } from '../copy-measures.ts';

const closed = { additionalProperties: false } as const;

/** What switches, and what is behind each of its slots. Exactly one of `service` and `route` is given. */
export const blueGreenDeclares = Type.Object(
  {
    service: Type.Optional(
      Type.Object(
        {
          name: Name({ description: 'The Service whose selector is switched' }),
          namespace: Type.Optional(Name()),
          key: Name({ description: 'The key of its selector whose value is the slot' }),
        },
        closed,
      ),
    ),
    route: Type.Optional(
      Type.Object(
        {
          kind: Name({ description: 'HTTPRoute, VirtualService, or what a configured router calls it' }),
          name: Name(),
          namespace: Type.Optional(Name()),
          rule: Type.Optional(Name({ description: 'Its rule, where several split traffic' })),
        },
        closed,
      ),
    ),
    slots: MapOf(workloadRef, 10, {
      description:
        'The workload behind each slot: by the value of the key, or by the destination of the route',
    }),
    minReady: Type.Optional(
      Count(1, 10_000, {
        description: 'Pods that must be ready before the switch; as many as the other slot wants by default',
      }),
    ),
    errors: Type.Optional(copyErrors),
    previewRules: Type.Optional(
      ListOf(Name(), 20, {
        description:
          'Rules of the route that may go on leading to the slot left, such as a preview for testers',
      }),
    ),
  },
  closed,
);

export type BlueGreenDeclared = Static<typeof blueGreenDeclares>;
