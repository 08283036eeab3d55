import { type Static, Type } from 'typebox';
import { Measured, Query } from '../../bounds.ts';
import { formatReading, formatValue } from '../../trigger/format.ts';
import { type CheckOf, declaredCheck, frameOf } from '../check-frame.ts';
import type { CheckFault, DeclaredKind } from '../check-kind.ts';

const schema = declaredCheck('prometheus', {
  query: Query({ description: 'PromQL; placeholders as in triggers.' }),
  comparator: Type.Enum(['<=', '>=', '==', 'within'], {
    type: 'string',
    description: 'One-sided by name; `within` takes a tolerance.',
  }),
  expected: Measured({ description: 'The value to compare with.' }),
  tolerance: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1_000,
      description: 'For `within`: share of expected (of 1 where that is 0), 0.1 is 10 %.',
    }),
  ),
});

type Declared = Static<typeof schema>;

/** Asks a metric source and compares the one number it answers. */
export type PrometheusCheck = CheckOf<Declared>;

export type Comparator = PrometheusCheck['comparator'];

export const prometheus: DeclaredKind<'metrics', Declared, PrometheusCheck> = {
  type: 'prometheus',
  schema,
  lint: (declared, { lintQuery }) => [
    ...lintQuery(declared.query).map((message) => ({ path: '/query', message })),
    ...lintTolerance(declared),
  ],
  accept: ({ query, comparator, expected, tolerance, ...declared }) => ({
    ...frameOf(declared),
    type: 'prometheus',
    query,
    comparator,
    expected,
    ...(tolerance === undefined ? {} : { tolerance }),
  }),
  asks: ({ query }) => query,
  expected({ comparator, expected, tolerance }) {
    const value = formatValue(expected, '');
    return comparator === 'within'
      ? `${value} ± ${formatValue((tolerance ?? 0) * 100, '')} %`
      : `${comparator} ${value}`;
  },
  ask: ({ query }, { variables }) => ({ port: 'metrics', question: { template: query, variables } }),
  judge(check, { reading }) {
    const actual = formatReading(reading, '');
    if (reading.kind === 'value') return { kind: 'seen', pass: isExpected(check, reading.value), actual };
    // Nothing measured is nothing proven: a query that means 0 by silence says so (`or vector(0)`).
    return { kind: 'could-not-ask', reason: actual };
  },
};

function lintTolerance({ comparator, tolerance }: Declared): CheckFault[] {
  if (comparator === 'within' && tolerance === undefined)
    return [{ path: '/tolerance', message: 'is required with the comparator within; 0.1 is 10 %.' }];
  if (tolerance !== undefined && comparator !== 'within')
    return [{ path: '/tolerance', message: 'has no meaning without the comparator within.' }];
  return [];
}

/** One-sided by name. `within` has its tolerance as a share of the expected value, of 1 where that is 0. */
export function isExpected(
  check: Pick<PrometheusCheck, 'comparator' | 'expected' | 'tolerance'>,
  actual: number,
): boolean {
  switch (check.comparator) {
    case '<=':
      return actual <= check.expected;
    case '>=':
      return actual >= check.expected;
    case '==':
      return actual === check.expected;
    case 'within':
      return Math.abs(actual - check.expected) <= (check.tolerance ?? 0) * (Math.abs(check.expected) || 1);
  }
}
