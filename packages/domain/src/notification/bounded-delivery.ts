import type { Delivery } from './delivery.ts';

const longestReason = 1_000;
/** In characters, names and values together. */
const largestReceipt = 4_000;

/** What a receiver said comes from outside: a reason is cut, and a receipt too large to keep is none. */
export function boundedDelivery(delivery: Delivery): Delivery {
  if (delivery.kind === 'delivered') {
    const { receipt = {} } = delivery;
    const size = Object.entries(receipt).reduce((sum, pair) => sum + pair.join('').length, 0);
    return size > largestReceipt ? { kind: 'delivered' } : delivery;
  }
  const { reason } = delivery;
  return reason.length > longestReason
    ? { ...delivery, reason: `${reason.slice(0, longestReason)}…` }
    : delivery;
}
