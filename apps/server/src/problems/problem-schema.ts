import { type Static, Type } from 'typebox';
import { named } from '../wire/named.ts';
import { mostFaults } from './listed-faults.ts';

/** `detail` says what to change; `errors` points at each wrong member. */
export const Problem = named(
  'Problem',
  Type.Object(
    {
      type: Type.String({ description: 'A stable name of the kind of problem, as a URI reference.' }),
      title: Type.String(),
      status: Type.Integer(),
      detail: Type.String({ description: 'What is wrong and what to change, in words.' }),
      instance: Type.Optional(Type.String({ description: 'The request id, as in the logs.' })),
      errors: Type.Optional(
        Type.Array(
          Type.Object({
            path: Type.String({ description: 'JSON Pointer into the request.' }),
            message: Type.String(),
          }),
          { maxItems: mostFaults, description: 'The first ones.' },
        ),
      ),
      runId: Type.Optional(Type.String({ description: 'The run that stands in the way.' })),
      targetDeploymentId: Type.Optional(Type.String()),
      holdId: Type.Optional(Type.String({ description: 'The hold that stands in the way.' })),
    },
    {
      description:
        'Every error is one, also where HTTP itself is refused with 400, 405, 408, 413, 417 or 431. https://www.rfc-editor.org/rfc/rfc9457',
    },
  ),
);
export type Problem = Static<typeof Problem>;
