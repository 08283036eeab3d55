import { findingCodes } from '@lastgood/domain';
import { type Static, Type } from 'typebox';
import { Comparison } from '../../declaration/declared-trigger-schema.ts';
import { Instant, literals, named, nullable, ref } from '../../wire/named.ts';

export const Finding = named(
  'Finding',
  Type.Object({
    path: Type.String({ description: 'JSON Pointer to what it is about, such as /triggers/0/query.' }),
    code: literals(findingCodes),
    severity: literals(['error', 'warning'], 'Errors are refused when it is applied; warnings are told.'),
    message: Type.String(),
    place: nullable(
      Type.Object({
        offset: Type.Integer(),
        line: Type.Integer(),
        column: Type.Integer(),
        length: Type.Integer(),
      }),
      'Where in the query, in UTF-16 code units; line and column count from 1. Null where it is about the whole.',
    ),
    fix: nullable(
      Type.Object({
        title: Type.String(),
        text: nullable(Type.String(), 'What to write at the place.'),
        split: nullable(
          Type.Object({
            query: Type.String(),
            threshold: Type.Number(),
            comparison: Comparison,
            onNoData: nullable(Type.String(), 'What its silence means, where that has to be said.'),
          }),
          'What to declare in place of the query.',
        ),
      }),
      'How to mend it; null where nobody but a person can.',
    ),
  }),
);
export type Finding = Static<typeof Finding>;

export const LintResult = named(
  'LintResult',
  Type.Object({
    at: Instant,
    services: Type.Array(Type.String(), { description: 'With whose names the queries were tried.' }),
    findings: Type.Array(ref(Finding)),
  }),
);
