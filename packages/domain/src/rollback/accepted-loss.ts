import { type Static, Type } from 'typebox';

/**
 * What a command to roll back names as lost: relations whose rows go, resources that are destroyed, each with the database or
 * the stack that it is in, so that a name lets nothing go anywhere else. What would be lost and is not named is refused.
 */
const Loss = Type.String({ minLength: 1, maxLength: 2_000 });

export const Accepting = Type.Array(Loss, {
  maxItems: 100,
  uniqueItems: true,
  description:
    'What may be lost: the relations and resources that the refusal of a plan has named, as it named them.',
});
export type Accepting = Static<typeof Accepting>;

/** The same as a query writes it, where a single one is no list. */
export const AcceptingQuery = Type.Union([Accepting, Loss]);

/** A loss as it is named: `orders/coupons`, `shop/aws_db_instance.orders`. */
export function namedLoss(store: string, loss: string): string {
  return `${store}/${loss}`;
}

/** Whether the command has named a loss of this database or stack. */
export function isAccepted(store: string, loss: string, accepting: readonly string[] = []): boolean {
  return accepting.includes(namedLoss(store, loss));
}

/** What would be lost and the command has not named. */
export function notAccepted(losses: readonly string[], accepting: readonly string[] = []): string[] {
  return losses.filter((loss) => !accepting.includes(loss));
}
