import type { KnownNames, WantedNames } from '@lastgood/domain/ports/query-review';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { parseStrictJson } from '../../../http/strict-json.ts';
import { type QueryClient, statusText, type WireAnswer } from '../query-client.ts';
import { writeLiteral } from '../string-literal.ts';

/** What is older has been forgotten: `never seen` means *not in a week*. */
const reachMs = 7 * 86_400_000;

/** So many are asked for, where the server knows the parameter; a longer answer ends at the client's limit in bytes. */
const mostNames = 20_000;

const answered = Compile(
  Type.Object({
    status: Type.Literal('success'),
    data: Type.Union([Type.Array(Type.String()), Type.Null()]),
  }),
);
const refused = Compile(Type.Object({ status: Type.Literal('error'), error: Type.String() }));

/**
 * Names that a source has seen in the last week.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#getting-label-names
 */
export async function sourceNames(
  client: QueryClient,
  { of, metric, label }: WantedNames,
  at: number,
  signal: AbortSignal,
): Promise<KnownNames> {
  const name = of === 'metrics' ? '__name__' : label;
  if (of === 'values' && !name) return { names: [], isCut: false, problem: 'No label is named.' };
  const path = of === 'labels' ? '/api/v1/labels' : `/api/v1/label/${encodeURIComponent(name ?? '')}/values`;
  const parameters = new URLSearchParams({
    start: String((at - reachMs) / 1_000),
    end: String(at / 1_000),
    limit: String(mostNames),
  });
  if (metric !== undefined && of !== 'metrics')
    parameters.append('match[]', `{__name__=${writeLiteral(metric)}}`);
  return namesIn(await client.get(`${path}?${parameters.toString()}`, signal));
}

function namesIn(answer: WireAnswer): KnownNames {
  const none = (problem: string): KnownNames => ({ names: [], isCut: false, problem });
  if (answer.kind === 'failed') return none(answer.reason);
  const parsed = parseStrictJson(answer.body);
  const body = parsed.kind === 'json' ? parsed.value : undefined;
  if (refused.Check(body)) return none(`it refused to say (${body.error.slice(0, 200)})`);
  if (answer.status !== 200 || !answered.Check(body))
    return none(`it does not answer with its names (${statusText(answer.status)})`);
  const names = body.data ?? [];
  return { names, isCut: names.length >= mostNames, problem: null };
}
