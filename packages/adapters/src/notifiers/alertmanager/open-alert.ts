import type { Receipt } from '@lastgood/domain/notification/delivery';
import Type from 'typebox';
import { fitting } from '../../http/fitting.ts';

/** The alert that an incident's earlier messages left firing, by what tells it from others. */
export interface OpenAlert {
  labels: Record<string, string>;
  /** Epoch milliseconds. */
  startsAt: number;
}

const label = Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' });
const kept = Type.Object({
  labels: Type.Record(label, Type.String({ maxLength: 1_000 }), { additionalProperties: false }),
  startsAt: Type.Integer({ minimum: 0, maximum: 8.64e15 }),
});

export function openAlertOf(earlier: Receipt | null): OpenAlert | null {
  if (earlier?.open === undefined) return null;
  try {
    return fitting(kept, JSON.parse(earlier.open));
  } catch {
    return null;
  }
}

export function receiptOf(open: OpenAlert | null): Receipt {
  return open === null ? {} : { open: JSON.stringify(open) };
}
