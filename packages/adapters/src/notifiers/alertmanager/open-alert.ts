import type { Receipt } from '@lastgood/domain/notification/delivery';
import Type from 'typebox';
import { fitting } from '../../http/fitting.ts';

/** An alert that fires, by what tells it from others. */
export interface OpenAlert {
  labels: Record<string, string>;
  /** Epoch milliseconds. */
  startsAt: number;
}

/** What an incident's earlier messages left firing. */
export interface LeftFiring {
  stage: OpenAlert | null;
  /** Whether something fires beside the stage. */
  beside: boolean;
}

const label = Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' });
const kept = Type.Object({
  labels: Type.Record(label, Type.String({ maxLength: 1_000 }), { additionalProperties: false }),
  startsAt: Type.Integer({ minimum: 0, maximum: 8.64e15 }),
});

export function leftFiring(earlier: Receipt | null): LeftFiring {
  return { stage: openAlertOf(earlier), beside: earlier?.beside !== undefined };
}

/** Empty where nothing fires any more. */
export function receiptOf({ stage, beside }: LeftFiring): Receipt {
  return { ...(stage && { open: JSON.stringify(stage) }), ...(beside && { beside: 'fires' }) };
}

function openAlertOf(earlier: Receipt | null): OpenAlert | null {
  if (earlier?.open === undefined) return null;
  try {
    return fitting(kept, JSON.parse(earlier.open));
  } catch {
    return null;
  }
}
