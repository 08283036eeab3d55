import { type Static, Type } from 'typebox';
import { ListOf, Name } from '../../../bounds.ts';
import { workloadRef } from '../../../workload/workload.ts';
import { copyErrors } from '../copy-measures.ts';

const closed = { additionalProperties: false } as const;

const destination = (what: string) =>
  Type.Object(
    { destination: Name({ description: `${what}, as the route names it` }), workload: workloadRef },
    closed,
  );

/** The rule that splits the traffic, and what is behind both sides of it. */
export const canaryDeclares = Type.Object(
  {
    route: Type.Object(
      {
        kind: Name({
          description:
            'VirtualService, HTTPRoute, Ingress (the canary Ingress of ingress-nginx), or what a configured router calls it',
        }),
        name: Name(),
        namespace: Type.Optional(Name()),
        rule: Type.Optional(Name({ description: 'Its rule, where several split traffic' })),
      },
      closed,
    ),
    stable: destination('Where the proven version serves'),
    canary: destination('Where a new version serves a share'),
    errors: Type.Optional(copyErrors),
    previewRules: Type.Optional(
      ListOf(Name(), 20, {
        description: 'Rules of the route that may go on leading to the canary, such as a preview for testers',
      }),
    ),
  },
  closed,
);

export type CanaryDeclared = Static<typeof canaryDeclares>;
