import type { MetricHistory } from '@lastgood/domain/ports/metric-history';
import type { MetricSource } from '@lastgood/domain/ports/metric-source';
import { instantsOf, unreadAt } from '@lastgood/domain/trigger/past-answer';

/** The past as a source answers it: each instant by itself. For sources that are scripted by the instant. */
export function pastOfRead(read: MetricSource['read']): MetricHistory['readPast'] {
  return async (question, signal) => {
    const series = new Map<string, Map<number, number>>();
    const unread = new Map<number, string>();
    const put = (key: string, at: number, value: number) =>
      series.set(key, (series.get(key) ?? new Map<number, number>()).set(at, value));
    for (const at of instantsOf(question)) {
      const [answer] = await read([question], at, signal);
      const reading = answer?.reading ?? { kind: 'unreachable', reason: 'the source gave no answer' };
      if (reading.kind === 'unreachable') unread.set(at, reading.reason);
      else if (reading.kind === 'value') put('0', at, reading.value);
      else if (reading.kind === 'not-a-number') put('0', at, Number.NaN);
      else if (reading.kind === 'ambiguous')
        for (let one = 0; one < reading.count; one += 1) put(String(one), at, Number.NaN);
    }
    return signal.aborted ? unreadAt(instantsOf(question), 'It was called off.') : { series, unread };
  };
}
