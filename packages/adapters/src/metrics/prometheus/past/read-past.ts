import {
  instantsOf,
  joinPast,
  type PastAnswer,
  type PastQuestion,
  unreadAt,
} from '@lastgood/domain/trigger/past-answer';
import type { LimitFunction } from 'p-limit';
import { nextTurn } from '../../../next-turn.ts';
import type { QueryClient, WireAnswer } from '../query-client.ts';
import { readTemplate } from '../read-template.ts';
import { mayAnswerLess } from '../reading-of-answer.ts';
import { renderTemplate } from '../render.ts';
import { dependsOnRange } from './depends-on-range.ts';
import { pastOfInstant, pastOfRange } from './past-of-answer.ts';

export interface AskingPast {
  client: Pick<QueryClient, 'query' | 'queryRange'>;
  /** Questions of the past under way at once. */
  turns: LimitFunction;
}

/** How often one stretch is asked in parts: where each instant is refused for itself, hundreds would be. */
const mostParts = 256;

/**
 * Asks for a stretch of the past by POST to `/api/v1/query_range`, whose every step is evaluated as an instant query is
 * (https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries). What refuses the whole for one instant's sake, or for its size,
 * is asked in halves, at last by instant queries: so each instant is answered, or refused, as it is by itself. A query that means something
 * else within a range is asked instant by instant from the beginning.
 */
export async function readPast(
  { client, turns }: AskingPast,
  question: PastQuestion,
  signal: AbortSignal,
): Promise<PastAnswer> {
  await nextTurn();
  const template = readTemplate(question.template);
  const rendered = renderTemplate(template, question.variables);
  if (rendered.kind === 'refused') return unreadAt(instantsOf(question), rendered.reason);
  const { query } = rendered;
  const isAskedAlone = template.kind === 'template' && dependsOnRange(template);
  let parts = 0;
  return ask(question);

  async function ask(part: PastQuestion): Promise<PastAnswer> {
    const { from, stepMs, count } = part;
    if (signal.aborted) return unreadAt(instantsOf(part), 'It was called off before it was asked.');
    if (count === 1) return pastOfInstant(await inTurn(() => client.query(query, from, signal)), from);
    if (isAskedAlone) return inHalves(part);
    const to = from + (count - 1) * stepMs;
    const answer = await inTurn(() => client.queryRange(query, { from, to, stepMs }, signal));
    if (parts < mostParts && mayAnswerLess(answer)) {
      parts += 2;
      return inHalves(part);
    }
    await nextTurn();
    return pastOfRange(answer, part);
  }

  function inTurn(send: () => Promise<WireAnswer>): Promise<WireAnswer> {
    return turns(async () =>
      signal.aborted ? { kind: 'failed', reason: 'It was called off before it was asked.' } : send(),
    );
  }

  async function inHalves(part: PastQuestion): Promise<PastAnswer> {
    const { from, stepMs } = part;
    const count = Math.ceil(part.count / 2);
    const later = { ...part, from: from + count * stepMs, count: part.count - count };
    return joinPast([await ask({ ...part, count }), await ask(later)]);
  }
}
