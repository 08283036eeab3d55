import { type Static, Type } from 'typebox';

/**
 * What a command to roll back names as lost: relations whose rows go, resources that are destroyed. What would be lost and is
 * not named is refused.
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

/** What would be lost and the command has not named. */
export function notAccepted(losses: readonly string[], accepting: readonly string[] = []): string[] {
  return losses.filter((loss) => !accepting.includes(loss));
}
