import { truncate } from '../truncate.ts';
import type { Delivery, Receipt } from './delivery.ts';

const longestReason = 1_000;
/** In characters, names and values together. */
const largestReceipt = 4_000;

/** What a receiver said comes from outside: a reason is cut, and a receipt too large to keep is none. */
export function boundedDelivery(delivery: Delivery): Delivery {
  if (delivery.kind === 'delivered') {
    const { receipt, missed, doubt } = delivery;
    return {
      kind: 'delivered',
      ...(receipt && sizeOf(receipt) <= largestReceipt && { receipt }),
      ...(missed && { missed: missed.map(({ to, reason }) => ({ to, reason: boundedReason(reason) })) }),
      ...(doubt !== undefined && { doubt: boundedReason(doubt) }),
    };
  }
  return { ...delivery, reason: boundedReason(delivery.reason) };
}

function sizeOf(receipt: Receipt): number {
  return Object.entries(receipt).reduce((sum, pair) => sum + pair.join('').length, 0);
}

function boundedReason(reason: string): string {
  return truncate(reason, longestReason);
}

/** What a receiver said of settings comes from outside as well. */
export function boundedFault<Fault extends { reason: string; advice: string }>(fault: Fault): Fault {
  return { ...fault, reason: boundedReason(fault.reason), advice: boundedReason(fault.advice) };
}
